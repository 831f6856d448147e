/**
 * A lock on a run, for processes on one machine or on several with a shared folder.
 *
 *     runs/train-1f0c…/lock/7.json    the owner; the file with the highest number counts
 *                           7.held    what becomes 7.free, also on a full disk, when it is given back
 *
 * To take the lock is to make the file of the next number, which only one process can do. So a lock
 * that is taken over is not taken twice, and its former owner sees that it has lost it.
 *
 * On the same machine, a lock is taken over as soon as its owner has ended, and never before. From
 * another machine one sees only the owner's heartbeat, the file's time of change: the lock is taken
 * over when it has not changed for `staleMs` by the observer's own clock.
 */
import {
  closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, rmSync,
  statSync, writeSync,
} from 'node:fs';
import * as path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {startHeartbeat} from './run-heartbeat';
import {LOCK} from './run-layout';
import {describeOwner, isAlive, parseOwner, thisProcess} from './run-owner';
import type {RunOwner} from './run-owner';
import {cannotWrite, makeFolder} from './write-file';

/** How a lock on a run is kept, and when it counts as given up. */
export interface LockTimes {
  /** An owner on another machine that shows no sign of life for this time has lost its lock, ms. */
  readonly staleMs: number;
  /** Time between two signs of life, ms; shorter than `staleMs` by far. */
  readonly beatMs: number;
  /** Time between two looks at a lock that is held, ms. */
  readonly pollMs: number;
}

/** Network file systems may hide a change for a minute; a slow owner is not robbed. */
export const LOCK_TIMES: LockTimes = {staleMs: 120_000, beatMs: 5000, pollMs: 500};

/** A lock that this process holds. */
export interface RunLock {
  /** How often the run was begun, this time included. */
  readonly attempt: number;
  /** @throws Error when another process has taken the lock over. */
  check(): void;
  /** Gives it back. */
  release(): void;
  /** Gives it back as if it had never been taken: the attempt does not count. */
  withdraw(): void;
  /** Ends the heartbeat and touches nothing: the folder was moved away, with this lock in it. */
  abandon(): void;
}

/** A lock as others see it. */
export interface LockState {
  /** Undefined while its file is being written. */
  readonly owner: RunOwner | undefined;
  /** Whether its owner seems to be at work: it lives, or gave a sign of life in the last `staleMs`. */
  readonly active: boolean;
}

export interface LockOptions extends LockTimes {
  /** Ends the waiting (default: nothing does). */
  readonly signal?: AbortSignal;
  /**
   * Called at every look at a lock that another holds; `true` ends the waiting. `lives` says that
   * the owner was seen alive: on this machine, or by a sign of life since the waiting began.
   */
  readonly onWait: (owner: RunOwner | undefined, lives: boolean) => boolean;
}

interface LockFile {
  readonly n: number;
  readonly file: string;
  readonly free: boolean;
}

/** Locks of the past that are kept: who lists a folder while it changes must not find it empty. */
const KEPT = 3;

/**
 * Takes the lock of a run, waiting while another process holds it.
 * @returns undefined when `onWait` ended the waiting.
 * @throws the signal's reason when it ends the waiting; Error when the lock's file cannot be written.
 */
export async function takeLock(
    folder: string, {signal, onWait, ...times}: LockOptions): Promise<RunLock | undefined> {
  let seen: {readonly file: string; readonly mtimeMs: number; readonly at: number} | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const last = lastLock(folder);
    const state = last === undefined || last.free ? 'free' : stateOf(last.file);
    if (state === 'free') {
      const lock = tryLock(folder, last, times);
      if (lock !== undefined) return lock;
      continue;
    }
    const {owner, mtimeMs} = state;
    const now = performance.now();
    const alive = owner && isAlive(owner);
    const beats = seen?.file === last!.file && seen.mtimeMs !== mtimeMs;
    if (beats || seen?.file !== last!.file) seen = {file: last!.file, mtimeMs, at: now};
    const silent = now - seen.at > times.staleMs;
    if (alive === false || (alive === undefined && silent)) {
      const lock = tryLock(folder, last, times);
      if (lock !== undefined) return lock;
      continue;
    }
    if (onWait(owner, alive === true || beats)) return undefined;
    await sleep(times.pollMs, undefined, {...(signal && {signal})}).catch(() => {});
  }
}

