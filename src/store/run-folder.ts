/**
 * The folder of a run while it is computed. Every file is written under a temporary name, synced
 * and renamed, and its SHA-256 sum is noted first in `checksums.json`, so that whatever a kill or a
 * full disk leaves behind is recognised as whole or as damaged.
 */
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import * as path from 'node:path';
import {sha256} from './canonical';
import {asideFolder, CHECKSUMS, RESULT} from './run-layout';
import {checksumsSchema} from './run-record';
import type {Checksums} from './run-record';
import {makeFolder, PARTIAL, writeFile} from './write-file';

/** The files of a run, and nothing of how it is computed. */
export interface RunFiles {
  /**
   * Writes a file whole and notes its checksum.
   * @param name in the run's folder, with `/` where it has a subfolder.
   * @param content text is written as UTF-8.
   * @throws Error when it cannot be written, or another process has taken the run over.
   */
  write(name: string, content: string | Uint8Array): void;
  /**
   * A file written earlier, also by an interrupted attempt; undefined when there is none.
   * @param name as for `write`.
   */
  read(name: string): Buffer | undefined;
  /**
   * The names of the files in a subfolder, `folder/name`, in alphabetical order.
   * @param subfolder of the run's folder.
   */
  list(subfolder: string): string[];
  /**
   * Removes a file that is no longer needed.
   * @param name as for `write`.
   * @throws Error as `write` does.
   */
  remove(name: string): void;
}

export interface RunFilesOptions {
  /** Called before anything is changed; throws when this process may no longer do so. */
  readonly guard: () => void;
  /** Told about a damaged file. */
  readonly warn: (message: string) => void;
}

/** The files of a run for the one who computes it. */
export interface OwnRunFiles extends RunFiles {
  /**
   * The sums of all files that were written, now or earlier, that of their list among them.
   * @throws Error naming a file that is not whole any more.
   */
  seal(): Checksums;
}

/**
 * The files in `folder`. A damaged one is set aside when it is read, with a warning. The list of
 * checksums is read once: what becomes of its file later is of no account.
 */
export function runFiles(folder: string, {guard, warn}: RunFilesOptions): OwnRunFiles {
  let checksums = readChecksums(folder);
  const note = (next: Checksums): string => {
    const text = noteChecksums(folder, next);
    checksums = next;
    return text;
  };
  const without = (name: string): Checksums => {
    const {[name]: _, ...rest} = checksums;
    return rest;
  };
  return {
    write(name, content) {
      guard();
      const file = path.join(folder, name);
      makeFolder(path.dirname(file));
      // The new checksum goes first and beside that of the content it replaces: whichever of the
      // two a kill leaves behind is recognised.
      const replaced = existsSync(file) ? [sha256(readFileSync(file))] : [];
      const known =
          [sha256(content), ...replaced.filter((sum) => checksums[name]?.includes(sum))];
      note({...checksums, [name]: known});
      writeFile(file, content);
    },
    read(name) {
      if (!existsSync(path.join(folder, name))) return undefined;
      try {
        return verifiedFile(folder, name, checksums);
      } catch (error) {
        guard();
        const aside = setAside(folder, [name]);
        note(without(name));
        warn(`${(error as Error).message}; it is set aside in ${aside}`);
        return undefined;
      }
    },
    list(subfolder) {
      const place = path.join(folder, subfolder);
      return !existsSync(place) ? [] : readdirSync(place)
          .filter((name) => !name.endsWith(PARTIAL)).sort().map((name) => `${subfolder}/${name}`);
    },
    remove(name) {
      guard();
      rmSync(path.join(folder, name), {force: true});
      note(without(name));
    },
    seal() {
      guard();
      const files = Object.fromEntries(Object.keys(checksums).map((name) =>
        [name, [sha256(verifiedFile(folder, name, checksums))]]));
      return {...files, [CHECKSUMS]: [sha256(note(files))]};
    },
  };
}

/**
 * The files in `folder` for somebody who changes nothing: a damaged one counts as absent.
 * @throws Error when something is to be written or removed.
 */
