/** The files below a folder that others may be changing. */
import {lstatSync, readdirSync} from 'node:fs';
import type {Dirent} from 'node:fs';
import * as path from 'node:path';

export interface FileInFolder {
  /** From the folder on, `checkpoints/step-0000100.safetensors`. */
  readonly name: string;
  readonly bytes: number;
}

/**
 * All files below a folder, by name. Links are listed and not followed; what is gone by the time it
 * is looked at is left out.
 */
export function filesIn(folder: string): FileInFolder[] {
  const found: FileInFolder[] = [];
  const visit = (below: string): void => {
    for (const entry of entriesOf(path.join(folder, below))) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        visit(name);
        continue;
      }
      const stats = lstatSync(path.join(folder, name), {throwIfNoEntry: false});
      if (stats !== undefined) found.push({name, bytes: stats.size});
    }
  };
  visit('');
  return found.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Sum of the sizes of all files below a folder, or of one file. */
export function bytesOf(place: string): number {
  const stats = lstatSync(place, {throwIfNoEntry: false});
  if (stats === undefined) return 0;
  return stats.isDirectory() ? sumOfBytes(filesIn(place)) : stats.size;
}

export const sumOfBytes = (items: readonly {readonly bytes: number}[]): number =>
    items.reduce((sum, {bytes}) => sum + bytes, 0);

/** What is directly in a folder; nothing when it is no folder, or gone. */
export function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch (error) {
    const {code = ''} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new Error(`${folder}: cannot be read: ${(error as Error).message}`, {cause: error});
  }
}
