/** The probability flow ODE of Gaussian data has a closed form: the exact path of each noise. */
import {
  add64, constant64, matMul64, mul64, read64, scalar64, sub64, tidy64,
} from '../backend/tensor64';
import type {GaussianStats} from '../denoisers/gaussian-stats';
import {assertGaussianStats, remainderOf} from '../denoisers/gaussian';
import type {ImageShape} from '../types';
import {assertSchedule} from './schedule';
import {countImages} from './solver';
import type {Pixels} from './solver';

/** States of N images along a schedule. */
export interface GaussianPath {
  /** The schedule, `[K + 1]`. */
  readonly sigmas: Float64Array;
  /** State at each sigma, K + 1 times `[N, D]`; the last one is the sample. */
  readonly states: readonly Float64Array[];
  /** N. */
  readonly count: number;
  /** `[H, W, C]` of each image. */
  readonly imageShape: ImageShape;
}

/**
 * The path from x_T = sigma_0·z (Li, Dai, Qu 2024, eq. 7), in float64:
 * x_t = mu + sum_i sqrt((sigma_t² + l_i) / (sigma_T² + l_i)) u_i u_iᵀ (x_T - mu), with
 * l = `remainder` for all directions that have no u_i.
 * @param stats the Gaussian.
 * @param noise unit noise z, `[N, H, W, C]` row by row.
 * @param schedule falling sigmas, the last one 0.
 * @throws RangeError for bad noise, schedule or statistics.
 * @example
 * // Black and white images of one pixel: a Gaussian of mean 0 and variance 1.
 * const stats = hg.gaussianStats(hg.createDataset({
 *   name: 'pair', images: Uint8Array.of(0, 255), imageShape: [1, 1, 1]}));
 * const [noise, schedule] = [Float64Array.of(0.5), hg.karrasSchedule({steps: 10})];
 * const {states} = hg.gaussianPath(stats, noise, schedule);
 * // From 80·z to 80·z / sqrt(80² + 1).
 * console.log(states[0]![0], states.at(-1)![0]!.toFixed(5)); // 40 0.49996
 */
export function gaussianPath(
    stats: GaussianStats, noise: Pixels, schedule: ArrayLike<number>):
    GaussianPath {
  assertSchedule('gaussianPath', schedule);
  const D = assertGaussianStats('gaussianPath', stats);
  const R = stats.eigenvalues.length;
  const count = countImages('gaussianPath', noise, stats.imageShape);
  const sigmas = Float64Array.from(schedule);
  const start = sigmas[0]!;
  const states = tidy64(() => {
    const basis = constant64(stats.eigenvectors, [D, R]);
    const mean = constant64(stats.mean, [1, D]);
    const x = constant64(Float64Array.from(noise, (z) => start * z), [count, D]);
    const offset = sub64(x, mean);                                                 // [N, D]
    const coordinates = matMul64(offset, basis);                                   // [N, R]
    return Array.from(sigmas, (sigma) => tidy64(() => {
      const factor = (variance: number): number =>
          Math.sqrt((sigma ** 2 + variance) / (start ** 2 + variance));
      const rest = R === D ? 0 : factor(remainderOf(stats));
      const shrink = stats.eigenvalues.map((variance) => factor(variance) - rest);
      const shrunk = matMul64(
          mul64(coordinates, constant64(shrink, [1, R])), basis, {transposeB: true});
      const moved = rest === 0 ? shrunk : add64(shrunk, mul64(offset, scalar64(rest)));
      return read64(add64(moved, mean));
    }));
  });
  return {sigmas, states, count, imageShape: stats.imageShape};
}
