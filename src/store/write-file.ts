/** Files that are whole or absent: written under a temporary name, synced and renamed. */
import {closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync} from 'node:fs';
import writeFileAtomic from 'write-file-atomic';

/** What to do about the errors a user can mend. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and run this again',
  EDQUOT: 'the disk quota is used up; free some space and run this again',
  EACCES: 'no permission; check who owns the folder',
  EROFS: 'the file system is read-only',
};

/**
 * Writes `content` to `file`; an interrupted or failed write leaves the old file.
 * @throws Error naming the file, the reason and what to do.
 */
export function writeFile(file: string, content: string | Uint8Array): void {
  try {
    writeFileAtomic.sync(file, typeof content === 'string' ? content : Buffer.from(content));
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/**
 * Like `writeFile`, for content that is made part by part. An error of the one who makes the parts
 * is passed on, and nothing is left of the file.
 */
export function writeFileParts(file: string, parts: Iterable<Uint8Array>): void {
  const partial = `${file}.${process.pid}.partial`;
  const fd = attempt(file, () => openSync(partial, 'w'));
  try {
    try {
      for (const part of parts) attempt(file, () => writeWhole(fd, part));
      attempt(file, () => fsyncSync(fd));
    } finally {
      closeSync(fd);
    }
    attempt(file, () => renameSync(partial, file));
  } catch (error) {
    rmSync(partial, {force: true});
    throw error;
  }
}

/** `writeSync` may write less than it was given. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** The error of the file system, with the file's name and what to do. */
export function cannotWrite(file: string, error: unknown): Error {
  const {code = '', message} = error as NodeJS.ErrnoException;
  return new Error(`${file}: cannot be written: ${REMEDIES[code] ?? message}`, {cause: error});
}
