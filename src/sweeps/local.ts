/** The executor `local`: a pool of processes on this machine. */
import {rmSync} from 'node:fs';
import {constants} from 'node:os';
import * as path from 'node:path';
import {counted} from '../counted';
import type {Profile} from '../experiments/profiles';
import {trainInPool} from '../experiments/train-pool';
import {LOCK_TIMES, takeLock} from '../store/run-lock';
import {makeFolder, writeFile} from '../store/write-file';
import type {OnProgress} from '../types';
import {failureFile, logsFolder} from './status';
import {lineTitle, taskName} from './sweep';
import type {Sweep} from './sweep';

export interface LocalOptions {
  readonly print: (line: string) => void;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Trains runs of the sweep and prints a summary.
 * @param lines the runs, as lines of tasks.txt.
 * @returns 0, 1 when runs failed, 128 + n after signal n.
 */
export async function runLocally(
    folder: string, profile: Profile, sweep: Sweep, lines: readonly number[],
    {print, onProgress}: LocalOptions): Promise<number> {
  const lock = await takeLock(folder, {...LOCK_TIMES, onWait: (_, lives) => lives});
  if (lock === undefined) {
    print(`${sweep.name}: another process began to train it just now; this one stops`);
    return 0;
  }
  const lineOf = (task: object): number => sweep.tasks.indexOf(task as Sweep['tasks'][number]) + 1;
  const logOf = (task: Parameters<typeof taskName>[0]): string =>
    path.join(logsFolder(folder), `${taskName(task)}.log`);
  try {
    makeFolder(path.join(folder, 'failed'));
    lines.forEach((line) => rmSync(failureFile(folder, line), {force: true}));
    const tasks = lines.map((line) => sweep.tasks[line - 1]!);
    const {finished, failures, interrupted} = await trainInPool(profile, tasks, {
      onProgress, log: logOf,
      onFailure: ({work, reason}) => writeFile(failureFile(folder, lineOf(work.task)), `${reason}\n`),
    });
    print(`${sweep.name}: ${finished.length} of ${counted(lines.length, 'run')} trained` +
        `${failures.length === 0 ? '' : `, ${failures.length} failed:`}`);
    for (const {work, reason} of failures) {
      print(`  ${lineTitle(sweep, lineOf(work.task))}: ${reason}`);
      print(`    log: ${logOf(work.task)}`);
    }
    if (interrupted !== undefined) {
      print(`stopped by ${interrupted}; \`npx hidden-gaussian sweep resume ${sweep.name}\` goes on`);
      return 128 + constants.signals[interrupted];
    }
    return failures.length === 0 ? 0 : 1;
  } finally {
    lock.release();
  }
}
