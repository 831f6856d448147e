/**
 * Linear solves with a symmetric positive definite matrix in float64, by Cholesky decomposition:
 * LAPACK's where the set-up brought it, else TensorFlow's.
 */
import {assertSquare, matrix64, transpose64, uploadMatrix64} from './float64';
import type {Matrix64} from './float64';
import {lapackSolve, useLapack} from './lapack';
import {boolAttribute} from './raw-op';
import {op64, read64, tidy64} from './tensor64';
import type {Tensor64} from './tensor64';

/** A linear solve with the size of its smallest pivot. */
export interface SpdSolution64 {
  /** Like `b`. */
  readonly solution: Matrix64;
  /**
   * Smallest squared Cholesky pivot relative to its diagonal element, in (0, 1]: the part of a
   * variable that the variables before it do not explain. Near 1e-15 the matrix is singular.
   */
  readonly smallestPivot: number;
}

export interface SolveSpdOptions {
  /** Whether the memory of `a` may be used for its factor (default false). */
  readonly overwrite?: boolean;
  /** A smallest pivot that is not above this counts as singular (default 0). */
  readonly minPivot?: number;
}

/**
 * Solves X·a = b, that is a·x = b for each row b of `b`, for a symmetric positive definite `a`, of
 * which the lower triangle is read.
 * @param b `[rows, n]`, left as it is.
 * @returns undefined when `a` is not positive definite in float64.
 * @throws RangeError for a matrix that is not square or not finite, or sizes that differ.
 */
export function solveSpd64(
    a: Matrix64, b: Matrix64, {overwrite = false, minPivot = 0}: SolveSpdOptions = {}):
    SpdSolution64 | undefined {
  const n = assertSquare('solveSpd64', a);
  if (b.cols !== n) {
    throw new RangeError(
        `solveSpd64: expected \`b\` to have ${n} columns like \`a\`, got ${b.cols}`);
  }
  if (!useLapack()) return tensorflowSolve(a, b, minPivot);
  const solution = matrix64(b.rows, n, b.data.slice());
  const smallestPivot =
      lapackSolve(overwrite ? a.data : a.data.slice(), solution.data, minPivot);
  return smallestPivot > minPivot ? {solution, smallestPivot} : undefined;
}

function tensorflowSolve(a: Matrix64, b: Matrix64, minPivot: number): SpdSolution64 | undefined {
  return tidy64(() => {
    const lower = cholesky(uploadMatrix64(a));
    if (lower === undefined) return undefined;
    const smallestPivot = pivotOf(a, read64(lower));
    if (!(smallestPivot > minPivot)) return undefined;
    const half = triangularSolve(lower, uploadMatrix64(transpose64(b)), false);
    const columns = matrix64(b.cols, b.rows, read64(triangularSolve(lower, half, true)));
    return {solution: transpose64(columns), smallestPivot};
  });
}

/** The lower factor; TensorFlow refuses a matrix that is not positive definite. */
function cholesky(a: Tensor64): Tensor64 | undefined {
  try {
    return op64('Cholesky', [a])[0]!;
  } catch (error) {
    if (error instanceof Error && /Cholesky decomposition was not successful/.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

function triangularSolve(lower: Tensor64, b: Tensor64, adjoint: boolean): Tensor64 {
  return op64('MatrixTriangularSolve', [lower, b], [
    boolAttribute('lower', true), boolAttribute('adjoint', adjoint),
  ])[0]!;
}

function pivotOf({rows: n, data}: Matrix64, lower: Float64Array): number {
  let smallest = Infinity;
  for (let i = 0; i < n * n; i += n + 1) {
    const pivot = lower[i]! ** 2 / data[i]!;
    if (!(pivot >= smallest)) smallest = pivot; // keeps a NaN
  }
  return smallest;
}
