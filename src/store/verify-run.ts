/**
 * Checks all files of a run against their checksums and changes nothing. What a kill may leave in
 * an unfinished run is not damage, and a process that is writing raises no false alarm.
 */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {filesIn, sumOfBytes} from './files-in';
import {hasRequest, readRequest} from './request-file';
import {damagesOf, readChecksums} from './run-folder';
import type {Damage} from './run-folder';
import {lockState} from './run-lock';
import {CHECKSUMS, isAside, isLock, PROGRESS, REQUEST, RESULT} from './run-layout';
import {finishedAt, lookAtRun} from './run-look';
import type {Checksums} from './run-record';
import {formatOf, RUN_FORMAT} from './run-request';
import {PARTIAL} from './write-file';

/** What became of a run's files. */
export interface RunVerification {
  /** Name of the run's folder. */
  readonly id: string;
  /** Where the run stands. */
  readonly state: 'finished' | 'running' | 'unfinished';
  /** The files that were compared with their checksums. */
  readonly files: number;
  /** Their size. */
  readonly bytes: number;
  /** What is not as it must be; each problem names its file. */
  readonly damages: readonly Damage[];
  /** What does no harm: files that nobody vouches for, leftovers of a kill. */
  readonly notes: readonly Damage[];
}

/** Looks at a run that changes while it is read. */
const LOOKS = 4;

/**
 * Checks one run: compares all its files with their checksums, changes nothing.
 * @param folder of the run, for example `StoredRun.folder`.
 * @returns undefined when it is gone.
 * @example
 * const run = await hg.openRunStore('runs').run({kind: 'count', options: {}}, () =>
 *   ({arrays: {x: {shape: [2], data: Float32Array.of(1, 2)}}, values: {}}));
 * const {writeFileSync} = await import('node:fs');
 * writeFileSync(`${run.folder}/result.safetensors`, 'damaged');
 * console.log(hg.verifyRun(run.folder)?.damages.map(({name}) => name)); // [ 'result.safetensors' ]
 */
export function verifyRun(folder: string): RunVerification | undefined {
  for (let look = 1; existsSync(folder); look++) {
    const before = momentOf(folder);
    const seen = verifyOnce(folder);
    // A process that writes, finishes, mends or removes the run meanwhile makes files seem damaged.
    const steady = before === momentOf(folder);
    if (seen.damages.length === 0 || steady || look >= LOOKS) {
      if (existsSync(folder)) return seen;
    }
  }
  return undefined;
}

/** Tells two moments of a run apart between which somebody changed it. */
function momentOf(folder: string): string {
  const checksums = Object.entries(readChecksums(folder)).map(([name, sums]) => [name, ...sums]);
  return JSON.stringify([finishedAt(folder), checksums]);
}

function verifyOnce(folder: string): RunVerification {
  const running = lockState(folder)?.active === true;
  const finished = finishedAt(folder) !== undefined;
  const {record, damages} = lookAtRun(folder);
  const known = record?.files ?? readChecksums(folder);
  const present = filesIn(folder);
  const there = new Set(present.map(({name}) => name));
  // The checksum is noted before a file is written, and after it is removed.
  const expected = finished ? known :
    Object.fromEntries(Object.entries(known).filter(([name]) => there.has(name)));
  const found = finished ? damages : damagesOf(folder, expected)
      .filter(({name}) => existsSync(path.join(folder, name)));
  const compared = present.filter(({name}) => Object.hasOwn(expected, name));
  const all = [
    ...found, ...listDamage(folder, finished, present.map(({name}) => name)),
    ...requestDamage(folder, finished).filter(({name}) =>
      !found.some((damage) => damage.name === name)),
  ];
  return {
    id: path.basename(folder),
    state: running ? 'running' : finished ? 'finished' : 'unfinished',
    files: compared.length + (record === undefined ? 0 : 1),
    bytes: sumOfBytes(compared) + sumOfBytes(present.filter(({name}) =>
      name === RESULT && record !== undefined)),
    damages: all,
    notes: running ? [] : notesOn(folder, known, present.map(({name}) => name), finished),
  };
}

/** An unfinished run lives on its list of checksums: without it, no other file counts. */
function listDamage(folder: string, finished: boolean, there: readonly string[]): Damage[] {
  if (finished || !there.includes(CHECKSUMS)) return [];
  if (Object.keys(readChecksums(folder)).length > 0) return [];
  return [{
    name: CHECKSUMS,
    problem: `${path.join(folder, CHECKSUMS)}: expected a list of checksums (damaged?)`,
  }];
}

/** The folder's name is the checksum of the request. */
function requestDamage(folder: string, finished: boolean): Damage[] {
  const file = path.join(folder, REQUEST);
  const request = readRequest(folder);
  if (request !== undefined && formatOf(request, path.basename(folder)) !== undefined) return [];
  if (request === undefined && !hasRequest(folder) && !finished) return [];
  return [{
    name: REQUEST,
    problem: `${file}: expected the request that the folder is named after (damaged, or the ` +
        'folder was renamed)',
  }];
}

function notesOn(
    folder: string, known: Checksums, names: readonly string[], finished: boolean): Damage[] {
  const note = (name: string, problem: string): Damage =>
      ({name, problem: `${path.join(folder, name)}: ${problem}`});
  const notes = names.flatMap((name) => {
    if (isUnlisted(name) || Object.hasOwn(known, name)) return [];
    return [name.endsWith(PARTIAL) ?
      note(name, 'half-written by a process that has ended; `runs gc` removes it') :
      note(name, 'is not in the run\'s list of files, and is not used')];
  });
  const missing = finished ? [] : Object.keys(known).filter((name) => !names.includes(name));
  const request = readRequest(folder);
  const format = request && formatOf(request, path.basename(folder));
  return [
    ...notes,
    ...missing.map((name) => note(name, 'was about to be written when the process ended')),
    ...(format === undefined || format === RUN_FORMAT ? [] :
      [note(REQUEST, `of format ${format}; this version computes format ${RUN_FORMAT}`)]),
  ];
}

/** Files that no list of checksums holds: the record, its list, locks, what was set aside. */
const isUnlisted = (name: string): boolean =>
    [RESULT, CHECKSUMS, PROGRESS].includes(name) || isLock(name) || isAside(name);
