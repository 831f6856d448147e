/**
 * Mean and principal components of a set of images in float64: what the Gaussian denoiser needs
 * (Li, Dai, Qu 2024, eq. 6).
 *
 * With many images the eigenvectors are those of the covariance, all D of them. N images of at
 * least 2 N pixels vary in N - 1 directions at most: these come from the N x N products of the
 * images, and nothing of size D x D is made.
 */
import {setImmediate as breathe} from 'node:timers/promises';
import {matrix64} from '../backend/float64';
import type {Matrix64} from '../backend/float64';
import {symmetricEigen64, symmetricEigen64Async} from '../backend/symmetric-eigen';
import type {SymmetricEigen64} from '../backend/symmetric-eigen';
import type {ImageShape, OnProgress} from '../types';
import {componentsOfFew, covarianceOf} from './components-of-few';
import {imageMoments} from './image-moments';
import {imageRows} from './image-rows';
import type {ImageRows, ImageSource} from './image-rows';

/** A Gaussian fitted to N images of D = H·W·C pixels: a plain record of numbers. */
export interface GaussianStats {
  readonly imageShape: ImageShape;
  /** N. */
  readonly count: number;
  /** Pixel mean mu, `[D]`. */
  readonly mean: Float64Array;
  /**
   * Covariance with divisor N, `[D, D]`, in pixels squared. With few images it is computed from the
   * components when it is first read.
   */
  readonly covariance: Float64Array;
  /** R orthonormal eigenvectors U as columns, `[D, R]`, in the order of the eigenvalues. */
  readonly eigenvectors: Float64Array;
  /** Eigenvalues, largest first, none below 0, `[R]`: R = D, or the rank where images are few. */
  readonly eigenvalues: Float64Array;
  /** How many eigenvalues stand above rounding, at most min(R, N - 1). */
  readonly rank: number;
}

/**
 * Fits a Gaussian to `images`. From some thousand pixels on this takes minutes: see `fitGaussian`.
 * @param images a data set, or a tensor `[N, H, W, C]` in [-1, 1].
 * @throws RangeError when there is no image, or a pixel is NaN or infinite.
 */
export function gaussianStats(images: ImageSource): GaussianStats {
  const steps = fitSteps('gaussianStats', images);
  let step = steps.next();
  while (step.done !== true) {
    const {decompose} = step.value;
    step = steps.next(decompose && symmetricEigen64(decompose, {overwrite: true}));
  }
  return step.value;
}

/**
 * The same for many or large images: tells how far it is, and lets timers and progress bars go on.
 * 70,000 images of 64x64x3 take minutes and 7 GB on 2 cores (bench/README.md has the figures).
 */
export async function fitGaussian(
    images: ImageSource, {onProgress}: {readonly onProgress?: OnProgress} = {}):
    Promise<GaussianStats> {
  const steps = fitSteps('fitGaussian', images);
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

/** How far a fit is, and the matrix whose eigenvectors it needs in order to go on. */
interface FitStep {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly decompose?: Matrix64;
}

type Fit = Generator<FitStep, GaussianStats, SymmetricEigen64 | undefined>;

const fitSteps = (where: string, images: ImageSource): Fit => {
  const rows = imageRows(where, images);
  return 2 * rows.count <= rows.size ? fitFew(images, rows) : fitMany(images, rows);
};

function* fitMany(images: ImageSource, rows: ImageRows): Fit {
  const {imageShape, count, size: D} = rows;
  const {mean, covariance} = yield* withLabel('covariance', count, imageMoments(images, rows));
  const {values, vectors} = (yield {
    label: 'eigenvectors', done: 0, total: 1, decompose: matrix64(D, D, covariance.slice()),
  })!;
  const eigenvalues = values.map((value) => Math.max(value, 0));
  return {
    imageShape, count, mean, covariance, eigenvectors: vectors.data, eigenvalues,
    rank: rankOf(eigenvalues, D),
  };
}

function* fitFew(images: ImageSource, rows: ImageRows): Fit {
  const {imageShape, count} = rows;
  const few = componentsOfFew(images, rows);
  const eigen = (yield {
    label: 'eigenvectors', done: 0, total: 1, decompose: matrix64(count, count, few.products),
  })!;
  const rank = Math.min(rankOf(eigen.values, rows.size), count - 1);
  const eigenvalues = eigen.values.slice(0, rank);
  const eigenvectors = few.eigenvectors(eigen, rank);
  let covariance: Float64Array | undefined;
  return {
    imageShape, count, mean: few.mean, eigenvectors, eigenvalues, rank,
    get covariance() {
      return covariance ??= covarianceOf(eigenvectors, eigenvalues, rows.size);
    },
  };
}

/** How many of the eigenvalues, largest first, stand above the rounding of D sums. */
function rankOf(eigenvalues: Float64Array, D: number): number {
  const floor = eigenvalues[0]! * D * Number.EPSILON;
  return eigenvalues.filter((value) => value > floor).length;
}

function* withLabel<T>(label: string, total: number, steps: Generator<number, T>):
    Generator<FitStep, T, unknown> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    yield {label, done: step.value, total};
  }
}
