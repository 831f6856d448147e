/** Large files that are whole or absent: streamed under a temporary name, synced and renamed. */
import {rmSync} from 'node:fs';
import {open, mkdir, rename, rm} from 'node:fs/promises';
import * as path from 'node:path';
import {endProcess, onInterrupt} from './interruption';
import {cannotWrite, partialName} from './write-file';

/**
 * Makes `file` anew; when `write` fails or the process is interrupted, an old file stays as it was
 * and nothing else is left.
 * @param write writes the content to the path it is given.
 * @throws Error of `write`; Error naming the file when the file system refuses.
 */
export async function replaceFile(
    file: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = partialName(file);
  const forget = await onInterrupt((interrupt) => {
    rmSync(temporary, {force: true});
    forget();
    endProcess(interrupt);
  });
  try {
    await mkdir(path.dirname(path.resolve(file)), {recursive: true});
    await write(temporary);
    const handle = await open(temporary, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => {});
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : cannotWrite(file, error);
  } finally {
    forget();
  }
}
