/**
 * A pool of processes of this command, bounded by cores and by memory. A process that ends with an
 * error does not stop the others; one that a signal ended (out of memory, say) is started again and
 * goes on from its checkpoint; signals to this process are passed on and waited for.
 */
import {fork} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {appendFileSync, closeSync, mkdirSync, openSync, readFileSync} from 'node:fs';
import {constants} from 'node:os';
import * as path from 'node:path';
import {projectPaths} from '../paths';
import {onInterrupt} from '../store/interruption';
import type {Interrupt} from '../store/interruption';
import type {OnProgress, Progress} from '../types';
import {exitOf} from './child-exit';
import {TRAINING_ENVIRONMENT} from './training-environment';

/** What one process is asked for. */
export interface PoolWork {
  /** For messages, for example `N = 64, width 16, seed 0`. */
  readonly title: string;
  /** Of the command `hidden-gaussian`. */
  readonly arguments: readonly string[];
  /** Peak memory of the process. */
  readonly memoryBytes: number;
  /** File that its output is appended to (default: none is kept). */
  readonly log?: string | undefined;
}

/** A process that ended with an error. */
export interface PoolFailure<W extends PoolWork> {
  readonly work: W;
  /** Its last line, or what ended it. */
  readonly reason: string;
}

export interface PoolOutcome<W extends PoolWork> {
  readonly finished: readonly W[];
  readonly failures: ReadonlyArray<PoolFailure<W>>;
  /** The signal that stopped the pool: what is in neither list was interrupted or not started. */
  readonly interrupted: Interrupt | undefined;
}

export interface PoolOptions<W extends PoolWork> {
  /** Processes at a time at most. */
  readonly processes: number;
  /** Memory that all of them may take together. */
  readonly memoryBytes: number;
  /** The program (default `bin/hidden-gaussian.js`). */
  readonly command?: string;
  /** What a process says about its progress. */
  readonly onProgress?: ((work: W, progress: Progress) => void) | undefined;
  readonly onFinished?: ((work: W) => void) | undefined;
  readonly onFailure?: ((failure: PoolFailure<W>) => void) | undefined;
}

/** Starts of one process: the first, and two after a signal ended it. */
const ATTEMPTS = 3;
/** Characters of a process's last words. */
const LAST_WORDS = 2000;

/**
 * Runs all works in their order, as many at a time as fit; a smaller one overtakes one that does
 * not fit yet.
 * @throws Error naming each work that needs more memory than there is, before any is started.
 */
export async function runPool<W extends PoolWork>(
    works: readonly W[], options: PoolOptions<W>): Promise<PoolOutcome<W>> {
  const {processes, memoryBytes, onProgress, onFinished, onFailure} = options;
  checkFit(works, memoryBytes);
  const [finished, failures]: [W[], Array<PoolFailure<W>>] = [[], []];
  const waiting = [...works];
  const running = new Map<Promise<void>, W>();
  const children = new Set<ChildProcess>();
  let interrupted: Interrupt | undefined;
  const runOne = async (work: W): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const {status, signal, complaint} = await runProcess(
          work, attempt, options.command, children, (progress) => onProgress?.(work, progress));
      if (status === 0) {
        finished.push(work);
        return onFinished?.(work);
      }
      if (interrupted !== undefined) return;
      if (signal !== null && attempt < ATTEMPTS) continue;
      const reason = signal === null ?
        complaint.split('\n').at(-1) || `ended with status ${status}` :
        `ended by ${signal}, ${ATTEMPTS} times` +
          (signal === 'SIGKILL' ? ' (the system does this when memory runs out)' : '');
      const failure = {work, reason};
      failures.push(failure);
      return onFailure?.(failure);
    }
  };
  const nextThatFits = (): W | undefined => {
    const taken = [...running.values()].reduce((sum, work) => sum + work.memoryBytes, 0);
    const at = waiting.findIndex((work) => taken + work.memoryBytes <= memoryBytes);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };
  const forget = await onInterrupt((interrupt) => {
    interrupted ??= interrupt;
    children.forEach((child) => child.kill(interrupt));
  });
  try {
    for (;;) {
      while (running.size < processes && interrupted === undefined) {
        const work = nextThatFits();
        if (work === undefined) break;
        const done = runOne(work).finally(() => running.delete(done));
        running.set(done, work);
      }
      if (running.size === 0) return {finished, failures, interrupted};
      await Promise.race(running.keys());
    }
  } catch (error) {
    children.forEach((child) => child.kill('SIGTERM'));
    await Promise.allSettled(running.keys());
    throw error;
  } finally {
    forget();
  }
}

function checkFit(works: readonly PoolWork[], memoryBytes: number): void {
  const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  const tooLarge = works.filter((work) => work.memoryBytes > memoryBytes);
  if (tooLarge.length === 0) return;
  const list = tooLarge.map(({title, memoryBytes: needed}) => `${title} (${gib(needed)} GiB)`);
  throw new Error(`expected runs that fit ${gib(memoryBytes)} GiB of available memory, too large ` +
      `are ${list.join('; ')}; nothing was started: leave these out, or run them on a larger ` +
      'machine or a cluster');
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly complaint: string;
}

/**
 * In a process group of its own, so that a terminal's Ctrl-C reaches it once: from the pool.
 */
async function runProcess(
    work: PoolWork, attempt: number,
    command = path.join(projectPaths().root, 'bin', 'hidden-gaussian.js'),
    children: Set<ChildProcess>, onProgress: OnProgress): Promise<Ended> {
  const log = work.log === undefined ? undefined : openLog(work.log, work.title, attempt);
  try {
    const child = fork(command, work.arguments, {
      env: {...process.env, ...TRAINING_ENVIRONMENT}, detached: true,
      stdio: ['ignore', log?.file ?? 'ignore', log?.file ?? 'pipe', 'ipc'],
    });
    children.add(child);
    child.on('message', (message) => onProgress(message as Progress));
    try {
      const {status, complaint} = await exitOf(child, LAST_WORDS);
      const said = log === undefined ? complaint : log.since();
      return {status, signal: child.signalCode ?? signalOf(status), complaint: said};
    } finally {
      children.delete(child);
    }
  } finally {
    if (log !== undefined) closeSync(log.file);
  }
}

/** The signal behind a status such as 137, as a process ends that was told to stop and saved. */
function signalOf(status: number | null): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, n]) => 128 + n === status);
  return (found?.[0] ?? null) as NodeJS.Signals | null;
}

/** Opens a log, notes the start in it, and can tell what was written since. */
function openLog(
    log: string, title: string, attempt: number): {readonly file: number; since(): string} {
  mkdirSync(path.dirname(log), {recursive: true});
  const again = attempt === 1 ? '' : `, attempt ${attempt}`;
  appendFileSync(log, `[${new Date().toISOString()}] ${title}${again}\n`);
  const start = readFileSync(log).length;
  return {
    file: openSync(log, 'a'),
    since: () => readFileSync(log).subarray(start).toString('utf8').slice(-LAST_WORDS).trim(),
  };
}
