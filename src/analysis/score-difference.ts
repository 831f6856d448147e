/**
 * How far denoisers are from each other at each noise level. Since the score is
 * (D(x; sigma) - x) / sigma², this is also the difference of their scores, times sigma².
 *
 * RMSE is eq. 10 of Li, Dai, Qu 2024. It says little at large sigma, where every denoiser's output
 * is close to the mean image; the relative NMSE shows differences there (Wang and Vastola 2024).
 * The nonlinear residual of a network is its distance to its own linear distillation.
 */
import {setImmediate as breathe} from 'node:timers/promises';
import type {Denoiser, Interval, OnProgress, Rng} from '../types';
import {bootstrapMean, pairedDifference} from './bootstrap';
import {denoiseRows} from './denoise-rows';
import type {BatchOptions} from './denoise-rows';
import type {SigmaInputs} from './noisy-inputs';

/** The distance of each sample's outputs, `[N]`. */
export interface SampleDistance {
  /** sqrt(||D1 - D2||² / D), pixels in [-1, 1]. */
  readonly rmse: readonly number[];
  /** ||D1 - D2||² / ||D1||², with the reference D1 below. */
  readonly nmse: readonly number[];
}

/** Distance at one noise level: means over samples with their 95 % intervals. */
export interface DistancePoint {
  /** Noise level, in pixels of [-1, 1]. */
  readonly sigma: number;
  /** Eq. 10: the mean of the per-sample roots, not the root of the batch's mean; in pixels. */
  readonly rmse: Interval;
  /** Mean of the per-sample ratios. */
  readonly nmse: Interval;
  /** The values behind the means; sample i has the same input for every denoiser compared. */
  readonly perSample: SampleDistance;
}

/** Distance of one denoiser to the reference, against sigma. */
export interface DenoiserDistance {
  /** Name of D2. */
  readonly denoiser: string;
  /** Name of the reference, D1. */
  readonly reference: string;
  /** One point an entry of the inputs, in their order. */
  readonly points: readonly DistancePoint[];
}

/** Randomness and progress of a comparison. */
export interface CompareOptions extends BatchOptions {
  /** Draws the resamples; all intervals of a comparison use the same resamples. */
  readonly rng: Rng;
  /** Resamples of the bootstrap (default 2000). */
  readonly resamples?: number;
  /** Told after each sigma. */
  readonly onProgress?: OnProgress;
}

/**
 * Evaluates several denoisers against one reference on the same inputs, in one pass: RMSE of Li,
 * Dai, Qu 2024, eq. 10, and NMSE (Wang and Vastola 2024).
 * @param reference for example the trained network.
 * @param others for example its linear distillation, the Gaussian and the multi-delta denoiser.
 * @param inputs from `noisyInputs` (training or held-out images) or `trajectoryInputs`; at least
 *     2 samples each; borrowed.
 * @param options `rng` draws the resamples; the others have defaults.
 * @returns one entry for each of `others`, in order.
 * @throws RangeError for inputs of another shape than a denoiser's; Error for outputs that are
 *     not finite.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const [gaussian, multiDelta] =
 *     [hg.gaussianDenoiser(hg.gaussianStats(train)), hg.multiDeltaDenoiser(train)];
 * const rng = hg.createRng(0);
 * const inputs = hg.noisyInputs(train, {sigmas: [80, 0.5], rng});
 * const [distance] = await hg.compareDenoisers(multiDelta, [gaussian], inputs, {rng});
 * console.log(distance?.points.map(({sigma, rmse}) => `${sigma}: ${hg.formatInterval(rmse, 2)}`));
 * // [ '80: 2.9e−5 [2.5e−5, 3.5e−5]', '0.5: 0.25 [0.23, 0.27]' ]
 */
export async function compareDenoisers(
    reference: Denoiser, others: readonly Denoiser[], inputs: readonly SigmaInputs[],
    {rng, resamples, onProgress, ...batchOptions}: CompareOptions): Promise<DenoiserDistance[]> {
  const size = reference.imageShape.reduce((a, b) => a * b, 1);
  const results = others.map(({name}) => ({
    denoiser: name, reference: reference.name, points: [] as DistancePoint[],
  }));
  const mean = (values: readonly number[]) =>
    bootstrapMean(values, {rng: rng.fork('bootstrap'), resamples});
  for (const [k, {sigma, x}] of inputs.entries()) {
    const expected = denoiseRows(reference, x, sigma, batchOptions);
    for (const [i, other] of others.entries()) {
      const perSample =
          sampleDistance(expected, denoiseRows(other, x, sigma, batchOptions), size);
      const {rmse, nmse} = perSample;
      results[i]!.points.push({sigma, rmse: mean(rmse), nmse: mean(nmse), perSample});
    }
    onProgress?.(
        {label: `distances to ${reference.name}`, done: k + 1, total: inputs.length});
    await breathe();
  }
  return results;
}

