/** Files that are whole or absent: written under a temporary name, synced and renamed. */
import {randomBytes} from 'node:crypto';
import {closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync} from 'node:fs';
import * as path from 'node:path';

/** How the temporary name of a file ends; a writer that is killed leaves it behind. */
export const PARTIAL = '.partial';

/** A temporary name beside `file` that no other process uses, on this machine or another. */
export const partialName = (file: string): string =>
    `${file}.${process.pid}-${randomBytes(4).toString('hex')}${PARTIAL}`;

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
export const writeFile = (file: string, content: string | Uint8Array): void =>
    writeFileParts(file, [typeof content === 'string' ? Buffer.from(content) : content]);

/**
 * Like `writeFile`, for content that is made part by part. An error of the one who makes the parts
 * is passed on, and nothing is left of the file.
 */
export function writeFileParts(file: string, parts: Iterable<Uint8Array>): void {
  const partial = partialName(file);
  const fd = attempt(file, () => openSync(partial, 'w'));
  try {
    try {
      for (const part of parts) attempt(file, () => writeWhole(fd, part));
      attempt(file, () => fsyncSync(fd));
    } finally {
      closeSync(fd);
    }
    renameFile(partial, file);
    attempt(file, () => syncFolder(path.dirname(file)));
  } catch (error) {
    rmSync(partial, {force: true});
    throw error;
  }
}

/** Makes a folder and those above it. @throws Error like `writeFile`. */
export const makeFolder = (folder: string): void =>
    attempt(folder, () => void mkdirSync(folder, {recursive: true}));

/** Gives a file another name. @throws Error like `writeFile`, naming the new one. */
export const renameFile = (from: string, to: string): void =>
    attempt(to, () => renameSync(from, to));

/** `writeSync` may write less than it was given. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

/** Makes a renamed file's new name outlive a power failure. */
function syncFolder(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, 'r');
  } catch {
    return; // Some systems open no folders.
  }
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some file systems do not sync folders; that there is no space is worth knowing.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
  } finally {
    closeSync(fd);
  }
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
