/**
 * Fitting a Gaussian, step by step, so that it can be done at once or with pauses.
 *
 * With many images the eigenvectors are those of the covariance, all D of them. N images of at
 * least 2 N pixels vary in N - 1 directions at most: these come from the N x N products of the
 * images, and nothing of size D x D is made. `components` asks for the leading ones alone.
 */
import {matrix64} from '../backend/float64';
import type {Matrix64} from '../backend/float64';
import type {SymmetricEigen64} from '../backend/symmetric-eigen';
import {constant64, matMul64, mul64, read64, tidy64} from '../backend/tensor64';
import {assertInteger} from '../shapes';
import {componentsOfFew} from './components-of-few';
import type {GaussianOptions, GaussianStats} from './gaussian-stats';
import {imageMoments} from './image-moments';
import {imageRows} from './image-rows';
import type {ImageRows, ImageSource} from './image-rows';
import {leadingComponents} from './leading-components';

/** How far a fit is, and the matrix whose eigenvectors it needs in order to go on. */
export interface FitStep {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly decompose?: Matrix64;
}

export type Fit = Generator<FitStep, GaussianStats, SymmetricEigen64 | undefined>;

/**
 * Starts a fit; each step is to be given the eigenvectors of its matrix, if it has one.
 * @param where the caller's name, for messages.
 */
export function gaussianFit(
    where: string, images: ImageSource, {components}: GaussianOptions): Fit {
  const rows = imageRows(where, images);
  if (components === undefined) {
    return 2 * rows.count <= rows.size ? fitFew(images, rows) : fitMany(images, rows);
  }
  assertInteger(where, 'components', components, 1);
  if (components > rows.size) {
    throw new RangeError(`${where}: expected \`components\` <= ${rows.size}, the number of ` +
        `pixels, got ${components}`);
  }
  return fitLeading(images, rows, components);
}

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
  return withLazyCovariance({
    imageShape, count, mean: few.mean, eigenvectors, eigenvalues, rank,
  });
}

function* fitLeading(images: ImageSource, rows: ImageRows, components: number): Fit {
  const {imageShape, count, size: D} = rows;
  const {mean, covariance} = yield* withLabel('covariance', count, imageMoments(images, rows));
  const sums = sumsOf(covariance, D); // Before the search, which may use up the covariance.
  const search = leadingComponents(covariance, D, components);
  let step = search.next();
  while (step.done !== true) {
    step = search.next((yield {
      label: 'eigenvectors', done: 0, total: 1, decompose: step.value,
    })!);
  }
  const {eigenvalues, eigenvectors} = step.value;
  const rest = restOf(sums, D, eigenvalues);
  return withLazyCovariance({
    imageShape, count, mean, eigenvalues, eigenvectors: eigenvectors.data, ...rest,
    rank: rankOf(eigenvalues, D),
  });
}

/** Sums of the eigenvalues and of their squares: trace and squared Frobenius norm. */
function sumsOf(covariance: Float64Array, D: number): {trace: number; squares: number} {
  let [trace, squares] = [0, 0];
  for (let at = 0; at < D * D; at += D + 1) trace += covariance[at]!;
  for (let at = 0; at < D * D; at++) squares += covariance[at]! ** 2;
  return {trace, squares};
}

/** Mean and deviation of the eigenvalues left out. */
function restOf(
    sums: {readonly trace: number; readonly squares: number}, D: number,
    eigenvalues: Float64Array): {remainder: number; remainderError: number} {
  const left = D - eigenvalues.length;
  if (left === 0) return {remainder: 0, remainderError: 0};
  let {trace, squares} = sums;
  for (const value of eigenvalues) {
    trace -= value;
    squares -= value * value;
  }
  const remainder = Math.max(trace / left, 0);
  return {
    remainder, remainderError: Math.sqrt(Math.max(squares / left - remainder * remainder, 0)),
  };
}

/** Adds the covariance, computed when it is first read. */
function withLazyCovariance(stats: Omit<GaussianStats, 'covariance'>): GaussianStats {
  let covariance: Float64Array | undefined;
  return {
    ...stats,
    get covariance() {
      return covariance ??= covarianceOf(stats);
    },
  };
}

/** U diag(l) Uᵀ, and the remainder in the other directions, `[D, D]`. */
function covarianceOf(
    {mean, eigenvectors, eigenvalues, remainder = 0}: Omit<GaussianStats, 'covariance'>):
    Float64Array {
  const [D, R] = [mean.length, eigenvalues.length];
  const covariance = tidy64(() => {
    const basis = constant64(eigenvectors, [D, R]);
    const scaled = mul64(basis, constant64(eigenvalues.map((l) => l - remainder), [1, R]));
    return read64(matMul64(scaled, basis, {transposeB: true}));
  });
  for (let at = 0; at < D * D; at += D + 1) covariance[at]! += remainder;
  return covariance;
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
