/**
 * Which checkpoint of a training to keep: where it is closest to the Gaussian denoiser, where the
 * loss on held-out images is lowest, and where samples begin to be copies of training images.
 */
import type {Interval, Rng} from '../types';
import {earlyStopping} from './early-stopping';
import type {EarlyStoppingResult} from './early-stopping';
import {shareDifference, wilsonInterval} from './wilson';
import type {Share} from './wilson';

/** What was measured of one checkpoint; the same images at every checkpoint. */
export interface CheckpointEvidence {
  /** Training step of the checkpoint. */
  readonly step: number;
  /** RMSE to D_G of each noisy image at middle noise, pixels; at least 4. */
  readonly toGaussian: ArrayLike<number>;
  /** Loss of each held-out image, at least 4; absent when no images were held out. */
  readonly heldOutLoss?: ArrayLike<number> | undefined;
  /** Samples that copy a training image. */
  readonly copies: Share;
}

/**
 * - `too few checkpoints`: fewer than 3, nothing is known of the time between;
 * - `copies from the beginning`: the first checkpoint's samples already copy;
 * - `copies`: the best checkpoint would be one whose samples copy, an earlier one is advised;
 * - `passed the best`: the loss has risen again from its minimum (or the distance to D_G, when no
 *   images were held out);
 * - `levelled off`: the minimum lies before the last step, but by no more than chance;
 * - `still falling`: the minimum is the last step.
 */
export type StoppingSituation = 'too few checkpoints' | 'copies from the beginning' | 'copies' |
  'passed the best' | 'levelled off' | 'still falling';

/** Which checkpoint to use, and what speaks for it. */
export interface StoppingAdvice {
  /** The step to use. */
  readonly recommended: number;
  /** How the checkpoints lie, in one of six words. */
  readonly situation: StoppingSituation;
  /** What decided, besides copies. */
  readonly criterion: 'held-out loss' | 'distance to D_G';
  /** Where the network is closest to D_G; undefined with fewer than 3 checkpoints. */
  readonly closestToGaussian?: EarlyStoppingResult;
  /** Where the loss is lowest; undefined without held-out images or with fewer than 3. */
  readonly lowestHeldOutLoss?: EarlyStoppingResult;
  /** The first checkpoint with more copies than held-out images have, beyond chance. */
  readonly firstCopies?: {
    /** Its training step. */
    readonly step: number;
    /** Share of copies among its samples. */
    readonly copyRatio: Interval;
    /** Copy ratio minus that of held-out images, or minus none of as many. */
    readonly above: Interval;
  };
}

/** Randomness of the intervals, and the yardstick of copies. */
export interface StoppingAdviceOptions {
  /** Splits the samples and draws the resamples. */
  readonly rng: Rng;
  /** Held-out images that count as copies by the same rule (default: none of as many). */
  readonly calibration?: Share | undefined;
  /** Resamples of the bootstrap (default 2000). */
  readonly resamples?: number;
}

/** With fewer checkpoints there is no curve. */
const LEAST = 3;

/**
 * Advises a checkpoint: the lowest held-out loss before copies appear, or the smallest distance to
 * D_G when no images were held out.
 * @param points checkpoints in the order of their steps, at least one.
 * @param options randomness of the intervals, and the copies among held-out images.
 * @throws RangeError as `earlyStopping` does, or when there is no checkpoint.
 * @example
 * const points = [3, 1, 2].map((mean, i) => ({
 *   step: 100 * (i + 1), toGaussian: [0, 1, 2, 3].map((off) => mean + 0.1 * off),
 *   copies: {successes: 20 * i, count: 100},
 * }));
 * const {recommended, situation} = hg.stoppingAdvice(points, {rng: hg.createRng(0)});
 * console.log(recommended, situation); // 100 copies
 */
export function stoppingAdvice(
    points: readonly CheckpointEvidence[],
    {rng, calibration, resamples}: StoppingAdviceOptions): StoppingAdvice {
  if (points.length === 0) {
    throw new RangeError('stoppingAdvice: expected at least one checkpoint, got none');
  }
  const curve = (values: (point: CheckpointEvidence) => ArrayLike<number>): EarlyStoppingResult =>
    earlyStopping(points.map((point) => ({step: point.step, values: values(point)})),
        {rng: rng.fork('early stopping'), ...(resamples !== undefined && {resamples})});
  const judged = points.every(({heldOutLoss}) => heldOutLoss !== undefined);
  const enough = points.length >= LEAST;
  const closestToGaussian = enough ? curve(({toGaussian}) => toGaussian) : undefined;
  const lowestHeldOutLoss = enough && judged ? curve(({heldOutLoss}) => heldOutLoss!) : undefined;
  const firstCopies = firstWithCopies(points, calibration);
  const values = (point: CheckpointEvidence): ArrayLike<number> =>
    judged ? point.heldOutLoss! : point.toGaussian;
  const best = lowest(points, values);
  const before = points.filter(({step}) => step < (firstCopies?.step ?? Infinity));
  const decide = (): Pick<StoppingAdvice, 'recommended' | 'situation'> => {
    if (before.length === 0) {
      return {recommended: points[0]!.step, situation: 'copies from the beginning'};
    }
    const recommended = lowest(before, values);
    if (!enough) return {recommended, situation: 'too few checkpoints'};
    if (recommended !== best) return {recommended, situation: 'copies'};
    if (best === points.at(-1)!.step) return {recommended, situation: 'still falling'};
    const {depth} = (lowestHeldOutLoss ?? closestToGaussian)!;
    return {recommended, situation: depth.low > 0 ? 'passed the best' : 'levelled off'};
  };
  return {
    ...decide(), criterion: judged ? 'held-out loss' : 'distance to D_G',
    ...(closestToGaussian && {closestToGaussian}), ...(lowestHeldOutLoss && {lowestHeldOutLoss}),
    ...(firstCopies && {firstCopies}),
  };
}

function firstWithCopies(
    points: readonly CheckpointEvidence[], calibration: Share | undefined):
    StoppingAdvice['firstCopies'] {
  for (const {step, copies} of points) {
    const above = shareDifference(copies, calibration ?? {...copies, successes: 0});
    if (above.low > 0) {
      return {step, above, copyRatio: wilsonInterval(copies.successes, copies.count)};
    }
  }
  return undefined;
}

/** The step with the smallest mean, the earliest of equals. */
function lowest(
    points: readonly CheckpointEvidence[],
    values: (point: CheckpointEvidence) => ArrayLike<number>): number {
  const mean = (point: CheckpointEvidence): number => {
    const all = Array.from(values(point));
    return all.reduce((sum, value) => sum + value, 0) / all.length;
  };
  return points.map((point) => ({step: point.step, mean: mean(point)}))
      .reduce((least, next) => next.mean < least.mean ? next : least).step;
}
