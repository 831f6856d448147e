/**
 * Where a curve over training time has its minimum, and whether it is U-shaped: a network that
 * comes closest to the Gaussian denoiser early and leaves it again as it memorizes
 * (Li, Dai, Qu 2024, on early stopping).
 */
import {assertInteger} from '../shapes';
import type {Interval, Rng} from '../types';
import {bootstrapMean, bootstrapStatistic} from './bootstrap';

/** One checkpoint of the curve. */
export interface CurveStep {
  /** Training step (or thousands of images): increasing. */
  readonly step: number;
  /** For example RMSE to the Gaussian denoiser, one value a sample, the same samples each time. */
  readonly values: ArrayLike<number>;
}

/** Randomness of the test for a U. */
export interface EarlyStoppingOptions {
  /** Splits the samples and draws the resamples. */
  readonly rng: Rng;
  /** Resamples of the bootstrap (default 2000). */
  readonly resamples?: number;
}

/** Where the minimum lies, and whether the curve is U-shaped. */
export interface EarlyStoppingResult {
  /** The step with the smallest mean; low and high are the 95 % range over resampled samples. */
  readonly step: Interval;
  /** The mean at that step. */
  readonly minimum: Interval;
  /** Mean at the first checkpoint minus mean at the minimum (cross-fitted). */
  readonly descent: Interval;
  /** Mean at the last checkpoint minus mean at the minimum (cross-fitted): the depth of the U. */
  readonly depth: Interval;
  /** Whether descent and depth are both above 0 with 95 % confidence. */
  readonly uShaped: boolean;
}

/**
 * Finds the minimum of a curve over training time and tests for a U (Li, Dai, Qu 2024, on early
 * stopping).
 *
 * A minimum picked on the same samples that measure its depth would make noise look like a U.
 * So descent and depth are cross-fitted: the samples are split in halves, and each half is
 * measured at the step that is best for the *other* half.
 * @param curve at least 3 checkpoints with at least 4 samples each.
 * @param options `rng` splits the samples and draws the resamples.
 * @throws RangeError when steps do not increase or the numbers of samples differ.
 * @example
 * const distances = {10: 0.5, 100: 0.2, 1000: 0.3}; // of the network to D_G: a U
 * const curve = Object.entries(distances).map(([step, mean]) =>
 *   ({step: Number(step), values: [0, 1, 2, 3, 4, 5].map((image) => mean + 0.01 * image)}));
 * const {step, uShaped} = hg.earlyStopping(curve, {rng: hg.createRng(0)});
 * console.log(step.estimate, uShaped); // 100 true
 */
export function earlyStopping(
    curve: readonly CurveStep[], {rng, resamples}: EarlyStoppingOptions): EarlyStoppingResult {
  const count = checkCurve(curve);
  const bootstrap = (method: 'bca' | 'percentile') =>
    ({rng: rng.fork('bootstrap'), resamples, method});
  const all = Uint32Array.from({length: count}, (_, i) => i);
  const best = curve[argmin(curve, all)]!;
  const step = bootstrapStatistic(
      count, (indices) => curve[argmin(curve, indices)]!.step, bootstrap('percentile'));

  const order = rng.fork('halves').permutation(count);
  const halves = [order.subarray(0, count >> 1), order.subarray(count >> 1)] as const;
  const atMinimum = new Float64Array(count);
  for (const [own, other] of [[halves[0], halves[1]], [halves[1], halves[0]]] as const) {
    const {values} = curve[argmin(curve, other)]!;
    for (const i of own) atMinimum[i] = values[i]!;
  }
  const above = (edge: CurveStep): Interval =>
    bootstrapMean(atMinimum.map((value, i) => edge.values[i]! - value), bootstrap('bca'));
  const descent = above(curve[0]!);
  const depth = above(curve.at(-1)!);
  return {
    step, minimum: bootstrapMean(best.values, bootstrap('bca')), descent, depth,
    uShaped: descent.low > 0 && depth.low > 0,
  };
}

/** Position of the checkpoint with the smallest mean over these samples; the earliest of equals. */
function argmin(curve: readonly CurveStep[], indices: Uint32Array): number {
  let [at, least] = [0, Infinity];
  curve.forEach(({values}, position) => {
    let total = 0;
    for (const index of indices) total += values[index]!;
    if (total < least) [at, least] = [position, total];
  });
  return at;
}

function checkCurve(curve: readonly CurveStep[]): number {
  if (curve.length < 3) {
    throw new RangeError(
        `earlyStopping: expected at least 3 checkpoints, got ${curve.length}; save more of them`);
  }
  const count = curve[0]!.values.length;
  assertInteger('earlyStopping', 'samples', count, 4);
  curve.forEach(({step, values}, i) => {
    if (!(step > (curve[i - 1]?.step ?? -Infinity))) {
      throw new RangeError(`earlyStopping: expected increasing steps, got ${step} after ` +
          `${curve[i - 1]?.step}`);
    }
    if (values.length !== count) {
      throw new RangeError(`earlyStopping: expected ${count} values at every step, got ` +
          `${values.length} at step ${step}; measure all checkpoints on the same inputs`);
    }
  });
  return count;
}
