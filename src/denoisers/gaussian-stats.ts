/**
 * Mean and principal components of a set of images in float64: what the Gaussian denoiser needs
 * (Li, Dai, Qu 2024, eq. 6).
 */
import {setImmediate as breathe} from 'node:timers/promises';
import {symmetricEigen64, symmetricEigen64Async} from '../backend/symmetric-eigen';
import type {ImageShape, OnProgress} from '../types';
import {gaussianFit} from './gaussian-fit';
import type {ImageSource} from './image-rows';

/** A Gaussian fitted to N images of D = H·W·C pixels: a plain record of numbers. */
export interface GaussianStats {
  /** `[H, W, C]` of the images. */
  readonly imageShape: ImageShape;
  /** N. */
  readonly count: number;
  /** Pixel mean mu, `[D]`. */
  readonly mean: Float64Array;
  /**
   * Covariance with divisor N, `[D, D]`, in pixels squared. With few images, or only the leading
   * components, it is computed from these when first read: U diag(l) Uᵀ, and `remainder`
   * elsewhere.
   */
  readonly covariance: Float64Array;
  /** R orthonormal eigenvectors U as columns, `[D, R]`, in the order of the eigenvalues. */
  readonly eigenvectors: Float64Array;
  /** Eigenvalues, largest first, none below 0, `[R]`: R = D, or the rank where images are few. */
  readonly eigenvalues: Float64Array;
  /** Variance in every direction orthogonal to U: 0 (the default) unless `components` was given. */
  readonly remainder?: number;
  /** Root mean square deviation of the eigenvalues that `remainder` stands for, from it. */
  readonly remainderError?: number;
  /** How many eigenvalues stand above rounding, at most min(R, N - 1). */
  readonly rank: number;
}

/** How many components are found. */
export interface GaussianOptions {
  /**
   * k: only the k leading components, found to 1e-9 of the largest eigenvalue; the other D - k
   * directions all get their mean variance r, `remainder` (default: all components). Up to D / 8
   * this takes less memory, and less time if they stand out from the rest. A direction of variance
   * l is then shrunk by r / (r + sigma²) instead of l / (l + sigma²), so that D(x; sigma) is exact
   * in U and off elsewhere by the difference.
   */
  readonly components?: number;
}

/**
 * Fits a Gaussian to `images`: mean, covariance (divisor N) and its eigenvectors in float64 (Li,
 * Dai, Qu 2024, eq. 6). From some thousand pixels on this takes minutes: see `fitGaussian`.
 * @param images a data set, or a tensor `[N, H, W, C]` in [-1, 1].
 * @param options how many components (default all).
 * @throws RangeError when there is no image, a pixel is NaN or infinite, or `components` is not an
 *     integer from 1 to D.
 * @example
 * // Two images of two pixels, black and white: all variance lies in their common direction.
 * const pair = hg.createDataset({
 *   name: 'pair', images: Uint8Array.of(0, 0, 255, 255), imageShape: [1, 2, 1]});
 * const {mean, eigenvalues, rank} = hg.gaussianStats(pair);
 * console.log(mean.join(' '), 'and', eigenvalues[0]!.toFixed(3), 'of rank', rank);
 * // 0 0 and 2.000 of rank 1
 */
export function gaussianStats(images: ImageSource, options: GaussianOptions = {}): GaussianStats {
  const steps = gaussianFit('gaussianStats', images, options);
  let step = steps.next();
  while (step.done !== true) {
    const {decompose} = step.value;
    step = steps.next(decompose && symmetricEigen64(decompose, {overwrite: true}));
  }
  return step.value;
}

/**
 * The same as `gaussianStats`, for many or large images: tells how far it is, and lets timers and
 * progress bars go on. 70,000 images of 64x64x3 take minutes and 7 GB on 2 cores (bench/README.md
 * has the figures).
 * @param images a data set, or a tensor `[N, H, W, C]` in [-1, 1].
 * @param options how many components (default all), and whom to tell.
 * @throws RangeError when there is no image, a pixel is NaN or infinite, or `components` is not an
 *     integer from 1 to D.
 * @example
 * const greys = hg.createDataset({
 *   name: 'greys', images: Uint8Array.of(0, 255), imageShape: [1, 1, 1]});
 * console.log((await hg.fitGaussian(greys)).eigenvalues); // Float64Array(1) [ 1 ]
 */
export async function fitGaussian(
    images: ImageSource,
    {onProgress, ...options}: GaussianOptions & {readonly onProgress?: OnProgress} = {}):
    Promise<GaussianStats> {
  const steps = gaussianFit('fitGaussian', images, options);
  let step = steps.next();
  while (step.done !== true) {
    const {label, done, total, decompose} = step.value;
    onProgress?.({label, done, total});
    await breathe();
    step = steps.next(
        decompose && await symmetricEigen64Async(decompose, {overwrite: true}));
  }
  return step.value;
}
