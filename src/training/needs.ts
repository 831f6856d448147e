/** Memory and disk of a training run, known before it starts, and the check that both are there. */
import {existsSync, readFileSync, statfsSync} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {networkCost} from '../networks/cost';
import type {NetworkCost} from '../networks/cost';
import type {ImageShape} from '../types';
import {fixedLossBatch} from './held-out-loss';
import {modelFor} from './model-for';
import type {TrainOptions} from './options';

/** What a training run takes. */
export interface TrainingNeeds {
  /** Size of the network. */
  readonly cost: NetworkCost;
  /** Peak memory that training adds to a process that has loaded TensorFlow and its images. */
  readonly workBytes: number;
  /** Peak memory of a process of its own: TensorFlow, images and `workBytes`. */
  readonly memoryBytes: number;
  /** Files in the run store at most: kept checkpoints and two states to resume from. */
  readonly diskBytes: number;
}

/** What else is in the memory of the process. */
export interface TrainingNeedsOptions {
  /** Images in the memory of the process, a byte a value (default none). */
  readonly images?: number;
  /**
   * Peak memory of a process that has loaded TensorFlow and a profile's images and trains nothing
   * (default 650 MB: 616 MB were measured).
   */
  readonly processBytes?: number;
}

const FLOAT = 4;
const PROCESS_BYTES = 650e6;
/**
 * Peak memory in units of what it is for, measured at 16x16 to 64x64x3, widths 8 to 64 (within
 * 10 %): copies of the parameters (weights, gradient, moments, average, the convolutions' Winograd
 * forms, and the copies that splitting and updating make), and, for each value that a convolution
 * puts out, the values that are kept for the gradient; dropout keeps its masks too. The fixed losses
 * are the last: they need no gradient, but keep a pass while it is recorded.
 */
const PEAK = {parameters: 13, activations: 6, activationsWithDropout: 8, evaluation: 3.1} as const;
/** Images of the fixed losses at most, as in `train`. */
const EVALUATED_IMAGES = 256;
/** Vectors [P] of a kept checkpoint (weights, average) and of a state (also Adam's two moments). */
const VECTORS = {checkpoint: 2, state: 4} as const;
/** The newest state and the one before it, or the one that is being written. */
const STATES = 2;

/** Where a container's statistics are, version 2 and 1, and what its inactive file cache is called. */
const CGROUP_STATISTICS = [
  ['/sys/fs/cgroup/memory.stat', 'inactive_file'],
  ['/sys/fs/cgroup/memory/memory.stat', 'total_inactive_file'],
] as const;

/**
 * Memory and disk that a training run takes, before it starts.
 * @param options complete, from `trainOptions`.
 * @param imageShape `[H, W, C]` of the images.
 * @param rest images and other memory of the process.
 * @throws RangeError when the network cannot be built for these images.
 * @example
 * const options = hg.trainOptions({width: 128, batchSize: 256});
 * const {memoryBytes, cost} = hg.trainingNeeds(options, [64, 64, 3]);
 * console.log(cost.parameters, `${(memoryBytes / 2 ** 30).toFixed(0)} GiB`); // 11380995 80 GiB
 */
export function trainingNeeds(
    options: TrainOptions, imageShape: ImageShape,
    {images = 0, processBytes = PROCESS_BYTES}: TrainingNeedsOptions = {}): TrainingNeeds {
  const {batchSize, dropout, checkpoints} = options;
  const cost = networkCost(modelFor(options, imageShape).parameters);
  const pixels = imageShape.reduce((a, b) => a * b, 1);
  const perImage = cost.activations + cost.attentionScores;
  const kept = dropout > 0 ? PEAK.activationsWithDropout : PEAK.activations;
  const evaluated = Math.min(EVALUATED_IMAGES, fixedLossBatch(pixels));
  const workBytes = FLOAT * (PEAK.parameters * cost.parameters +
      perImage * Math.max(kept * batchSize, PEAK.evaluation * evaluated));
  const vectors = checkpoints.length * VECTORS.checkpoint + STATES * VECTORS.state;
  return {
    cost, workBytes,
    memoryBytes: processBytes + images * pixels + workBytes,
    diskBytes: vectors * FLOAT * cost.parameters,
  };
}

