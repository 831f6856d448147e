/**
 * The process in which a target meets its inputs: one message with bytes in, one `Answer` out. It
 * may die or hang; `worker.ts` watches it.
 *
 *   node child.js TARGET-FILE SCRATCH-FOLDER
 */
import {mkdirSync, readdirSync, rmSync} from 'node:fs';
import * as path from 'node:path';
import {problemOf, withoutFolder} from './judge';
import {loadTarget} from './target';
import type {Target} from './target';

/** What became of one input. */
export interface Answer {
  readonly outcome: 'accepted' | 'refused' | 'failed';
  /** The refusal, or what is wrong. */
  readonly message: string;
  readonly ms: number;
  /** Largest memory of the process so far, bytes. */
  readonly peak: number;
}

/** When memory has grown by this, bytes, garbage is collected before the next input. */
const COLLECT_AFTER = 2e8;
/** Open files beyond those at the start that mean a leak. */
const MAX_OPEN_FILES = 64;

const peak = (): number => process.resourceUsage().maxRSS * 1024;

async function answer(target: Target, bytes: Uint8Array, scratch: string): Promise<Answer> {
  const started = performance.now();
  const done = (outcome: Answer['outcome'], message: string): Answer =>
      ({outcome, message, ms: performance.now() - started, peak: peak()});
  const refusal = await attempt(target, bytes, scratch);
  if (refusal === undefined) return done('accepted', '');
  const problem = problemOf(refusal.error, target.refusal, scratch);
  if (problem !== undefined) return done('failed', problem);
  return done('refused', withoutFolder((refusal.error as Error).message, scratch));
}

async function attempt(
    target: Target, bytes: Uint8Array, scratch: string): Promise<{error: unknown} | undefined> {
  try {
    const error = await target.parse(bytes, scratch);
    return error === undefined ? undefined : {error};
  } catch (error) {
    return {error};
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;  // Not Linux.
  }
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), {recursive: true});
}

function main([file, scratch]: string[]): void {
  const target = loadTarget(file!);
  mkdirSync(scratch!, {recursive: true});
  const [atStart, memory] = [openFiles(), process.memoryUsage.rss()];
  process.on('message', async (bytes: Uint8Array) => {
    empty(scratch!);
    if (process.memoryUsage.rss() > memory + COLLECT_AFTER) global.gc?.();
    const result = await answer(target, Buffer.from(bytes), scratch!);
    const leaked = openFiles() - atStart;
    process.send!(leaked <= MAX_OPEN_FILES ? result :
      {...result, outcome: 'failed', message: `leaves ${leaked} files open`} satisfies Answer);
  });
  process.on('disconnect', () => process.exit());
  process.send!('ready');
}

main(process.argv.slice(2));
