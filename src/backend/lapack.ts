/**
 * LAPACK for large float64 matrices: the OpenBLAS of requirements/lapack.txt, which the set-up
 * brings. It works in place, in JavaScript's own memory, with all cores, and gives the same bytes
 * for the same matrix and number of threads. Only `symmetric-eigen` and `solve-spd` use it, which
 * fall back to TensorFlow's ops where it is missing.
 */
import {existsSync} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {projectPaths, setupCommand} from '../paths';
import {useFusedOps} from './fused-ops';
import {nativeAddon} from './native';

/** Where the set-up puts the library. */
export function lapackFile({venv} = projectPaths()): string {
  const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
  return path.join(
      venv, 'openblas', 'scipy_openblas64', 'lib', `libscipy_openblas64_.${suffix}`);
}

/** Whether LAPACK is to be used: where the fused ops are, if the library is there. */
export const useLapack = (): boolean => useFusedOps() && existsSync(lapackFile());

/** The library's version and build. @throws Error when it does not load. */
export const lapackConfig = (): string =>
    explained(() => nativeAddon().lapackConfig(lapackFile()));

/** Threads of every computation: as many as TensorFlow's own. */
const threads = (): number =>
    Number(process.env['TF_NUM_INTRAOP_THREADS'] ?? 0) || os.availableParallelism();

/**
 * Replaces a symmetric matrix `[n, n]`, of which the lower triangle is read, by its unit
 * eigenvectors as columns, and fills `values` `[n]` with the eigenvalues, largest first. Takes 2 n²
 * values of memory besides.
 * @throws Error when memory does not suffice.
 */
export const lapackEigen = (matrix: Float64Array, values: Float64Array): void => void explained(
    () => nativeAddon().symmetricEigen(lapackFile(), matrix, values, threads(), false));

/** The same on another thread; the arrays must not be touched until it has ended. */
export async function lapackEigenAsync(matrix: Float64Array, values: Float64Array): Promise<void> {
  try {
    await nativeAddon().symmetricEigen(lapackFile(), matrix, values, threads(), true);
  } catch (error) {
    throw problem(error);
  }
}

/**
 * Solves a·x = b for each row b of `rows` `[count, n]`, in place; the positive definite `a`
 * `[n, n]`, of which the lower triangle is read, becomes its Cholesky factor.
 * @param minPivot `rows` stay as they are unless the smallest pivot is larger.
 * @returns the smallest squared pivot relative to its diagonal element, or 0 when `a` is not
 *     positive definite.
 */
export const lapackSolve = (a: Float64Array, rows: Float64Array, minPivot: number): number =>
    explained(() => nativeAddon().solveSpd(lapackFile(), a, rows, minPivot, threads()));

function explained<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw problem(error);
  }
}

const problem = (error: unknown): Error => new Error(`LAPACK: ${(error as Error).message}; ` +
    `HIDDEN_GAUSSIAN_NATIVE=0 computes without it, \`${setupCommand()}\` installs it anew`);