export function readOnlyFiles(folder: string): RunFiles {
  const refuse = (name: string): never => {
    throw new Error(`${path.join(folder, name)}: the files of this run are only read here`);
  };
  const none = {guard: () => refuse(''), warn: () => {}};
  return {
    ...runFiles(folder, none), write: refuse, remove: refuse,
    read(name) {
      try {
        return verifiedFile(folder, name, readChecksums(folder));
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * A file of a run with the content that its checksum says.
 * @throws Error naming the file when it is missing, unreadable or damaged.
 */
export function verifiedFile(folder: string, name: string, files: Checksums): Buffer {
  const file = path.join(folder, name);
  if (!existsSync(file)) throw new Error(`${file}: the file is missing`);
  const content = readFileSync(file);
  if (!files[name]?.includes(sha256(content))) {
    throw new Error(`${file}: the content does not match its checksum (damaged or half-written)`);
  }
  return content;
}

/** A file that is not as its checksum says. */
export interface Damage {
  /** Of the file, in the run's folder. */
  readonly name: string;
  /** A message that names the file. */
  readonly problem: string;
}

/** The damaged files of a run. */
export function damagesOf(folder: string, files: Checksums): Damage[] {
  return Object.keys(files).flatMap((name) => {
    try {
      verifiedFile(folder, name, files);
      return [];
    } catch (error) {
      return [{name, problem: (error as Error).message}];
    }
  });
}

/** Errors of a disk or a network that may be gone the next moment. */
const PASSING = ['EIO', 'ESTALE', 'ETIMEDOUT'];

/**
 * What `checksums.json` says; nothing when it is missing or damaged.
 * @throws Error when it cannot be read for now.
 */
export function readChecksums(folder: string): Checksums {
  const file = path.join(folder, CHECKSUMS);
  try {
    return checksumsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const {code = '', message} = error as NodeJS.ErrnoException;
    if (!PASSING.includes(code)) return {};
    throw new Error(`${file}: cannot be read: ${message}`, {cause: error});
  }
}

function noteChecksums(folder: string, checksums: Checksums): string {
  const text = `${JSON.stringify(checksums, null, 1)}\n`;
  writeFile(path.join(folder, CHECKSUMS), text);
  return text;
}

/**
 * Moves damaged files into `damaged-N` of their run, where they can be looked at and deleted.
 * @returns the folder they were moved to.
 */
function setAside(folder: string, names: readonly string[]): string {
  let n = 1;
  while (existsSync(path.join(folder, asideFolder(n)))) n++;
  const aside = path.join(folder, asideFolder(n));
  for (const name of names) {
    if (!existsSync(path.join(folder, name))) continue;
    mkdirSync(path.dirname(path.join(aside, name)), {recursive: true});
    renameSync(path.join(folder, name), path.join(aside, name));
  }
  return aside;
}

/**
 * Makes a finished run that has damaged files unfinished again: sets these and the record aside, and
 * keeps the checksums of the others.
 * @param files what the record vouched for; undefined when it is damaged itself.
 * @returns the folder of what was set aside.
 */
export function reopen(
    folder: string, files: Checksums | undefined, damaged: readonly string[]): string {
  const whole = Object.entries(files ?? {})
      .filter(([name]) => name !== CHECKSUMS && !damaged.includes(name));
  // The record goes first: without it nobody takes the run for finished.
  const aside = setAside(folder, [RESULT, ...damaged]);
  if (files !== undefined) noteChecksums(folder, Object.fromEntries(whole));
  return aside;
}

/**
 * Makes an unfinished run fit to go on: removes what killed writers left half-written, sets aside
 * what is damaged, and forgets what is missing. Only for the one who may write here.
 * @param warn told of each damaged or missing file.
 */
export function clearUp(folder: string, warn: (message: string) => void): void {
  for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'})) {
    if (name.endsWith(PARTIAL)) rmSync(path.join(folder, name), {force: true});
  }
  const noted = readChecksums(folder);
  const damages = damagesOf(folder, noted);
  if (damages.length === 0) return;
  const [gone, damaged] = [false, true].map((there) =>
    damages.filter(({name}) => existsSync(path.join(folder, name)) === there)) as
      [Damage[], Damage[]];
  for (const {problem} of gone) warn(`${problem} (removed, or its writing was cut off)`);
  if (damaged.length > 0) {
    const aside = setAside(folder, damaged.map(({name}) => name));
    for (const {problem} of damaged) warn(`${problem}; it is set aside in ${aside}`);
  }
  const lost = new Set(damages.map(({name}) => name));
  noteChecksums(
      folder, Object.fromEntries(Object.entries(noted).filter(([name]) => !lost.has(name))));
}
