/**
 * Trains runs of a profile side by side, one process and one thread each: at these sizes a second
 * thread makes a single run 1.4 times faster, a second run beside it does twice the work.
 */
import {availableParallelism} from 'node:os';
import * as path from 'node:path';
import {counted} from '../counted';
import {bytesOf} from '../store/files-in';
import {interruptedError} from '../store/interruption';
import {availableMemory, checkNeeds} from '../training/needs';
import type {OnProgress, Progress} from '../types';
import type {Profile} from './profiles';
import {taskArguments, taskNeeds, taskTitle, unfinishedTasks} from './train-tasks';
import type {TrainTask} from './train-tasks';
import {runPool} from './worker-pool';
import type {PoolFailure, PoolOutcome, PoolWork} from './worker-pool';
import {openWorkspace} from './workspace';

/** A run as the pool knows it. */
export interface TrainWork extends PoolWork {
  readonly task: TrainTask;
}

export interface TrainPoolOptions {
  /** Processes at a time at most (default: one a core); memory can allow fewer. */
  readonly processes?: number;
  /** Memory that they may take together, in bytes (default: 90 % of what is available). */
  readonly memoryBytes?: number;
  /** File for the output of a run (default: none is kept). */
  readonly log?: ((task: TrainTask) => string) | undefined;
  /** Told how many steps of all runs are done. */
  readonly onProgress?: OnProgress | undefined;
  readonly onFinished?: ((task: TrainTask) => void) | undefined;
  readonly onFailure?: ((failure: PoolFailure<TrainWork>) => void) | undefined;
}

/** The rest covers what the model of memory is off by. */
const SHARE_OF_MEMORY = 0.9;

/**
 * Trains the given runs. An interrupted call leaves checkpoints; the next one goes on from them.
 * @throws Error before anything starts when memory or disk do not suffice.
 */
export async function trainInPool(
    profile: Profile, tasks: readonly TrainTask[], options: TrainPoolOptions = {}):
    Promise<PoolOutcome<TrainWork>> {
  const {
    processes = availableParallelism(), memoryBytes = SHARE_OF_MEMORY * availableMemory(),
    log, onProgress, onFinished, onFailure,
  } = options;
  const steps = profile.train.steps ?? 0;
  const works = tasks.map((task): TrainWork => ({
    task, title: taskTitle(task), arguments: taskArguments(profile, task),
    memoryBytes: taskNeeds(profile, task).memoryBytes, log: log?.(task),
  }));
  const done = new Map<TrainWork, number>();
  const report = (work: TrainWork, progress: Pick<Progress, 'done' | 'detail'>): void => {
    done.set(work, progress.done);
    const sum = [...done.values()].reduce((a, b) => a + b, 0);
    onProgress?.({
      label: `train ${counted(works.length, 'run')}, up to ` +
          `${Math.min(processes, works.length)} at a time`,
      done: sum, total: works.length * steps,
      ...(progress.detail !== undefined && {detail: progress.detail}),
    });
  };
  return runPool(works, {
    processes, memoryBytes, onFailure, onProgress: report,
    onFinished(work) {
      if (done.get(work) !== steps) report(work, {done: steps});
      onFinished?.(work.task);
    },
  });
}

/**
 * @param present bytes of a run that an earlier attempt has left there (default none).
 * @throws Error when the files of these runs do not fit the disk of the run store's folder.
 */
export function checkDisk(
    profile: Profile, tasks: readonly TrainTask[], runs: string,
    present?: (task: TrainTask) => number): void {
  const diskBytes = tasks.reduce((sum, task) => sum +
      Math.max(0, taskNeeds(profile, task).diskBytes - (present?.(task) ?? 0)), 0);
  checkNeeds(`training ${counted(tasks.length, 'run')} of profile ${profile.name}`, {diskBytes},
      {runs});
}

/**
 * Trains the runs of a profile that the run store does not have.
 * @throws Error naming the runs that failed and why, once the others are finished; `AbortError` after
 *     an interruption; Error when memory or disk do not suffice or the images of the profile are
 *     missing, before anything starts.
 */
export async function trainAll(profile: Profile, options: TrainPoolOptions = {}): Promise<void> {
  const workspace = await openWorkspace({profile: profile.name, onProgress: options.onProgress});
  const tasks = unfinishedTasks(workspace);
  await workspace.close();
  const {root} = workspace.store;
  checkDisk(profile, tasks, root, ({n, width, seed}) =>
    bytesOf(path.join(root, workspace.runId(n, width, seed))));
  const {failures, interrupted} = await trainInPool(profile, tasks, options);
  if (interrupted !== undefined) {
    throw interruptedError(interrupted, 'the runs go on from where they are next time');
  }
  if (failures.length > 0) {
    throw new Error(`${failures.length} of ${counted(tasks.length, 'run')} failed: ` +
        failures.map(({work, reason}) => `${work.title}: ${reason}`).join('; '));
  }
}
