/**
 * Eigenvectors of symmetric matrices in float64: by LAPACK's divide and conquer (`dsyevd`) where
 * the set-up brought it, else by TensorFlow's own op, which on a CPU takes over 3 times as long.
 *
 * @example
 * const {values, vectors} = symmetricEigen64(matrix64(2, 2, [2, 1, 1, 2])); // values [3, 1]
 */
import {assertSquare, matrix64, uploadMatrix64} from './float64';
import type {Matrix64} from './float64';
import {lapackEigen, lapackEigenAsync, useLapack} from './lapack';
import {boolAttribute} from './raw-op';
import {op64, read64, tidy64} from './tensor64';

/** Eigenvalues and eigenvectors of a symmetric matrix of n rows. */
export interface SymmetricEigen64 {
  /** Largest first, `[n]`. */
  readonly values: Float64Array;
  /** Unit eigenvectors as columns, in the order of `values`. */
  readonly vectors: Matrix64;
}

export interface SymmetricEigenOptions {
  /** Whether the matrix's memory may be used for the eigenvectors (default false). */
  readonly overwrite?: boolean;
}

/**
 * Eigenvalues, largest first, and unit eigenvectors. LAPACK takes the memory of three more
 * matrices, two with `overwrite`.
 * @throws RangeError for a matrix that is not square, not symmetric to 1e-10 of its largest value,
 *     or holds NaN or infinite values; Error when memory does not suffice.
 */
export function symmetricEigen64(
    matrix: Matrix64, {overwrite = false}: SymmetricEigenOptions = {}): SymmetricEigen64 {
  const n = assertSymmetric('symmetricEigen64', matrix);
  if (!useLapack()) return tensorflowEigen(matrix, n);
  const [data, values] = [overwrite ? matrix.data : matrix.data.slice(), new Float64Array(n)];
  lapackEigen(data, values);
  return {values, vectors: matrix64(n, n, data)};
}

/**
 * The same with LAPACK on another thread, so that timers and progress bars go on meanwhile.
 * @param matrix not to be touched until the promise is settled.
 */
export async function symmetricEigen64Async(
    matrix: Matrix64, {overwrite = false}: SymmetricEigenOptions = {}): Promise<SymmetricEigen64> {
  const n = assertSymmetric('symmetricEigen64', matrix);
  if (!useLapack()) return tensorflowEigen(matrix, n);
  const [data, values] = [overwrite ? matrix.data : matrix.data.slice(), new Float64Array(n)];
  await lapackEigenAsync(data, values);
  return {values, vectors: matrix64(n, n, data)};
}

function tensorflowEigen(matrix: Matrix64, n: number): SymmetricEigen64 {
  const [ascending, columns] = tidy64(() => op64('SelfAdjointEigV2', [uploadMatrix64(matrix)],
      [boolAttribute('compute_v', true)], 2).map(read64));
  for (let r = 0; r < n; r++) columns!.subarray(r * n, (r + 1) * n).reverse();
  return {values: ascending!.reverse(), vectors: matrix64(n, n, columns!)};
}

/** Relative to the largest value: far above the rounding of a product A Aᵀ. */
const ASYMMETRY = 1e-10;
/** Rows and columns compared at a time: both fit the cache. */
const BLOCK = 64;

function assertSymmetric(where: string, matrix: Matrix64): number {
  const n = assertSquare(where, matrix);
  const {data} = matrix;
  let largest = 0;
  for (let at = 0; at < n * n; at++) largest = Math.max(largest, Math.abs(data[at]!));
  for (let top = 0; top < n; top += BLOCK) {
    for (let left = 0; left <= top; left += BLOCK) {
      for (let r = top; r < Math.min(n, top + BLOCK); r++) {
        for (let c = left; c < Math.min(r, left + BLOCK); c++) {
          const [lower, upper] = [data[r * n + c]!, data[c * n + r]!];
          if (Math.abs(lower - upper) > ASYMMETRY * largest) {
            throw new RangeError(`${where}: expected a symmetric matrix, got ${upper} at row ` +
                `${c}, column ${r} and ${lower} at row ${r}, column ${c}`);
          }
        }
      }
    }
  }
  return n;
}
