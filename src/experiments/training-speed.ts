/**
 * How fast this machine trains: a handful of small networks are trained for some steps, and a sum
 * of five costs is fitted to their times. With it the time of any other network's step follows from
 * its size, too large ones included.
 */
import {spawn} from 'node:child_process';
import * as path from 'node:path';
import {z} from 'zod';
import type {NetworkCost} from '../networks/cost';
import type {TrainOptions} from '../training/options';
import type {ImageShape} from '../types';
import {exitOf} from './child-exit';
import {TRAINING_ENVIRONMENT} from './training-environment';

/** The work of one training step, in the units of `TrainingSpeed`. */
export interface StepWork {
  /** FLOPs of the products, forward and backward. */
  readonly flops: number;
  /** Values that pass through normalization, SiLU, sums, and back. */
  readonly activations: number;
  /** Entries of attention matrices, likewise. */
  readonly attentionScores: number;
  /** Convolutions, each with the operations around it: what calling them costs. */
  readonly convolutions: number;
  /** Parameters, which Adam and the average go through. */
  readonly parameters: number;
}

/** Seconds of one unit of each kind of work. */
export type TrainingSpeed = {readonly [K in keyof StepWork]: number};

/** One timed network. */
export interface TimedStep {
  readonly work: StepWork;
  /** Of one training step. */
  readonly seconds: number;
}

/** The machine as measured. */
export interface MeasuredSpeed {
  /** What a unit of each kind of work costs. */
  readonly speed: TrainingSpeed;
  /** Steps that took no part in the fit: what the prediction is worth. */
  readonly checks: ReadonlyArray<{
    readonly name: string; readonly seconds: number; readonly predicted: number;
  }>;
  /** Memory of a process that has loaded TensorFlow and trains nothing. */
  readonly processBytes: number;
}

/** A network to be timed. */
export interface SpeedProbe {
  readonly name: string;
  readonly imageShape: ImageShape;
  /** Steps in a row that are timed as one: about a tenth of a second on a processor of 2020. */
  readonly steps: number;
  readonly train: Partial<TrainOptions>;
  /** Whether its time is predicted, instead of taking part in the fit. */
  readonly check?: boolean;
}

/** Chosen so that each kind of work dominates somewhere. */
export const SPEED_PROBES: readonly SpeedProbe[] = [
  {name: 'calls', imageShape: [8, 8, 1], steps: 12, train: {width: 8, batchSize: 16}},
  {name: 'activations', imageShape: [16, 16, 1], steps: 2,
    train: {width: 16, channelMult: [1, 2, 2], batchSize: 32}},
  {name: 'products', imageShape: [16, 16, 1], steps: 1, train: {width: 64, batchSize: 8}},
  {name: 'parameters', imageShape: [8, 8, 1], steps: 2,
    train: {width: 64, channelMult: [1, 2, 2], batchSize: 1}},
  {name: 'attention', imageShape: [32, 32, 1], steps: 8,
    train: {width: 4, channelMult: [1], batchSize: 1}},
  {name: 'all', imageShape: [32, 32, 3], steps: 1,
    train: {architecture: 'ncsnpp', width: 32, attentionResolutions: [16], dropout: 0.1,
      batchSize: 4}},
  {name: '28×28, width 32, batch 8', check: true, imageShape: [28, 28, 1], steps: 1,
    train: {width: 32, channelMult: [1, 2, 2], batchSize: 8}},
];

/** @param batch images per step. */
export const stepWork = (cost: NetworkCost, batch: number): StepWork => ({
  flops: 3 * batch * cost.forwardFlops,     // as `trainingFlops`
  activations: batch * cost.activations,
  attentionScores: batch * cost.attentionScores,
  convolutions: cost.convolutions,
  parameters: cost.parameters,
});

const KINDS = ['flops', 'activations', 'attentionScores', 'convolutions', 'parameters'] as const;

/** Predicted seconds of a step. */
export const stepSeconds = (speed: TrainingSpeed, work: StepWork): number =>
    KINDS.reduce((sum, kind) => sum + speed[kind] * work[kind], 0);

/**
 * The non-negative speeds with the least squared relative errors, by coordinate descent.
 * @param steps at least five, of different kinds.
 */
export function fitSpeed(steps: readonly TimedStep[]): TrainingSpeed {
  if (steps.length < KINDS.length) {
    throw new RangeError(
        `fitSpeed: expected at least ${KINDS.length} timed steps, got ${steps.length}`);
  }
  const columns = KINDS.map((kind) => steps.map(({work, seconds}) => work[kind] / seconds));
  const squares = columns.map((column) => column.reduce((sum, value) => sum + value * value, 0));
  const shares = KINDS.map(() => 0);
  const residuals = steps.map(() => 1);
  for (let round = 0; round < FIT_ROUNDS; round++) {
    columns.forEach((column, k) => {
      if (squares[k] === 0) return;
      const slope = column.reduce((sum, value, i) => sum + value * residuals[i]!, 0);
      const change = Math.max(-shares[k]!, slope / squares[k]!);
      shares[k]! += change;
      column.forEach((value, i) => { residuals[i]! -= change * value; });
    });
  }
  return Object.fromEntries(KINDS.map((kind, k) => [kind, shares[k]!])) as TrainingSpeed;
}

/** Enough for the fit to stand still in all digits that matter. */
const FIT_ROUNDS = 20_000;

const positive = z.number().positive();
const work = z.strictObject({
  flops: positive, activations: positive, attentionScores: positive, convolutions: positive,
  parameters: positive,
});
/** What the program `speed-probe` prints, one line of JSON: a timed step for each probe. */
export const probeOutput = z.strictObject({
  processBytes: positive,
  steps: z.array(z.strictObject({work, seconds: positive})).length(SPEED_PROBES.length),
});

/**
 * Times the probes in a process of its own, set up as a training run of `make figures` is. Takes
 * about 15 seconds.
 * @throws Error with the last words of the process when it fails.
 * @example
 * async function hoursToTrain(profile: string): Promise<number> {
 *   const measured = await hg.measureSpeed();
 *   return hg.planOf(hg.profileOf(profile), measured).seconds / 3600;
 * }
 */
export async function measureSpeed(): Promise<MeasuredSpeed> {
  const child = spawn(process.execPath, [path.join(__dirname, 'speed-probe.js')],
      {env: {...process.env, ...TRAINING_ENVIRONMENT}, stdio: ['ignore', 'pipe', 'pipe']});
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
  const {status, complaint} = await exitOf(child, 2000);
  if (status !== 0) {
    throw new Error('measureSpeed: the measuring process failed: ' +
        `${complaint.split('\n').at(-1) ?? ''}`);
  }
  const {steps, processBytes} = probeOutput.parse(JSON.parse(output.trim().split('\n').at(-1)!));
  const timed = (check: boolean): TimedStep[] =>
    steps.filter((_, i) => (SPEED_PROBES[i]!.check ?? false) === check);
  const speed = fitSpeed(timed(false));
  const names = SPEED_PROBES.filter(({check}) => check).map(({name}) => name);
  const checks = timed(true).map((step, i) => ({
    name: names[i]!, seconds: step.seconds, predicted: stepSeconds(speed, step.work),
  }));
  return {speed, processBytes, checks};
}
