/**
 * Are these samples copies? What the two scores of `memorizationScores` mean together with those of
 * real held-out images.
 */
import type {Interval} from '../types';
import type {MemorizationResult} from './memorization';
import {normalQuantile} from './normal';
import {shareDifference} from './wilson';
import type {Share} from './wilson';

/**
 * - `copies`: more than half of the samples copy a training image;
 * - `some copies`: more samples than held-out images do, beyond chance;
 * - `close`: hardly any does, but the samples lie nearer to the training images than real unseen
 *   images do;
 * - `new`: neither;
 * - `new, as far as seen`: hardly any does; without held-out images, nearness has no yardstick.
 */
export type NoveltyVerdict = 'copies' | 'some copies' | 'close' | 'new' | 'new, as far as seen';

/** Scores of samples beside those of real images, and what they mean. */
export interface Novelty {
  /** Whether the samples are copies, near to the training images, or new. */
  readonly verdict: NoveltyVerdict;
  /** GL of the samples (Li, Dai, Qu 2024, eq. 14). */
  readonly gl: Interval;
  /** Share of samples whose nearest training image is 3 times nearer than the next. */
  readonly copyRatio: Interval;
  /** The same scores of held-out images, when there are any. */
  readonly heldOut?: {readonly gl: Interval; readonly copyRatio: Interval};
  /** GL of the samples over that of held-out images: 1 means as new as real unseen images. */
  readonly relativeGl?: Interval;
  /** Copy ratio of the samples minus that of held-out images. */
  readonly copiesAboveHeldOut?: Interval;
}

/** How many of the samples are copies. */
export const copiesOf = ({perSample}: Pick<MemorizationResult, 'perSample'>): Share => ({
  successes: perSample.filter(({copied}) => copied).length, count: perSample.length,
});

/**
 * Judges scores of samples by those of held-out images.
 * @param scores of the samples.
 * @param calibration scores of held-out images against the same training images, if there are any
 *     (default none: nearness is not judged then).
 * @example
 * const train = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 40}, (_, i) => 3 * i), imageShape: [1, 2, 1]});
 * const samples = {
 *   samples: hg.imagesToFloat32(train, [4, 9, 2, 7]), count: 4, imageShape: train.imageShape};
 * const scores = await hg.memorizationScores(train, samples, {rng: hg.createRng(0)});
 * console.log(hg.judgeNovelty(scores).verdict); // copies
 */
export function judgeNovelty(
    scores: MemorizationResult, calibration?: MemorizationResult): Novelty {
  const {gl, copyRatio} = scores;
  const copies = copiesOf(scores);
  if (calibration === undefined) {
    // Without a yardstick one copy is chance; the interval says from which number on it is not.
    const verdict = copyRatio.low > 0.5 ? 'copies' :
      shareDifference(copies, {...copies, successes: 0}).low > 0 ? 'some copies' :
        'new, as far as seen';
    return {verdict, gl, copyRatio};
  }
  const relativeGl = ratioOfMeans(glOf(scores), glOf(calibration));
  const copiesAboveHeldOut = shareDifference(copies, copiesOf(calibration));
  const verdict = copyRatio.low > 0.5 && copiesAboveHeldOut.low > 0 ? 'copies' :
    copiesAboveHeldOut.low > 0 ? 'some copies' : relativeGl && relativeGl.high < 1 ? 'close' : 'new';
  return {
    verdict, gl, copyRatio, copiesAboveHeldOut, ...(relativeGl && {relativeGl}),
    heldOut: {gl: calibration.gl, copyRatio: calibration.copyRatio},
  };
}

const glOf = ({perSample}: MemorizationResult): number[] => perSample.map(({gl}) => gl);

/**
 * Mean of one sample over the mean of another, independent one, with the normal interval of its
 * logarithm (delta method). Undefined when the second mean is 0.
 */
function ratioOfMeans(above: readonly number[], below: readonly number[]): Interval | undefined {
  const [a, b] = [meanAndError(above), meanAndError(below)];
  if (b.mean === 0) return undefined;
  const estimate = a.mean / b.mean;
  if (estimate === 0) return {estimate, low: 0, high: 0};
  const factor = Math.exp(normalQuantile(0.975) * Math.hypot(a.error / a.mean, b.error / b.mean));
  return {estimate, low: estimate / factor, high: estimate * factor};
}

function meanAndError(values: readonly number[]): {mean: number; error: number} {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {mean, error: Math.sqrt(squares / (n - 1) / n)};
}
