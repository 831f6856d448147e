/**
 * Trains on a small file system that gets full after EVERY more pages, or files, each time than the
 * last; then frees space and goes on. Then with space, but with calls of the file system that fail as
 * on a full disk, after EVERY more calls each time. Run by `full-disk.test.ts`, which mounts the file
 * system in a namespace of its own.
 *
 *     node full-disk-child.js SMALL_DISK REFERENCE EVERY
 *
 * Prints one line of JSON: what happened at each size.
 */
import assert from 'node:assert/strict';
import fs, {mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {trainRun} from '../../src/experiments/train-run';
import {openRunStore} from '../../src/store/run-store';
import {verifyRun} from '../../src/store/verify-run';
import {traineeRun} from './trainee';

export interface FullDiskOutcome {
  /** Bytes, or files, that were free when the run began; calls that went well. */
  readonly free: number;
  /** The message; undefined when the space sufficed. */
  readonly message?: string;
}

const request = {...traineeRun({train: {steps: 20, checkpoints: [10]}}), saveEveryMs: 1e9};
const checkpointsOf = (folder: string): Buffer[] => {
  const place = path.join(folder, 'checkpoints');
  return readdirSync(place).sort().map((name) => readFileSync(path.join(place, name)));
};

type Kind = 'bytes' | 'files' | 'calls';

/** The calls of the store that need space, and that which makes a descriptor another file's. */
const CALLS = ['openSync', 'writeSync', 'fsyncSync', 'renameSync', 'mkdirSync', 'closeSync'] as const;

/** Lets `free` of these calls on the disk go well, and every later one fail. */
function failCalls(disk: string, free: number): () => void {
  const originals = CALLS.map((name) => [name, fs[name]] as const);
  const opened = new Set<unknown>();
  let left = free;
  for (const [name, original] of originals) {
    const call = (first: unknown, ...rest: unknown[]): unknown => {
      if (name === 'closeSync') opened.delete(first);
      const writes = name === 'openSync' ? String(rest[0]).startsWith('w') : name !== 'closeSync';
      if (writes && (String(first).startsWith(disk) || opened.has(first)) && left-- <= 0) {
        throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`),
            {code: 'ENOSPC', syscall: name});
      }
      const result = (original as (...args: unknown[]) => unknown)(first, ...rest);
      if (name === 'openSync' && writes && String(first).startsWith(disk)) opened.add(result);
      return result;
    };
    Object.assign(fs, {[name]: call});
  }
  return () => originals.forEach(([name, original]) => Object.assign(fs, {[name]: original}));
}

/** Fills the file system except for `free` bytes or files. */
function fill(disk: string, kind: Kind, free: number): () => void {
  if (kind === 'calls') return failCalls(disk, free);
  const ballast = path.join(disk, 'ballast');
  mkdirSync(ballast);
  const {bavail, bsize, ffree} = statfsSync(disk);
  if (kind === 'bytes') writeFileSync(path.join(ballast, '0'), Buffer.alloc(bavail * bsize - free));
  else for (let i = 0; i < ffree - free; i++) writeFileSync(path.join(ballast, `${i}`), '');
  return () => rmSync(ballast, {recursive: true});
}

async function tryAt(
    disk: string, reference: readonly Buffer[], kind: Kind, free: number,
): Promise<FullDiskOutcome> {
  const root = path.join(disk, 'runs');
  mkdirSync(root);
  const makeRoom = fill(disk, kind, free);
  const warnings: string[] = [];
  const ask = () => trainRun(openRunStore(root, {warn: (text) => warnings.push(text)}), request);
  let message: string | undefined;
  try {
    await ask();
  } catch (error) {
    ({message} = error as Error);
    const [id] = readdirSync(root);
    const found = id === undefined ? undefined : verifyRun(path.join(root, id));
    assert.deepEqual(found?.damages ?? [], [], `${free}: ${message}`);
    assert.deepEqual(
        found?.notes.filter(({problem}) => !problem.includes('about to be written')) ?? [], [],
        'nothing half-written stays');
  }
  makeRoom();
  const {stored} = await ask();
  assert.deepEqual(checkpointsOf(stored.folder), reference);
  assert.deepEqual(verifyRun(stored.folder)!.damages, []);
  for (const warning of warnings) assert.match(warning, /its writing was cut off/);
  rmSync(root, {recursive: true});
  return {free, ...(message !== undefined && {message})};
}

async function main(disk: string, referenceFolder: string, every: number): Promise<void> {
  const reference = checkpointsOf(
      (await trainRun(openRunStore(referenceFolder), request)).stored.folder);
  const outcomes: Record<Kind, FullDiskOutcome[]> = {bytes: [], files: [], calls: []};
  const units = {bytes: statfsSync(disk).bsize, files: 1, calls: 1};
  for (const [kind, unit] of Object.entries(units) as Array<[Kind, number]>) {
    const enough = (): boolean => {
      const last = outcomes[kind].at(-1);
      return last !== undefined && last.message === undefined;
    };
    for (let free = 0; !enough(); free += every * unit) {
      outcomes[kind].push(await tryAt(disk, reference, kind, free));
    }
  }
  console.log(JSON.stringify(outcomes));
}

if (require.main === module) {
  main(process.argv[2]!, process.argv[3]!, Number(process.argv[4])).catch((error: Error) => {
    console.error(error.stack);
    process.exitCode = 1;
  });
}