/**
 * RMSE and NMSE of each sample, in float64.
 * @param reference outputs D1, `[N, D]` row by row.
 * @param other outputs D2, as many.
 * @param size D.
 * @throws RangeError when lengths do not fit; Error when a reference output is the zero image.
 * @example
 * const {rmse, nmse} = hg.sampleDistance([3, 4], [3, 0], 2); // one sample of two pixels
 * console.log(rmse, nmse); // [ 2.8284271247461903 ] [ 0.64 ]
 */
export function sampleDistance(
    reference: ArrayLike<number>, other: ArrayLike<number>, size: number): SampleDistance {
  if (reference.length !== other.length || reference.length % size !== 0) {
    throw new RangeError(`sampleDistance: expected two arrays of rows of ${size} values, ` +
        `got ${reference.length} and ${other.length} values`);
  }
  const rmse: number[] = [];
  const nmse: number[] = [];
  for (let start = 0; start < reference.length; start += size) {
    let [difference, norm] = [0, 0];
    for (let p = start; p < start + size; p++) {
      difference += (reference[p]! - other[p]!) ** 2;
      norm += reference[p]! ** 2;
    }
    if (norm === 0 && difference > 0) {
      throw new Error(`sampleDistance: expected a reference output other than the zero image, ` +
          `got zeros for sample ${start / size}; its relative error is undefined`);
    }
    rmse.push(Math.sqrt(difference / size));
    nmse.push(difference === 0 ? 0 : difference / norm);
  }
  return {rmse, nmse};
}

/** By how much one denoiser is farther from the reference than another, at one noise level. */
export interface DistanceGap {
  /** Noise level, in pixels of [-1, 1]. */
  readonly sigma: number;
  /** Mean RMSE of the first minus that of the second, paired by sample. */
  readonly rmse: Interval;
  /** The same for NMSE. */
  readonly nmse: Interval;
}

/**
 * The gap between two distances to the same reference on the same inputs, for example RMSE to the
 * multi-delta denoiser minus RMSE to the Gaussian: positive where the Gaussian is the better model.
 * @param first a distance of `compareDenoisers`.
 * @param second another one of the same call.
 * @param options `rng` draws the resamples, `resamples` says how many (default 2000).
 * @returns one gap a sigma, in their order.
 * @throws RangeError when the two were not measured on the same sigmas and against one reference.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const stats = hg.gaussianStats(train);
 * const others = [hg.multiDeltaDenoiser(train), hg.gaussianDenoiser(stats)];
 * const inputs = hg.noisyInputs(train, {sigmas: [0.5], rng: hg.createRng(0)});
 * const options = {rng: hg.createRng(1)};
 * const [first, second] = await hg.compareDenoisers(others[1]!, others, inputs, options);
 * const gaps = hg.distanceGap(first!, second!, options);
 * console.log(gaps.map(({rmse}) => hg.formatInterval(rmse, 2)));
 * // [ '0.25 [0.23, 0.27]' ]
 */
export function distanceGap(
    first: DenoiserDistance, second: DenoiserDistance,
    {rng, resamples}: {rng: Rng; resamples?: number}): DistanceGap[] {
  const setting = ({reference, points}: DenoiserDistance): string =>
    `${reference} at sigma ${points.map(({sigma}) => sigma).join(', ')}`;
  if (setting(first) !== setting(second)) {
    throw new RangeError(`distanceGap: expected two distances to ${setting(first)}, ` +
        `got one to ${setting(second)}; take both from one compareDenoisers`);
  }
  return first.points.map(({sigma, perSample: a}, k) => {
    const {perSample: b} = second.points[k]!;
    const difference = (x: readonly number[], y: readonly number[]) =>
      pairedDifference(x, y, {rng: rng.fork('bootstrap'), resamples});
    return {sigma, rmse: difference(a.rmse, b.rmse), nmse: difference(a.nmse, b.nmse)};
  });
}