/** Who holds the lock of a run; undefined when nobody does. */
export function lockState(
    folder: string, {staleMs}: LockTimes = LOCK_TIMES): LockState | undefined {
  const last = lastLock(folder);
  if (last === undefined || last.free) return undefined;
  const state = stateOf(last.file);
  if (state === 'free') return undefined;
  const {owner, mtimeMs} = state;
  const alive = owner && isAlive(owner);
  return {owner, active: alive ?? Date.now() - mtimeMs < staleMs};
}

function tryLock(
    folder: string, last: LockFile | undefined, {beatMs}: LockTimes): RunLock | undefined {
  const n = (last?.n ?? 0) + 1;
  const file = lockFile(folder, n);
  if (!writeNew(file, JSON.stringify(thisProcess()))) return undefined;
  if (lastLock(folder)?.n !== n) { // Others took it and gave it back since `last` was read.
    rmSync(file, {force: true});
    return undefined;
  }
  try {
    writeNew(heldFile(folder, n), '');
  } catch (error) {
    rmSync(file, {force: true});
    throw error;
  }
  removeOld(folder, n);
  const stop = startHeartbeat(file, beatMs);
  return {
    attempt: n,
    check() {
      const now = lastLock(folder);
      if (now?.n === n) return;
      const owner = now === undefined ? undefined : parseOwner(readText(now.file));
      throw new Error(`${folder}: another process` +
          `${owner === undefined ? '' : ` (${describeOwner(owner)})`} has taken this run over, ` +
          'because this one gave no sign of life for some time; this one stops');
    },
    release() {
      stop();
      try {
        renameSync(heldFile(folder, n), freeFile(folder, n));
      } catch {
        // Taken over, or the folder is gone: then there is nothing to give back. Else the file system
        // refuses to rename, and the lock must not stay with a process that lives on.
        if (!existsSync(freeFile(folder, n))) rmSync(file, {force: true});
      }
    },
    withdraw() {
      stop();
      // Who has taken it over has a higher number, and is not disturbed.
      rmSync(file, {force: true});
      rmSync(heldFile(folder, n), {force: true});
    },
    abandon: stop,
  };
}

const lockFolder = (folder: string): string => path.join(folder, LOCK);
const lockFile = (folder: string, n: number): string => path.join(lockFolder(folder), `${n}.json`);
const heldFile = (folder: string, n: number): string => path.join(lockFolder(folder), `${n}.held`);
const freeFile = (folder: string, n: number): string => path.join(lockFolder(folder), `${n}.free`);

/** @returns whether the file was made; false when there is one already. */
function writeNew(file: string, text: string): boolean {
  makeFolder(path.dirname(file));
  let fd: number;
  try {
    fd = openSync(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cannotWrite(file, error);
  }
  try {
    writeSync(fd, text);
    return true;
  } catch (error) {
    rmSync(file, {force: true});
    throw cannotWrite(file, error);
  } finally {
    closeSync(fd);
  }
}

function removeOld(folder: string, n: number): void {
  for (const old of lockNumbers(folder).filter((other) => other <= n - KEPT)) {
    rmSync(lockFile(folder, old), {force: true});
    rmSync(heldFile(folder, old), {force: true});
    rmSync(freeFile(folder, old), {force: true});
  }
}

function lockNumbers(folder: string): number[] {
  const place = lockFolder(folder);
  const names = existsSync(place) ? readdirSync(place) : [];
  return names.filter((name) => /^\d+\.json$/.test(name)).map((name) => parseInt(name, 10));
}

function lastLock(folder: string): LockFile | undefined {
  const n = Math.max(0, ...lockNumbers(folder));
  return n === 0 ? undefined :
    {n, file: lockFile(folder, n), free: existsSync(freeFile(folder, n))};
}

/** Owner and last sign of life; free when the file was removed a moment ago. */
function stateOf(file: string): 'free' | {owner: RunOwner | undefined; mtimeMs: number} {
  try {
    // Opening a file makes network file systems look again.
    return {owner: parseOwner(readFileSync(file, 'utf8')), mtimeMs: statSync(file).mtimeMs};
  } catch {
    return 'free';
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
