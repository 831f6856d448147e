/**
 * Trains the runs of a profile side by side, one process and one thread each: at these sizes a
 * second thread makes a single run 1.4 times faster, a second run beside it does twice the work.
 */
import {fork} from 'node:child_process';
import {availableParallelism, freemem} from 'node:os';
import * as path from 'node:path';
import {projectPaths} from '../paths';
import type {OnProgress, Progress} from '../types';
import type {Profile} from './profiles';
import {openWorkspace} from './workspace';
import type {Workspace} from './workspace';

/** One training run of a profile. */
export interface TrainTask {
  readonly n: number;
  readonly width: number;
  readonly seed: number;
}

export interface TrainPoolOptions {
  /** Processes at a time (default: one a core, as far as memory allows). */
  readonly processes?: number;
  /** Told how many steps of all runs are done. */
  readonly onProgress?: OnProgress;
}

/** What a worker needs at most, generously; graphs and activations of one small network. */
const WORKER_BYTES = 2 * 2 ** 30;

/**
 * Environment of processes that compute: oneDNN's convolutions are TensorFlow's fastest on every
 * x86 processor, but off by default on those without AVX-512.
 */
export const TENSORFLOW_TUNING = {TF_ENABLE_ONEDNN_OPTS: '1'} as const;

/** Environment of a training run: its process and one thread. */
export const TRAINING_ENVIRONMENT = {
  ...TENSORFLOW_TUNING, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1',
} as const;

/** The training runs that the notebooks ask for, the longest first. */
export function trainTasks(profile: Profile): TrainTask[] {
  const {sizes, width, widths, smallSize, seed, moreSeeds} = profile;
  const tasks = [
    ...sizes.map((n) => ({n, width, seed})),
    ...widths.map((other) => ({n: smallSize, width: other, seed})),
    ...moreSeeds.flatMap((other) =>
      [sizes[0]!, sizes.at(-1)!].map((n) => ({n, width, seed: other}))),
  ];
  const unique = new Map(tasks.map((task) => [JSON.stringify(task), task]));
  return [...unique.values()].sort((a, b) => b.width - a.width || a.n - b.n);
}

/** The training runs that the run store does not have whole, the longest first. */
export const unfinishedTasks = (workspace: Workspace): TrainTask[] =>
    trainTasks(workspace.profile).filter(({n, width, seed}) =>
      !workspace.isTrained(n, width, seed));

/**
 * Trains the runs of a profile that the run store does not have. An interrupted call leaves
 * checkpoints; the next one goes on from them.
 * @throws Error with the message of the first run that failed; the others are ended. Also when the
 *     images of the profile are missing.
 */
export async function trainAll(
    profile: Profile, {processes = defaultProcesses(), onProgress}: TrainPoolOptions = {}):
    Promise<void> {
  const workspace = await openWorkspace({profile: profile.name, onProgress});
  const tasks = unfinishedTasks(workspace);
  await workspace.close();
  const waiting = [...tasks];
  const done = new Map<TrainTask, number>();
  const steps = profile.train.steps ?? 0;
  const total = tasks.length * steps;
  const report = (task: TrainTask, progress: Progress): void => {
    done.set(task, progress.done);
    const sum = [...done.values()].reduce((a, b) => a + b, 0);
    onProgress?.({
      label: `train ${tasks.length} runs, ${processes} at a time`, done: sum, total,
      ...(progress.detail !== undefined && {detail: progress.detail}),
    });
  };
  const controller = new AbortController();
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const current = task;
      await runWorker(profile, current, controller.signal, (progress) =>
        report(current, progress));
      report(current, {label: '', done: steps, total: steps});
    }
  };
  try {
    await Promise.all(Array.from({length: Math.min(processes, tasks.length)}, work));
  } catch (error) {
    controller.abort();
    throw error;
  }
}

function defaultProcesses(): number {
  const byMemory = Math.floor(freemem() / WORKER_BYTES);
  return Math.max(1, Math.min(availableParallelism(), byMemory));
}

function runWorker(
    profile: Profile, {n, width, seed}: TrainTask, signal: AbortSignal,
    onProgress: OnProgress): Promise<void> {
  const command = path.join(projectPaths().root, 'bin', 'hidden-gaussian.js');
  const worker = fork(
      command, [
        'train', '--profile', profile.name, '--n', `${n}`, '--width', `${width}`,
        '--seed', `${seed}`,
      ], {
        env: {...process.env, ...TRAINING_ENVIRONMENT},
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'], signal,
      });
  let complaint = '';
  worker.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  worker.on('message', (message) => onProgress(message as Progress));
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('close', (status, killed) => {
      if (status === 0) return resolve();
      const reason = complaint.trim().split('\n').at(-1) ?? '';
      reject(new Error(`training with N = ${n}, width ${width}, seed ${seed} ended with ` +
          `${killed ?? `status ${status}`}: ${reason}`));
    });
  });
}