/**
 * Memory that this process and its children can still take, in bytes: what is free on the machine,
 * in its container, and in the Slurm job that it runs in. Outside of Linux, the machine's memory.
 * @param environment where Slurm's limits are read (default `process.env`).
 */
export function availableMemory(environment: NodeJS.ProcessEnv = process.env): number {
  // Only Linux tells what it could free: elsewhere, all of it is promised.
  const free = process.platform !== 'linux' ? os.totalmem() :
    Math.min(os.totalmem(), process.availableMemory() + reclaimable());
  const limit = slurmLimit(environment);
  if (limit === undefined) return free;
  return Math.min(free, Math.max(0, limit - process.memoryUsage.rss()));
}

/** In a container's memory the cache of files counts as taken, until it is wanted. */
function reclaimable(): number {
  const limit = process.constrainedMemory();
  if (limit === 0 || limit >= os.totalmem()) return 0;
  for (const [file, name] of CGROUP_STATISTICS) {
    if (!existsSync(file)) continue;
    const [, bytes] = new RegExp(`^${name} (\\d+)$`, 'm').exec(readFileSync(file, 'utf8')) ?? [];
    return Number(bytes ?? 0);
  }
  return 0;
}

/** Memory of a Slurm job on this node, in bytes; undefined outside of one, or without a limit. */
function slurmLimit(environment: NodeJS.ProcessEnv): number | undefined {
  const read = (name: string): number => Number(environment[name] ?? NaN);
  const perNode = read('SLURM_MEM_PER_NODE');
  if (perNode > 0) return perNode * 2 ** 20;
  const cores = [read('SLURM_CPUS_PER_TASK'), read('SLURM_CPUS_ON_NODE'), 1].find((n) => n > 0)!;
  const perCore = read('SLURM_MEM_PER_CPU');
  return perCore > 0 ? perCore * cores * 2 ** 20 : undefined;
}

/** Free space, in bytes, of the file system that `folder` lies in or will lie in. */
export function availableDisk(folder: string): number {
  let there = path.resolve(folder);
  while (!existsSync(there)) there = path.dirname(there);
  const {bavail, bsize} = statfsSync(there);
  return bavail * bsize;
}

/** What `checkNeeds` holds the needs against. */
export interface CheckNeedsOptions {
  /** Folder of the run store. */
  readonly runs: string;
  /** Free memory in bytes (default `availableMemory()`). */
  readonly memory?: number;
  /** Free disk in bytes (default `availableDisk(runs)`). */
  readonly disk?: number;
}

/**
 * Checks, before a training starts, that memory and disk suffice.
 * @param what for the message, for example `training with N = 64, width 16, seed 0`.
 * @param needs bytes; leave out what need not be checked.
 * @param available the run store, and what there is (default: what the machine says).
 * @throws Error with what is needed and what there is, when memory or disk do not suffice.
 * @example
 * try {
 *   hg.checkNeeds('training', {memoryBytes: 8 * 2 ** 30}, {runs: 'runs', memory: 2 ** 30});
 * } catch (error) {
 *   console.log((error as Error).message.split(';')[0]);
 * }
 * // training: needs about 8.0 GiB of memory, 1.0 GiB are available
 */
export function checkNeeds(
    what: string, needs: {readonly memoryBytes?: number; readonly diskBytes?: number},
    {runs, memory = availableMemory(), disk = availableDisk(runs)}: CheckNeedsOptions): void {
  const {memoryBytes = 0, diskBytes = 0} = needs;
  if (memoryBytes > memory) {
    throw new Error(`${what}: needs about ${size(memoryBytes)} of memory, ${size(memory)} are ` +
        'available; close other programs, ask for more memory in a Slurm job, or take a smaller ' +
        'width or batch');
  }
  if (diskBytes > disk) {
    throw new Error(`${what}: needs ${size(diskBytes)} of disk in ${runs}, ${size(disk)} are ` +
        'free; free some space, or keep runs elsewhere: set HIDDEN_GAUSSIAN_RUNS to a folder');
  }
}

/** `12 MiB` or `3.4 GiB`. */
const size = (bytes: number): string => bytes < 2 ** 30 ?
  `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
