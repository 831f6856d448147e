/** Folders that are whole or absent: filled under a temporary name, then renamed. */
import {existsSync, mkdirSync, readdirSync, renameSync, rmSync} from 'node:fs';
import * as path from 'node:path';

/**
 * Makes the folder `dir`; when `fill` fails, nothing is left of it.
 * @param fill writes the content into the folder it is given.
 * @throws Error when there is something at `dir` already that is no empty folder.
 */
export async function writeFolder(
    dir: string, fill: (folder: string) => Promise<void> | void): Promise<void> {
  const target = path.resolve(dir);
  checkFree(dir);
  mkdirSync(path.dirname(target), {recursive: true});
  const partial = `${target}.${process.pid}.partial`;
  mkdirSync(partial);
  try {
    await fill(partial);
    checkFree(dir);
    renameSync(partial, target);
  } finally {
    rmSync(partial, {recursive: true, force: true});
  }
}

/**
 * Makes the folder `dir` anew, in place of one that is there; when `fill` fails, that one stays.
 * @param fill writes the content into the folder it is given.
 */
export async function replaceFolder(
    dir: string, fill: (folder: string) => Promise<void> | void): Promise<void> {
  const target = path.resolve(dir);
  const fresh = `${target}.${process.pid}.new`;
  const old = `${target}.${process.pid}.old`;
  try {
    await writeFolder(fresh, fill);
    const replaced = existsSync(target);
    if (replaced) renameSync(target, old);
    try {
      renameSync(fresh, target);
    } catch (error) {
      if (replaced) renameSync(old, target);
      throw error;
    }
  } finally {
    rmSync(fresh, {recursive: true, force: true});
  }
  rmSync(old, {recursive: true, force: true});
}

/** @throws Error when there is something at `dir` already that is no empty folder. */
export function checkFree(dir: string): void {
  if (!existsSync(dir)) return;
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    throw new Error(`${dir}: there is a file of this name; choose another name for the folder`);
  }
  if (names.length > 0) {
    throw new Error(`${dir}: the folder is not empty; choose another one, or remove it first`);
  }
}
