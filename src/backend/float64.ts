/**
 * Float64 linear algebra on plain matrices: products, eigenvectors and solves by TensorFlow's own
 * double-precision kernels, for results that float32 would spoil (covariances, their small
 * eigenvalues, least squares). Nothing stays on the device between calls.
 *
 * @example
 * const {values, vectors} = symmetricEigen64(matrix64(2, 2, [2, 1, 1, 2])); // values [3, 1]
 */
import {assertInteger} from '../shapes';
import {boolAttribute} from './raw-op';
import {constant64, matMul64, op64, read64, tidy64} from './tensor64';
import type {Tensor64} from './tensor64';

/** A matrix in JavaScript memory. */
export interface Matrix64 {
  readonly rows: number;
  readonly cols: number;
  /** Row by row, `[rows, cols]`. */
  readonly data: Float64Array;
}

/** Eigenvalues and eigenvectors of a symmetric matrix of n rows. */
export interface SymmetricEigen64 {
  /** Largest first, `[n]`. */
  readonly values: Float64Array;
  /** Unit eigenvectors as columns, in the order of `values`. */
  readonly vectors: Matrix64;
}

/**
 * A matrix of `values` row by row (zeros when left out). A `Float64Array` is not copied.
 * @throws RangeError when the number of values is not rows·cols.
 */
export function matrix64(
    rows: number, cols: number, values: ArrayLike<number> = new Float64Array(rows * cols)):
    Matrix64 {
  assertInteger('matrix64', 'rows', rows, 1);
  assertInteger('matrix64', 'cols', cols, 1);
  if (values.length !== rows * cols) {
    throw new RangeError(
        `matrix64: expected ${rows * cols} values for ${rows} x ${cols}, got ${values.length}`);
  }
  return {rows, cols, data: values instanceof Float64Array ? values : Float64Array.from(values)};
}

/** The transposed matrix. */
export function transpose64({rows, cols, data}: Matrix64): Matrix64 {
  const result = new Float64Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) result[c * rows + r] = data[r * cols + c]!;
  }
  return {rows: cols, cols: rows, data: result};
}

/**
 * The product a·b, each transposed first when asked.
 * @throws RangeError when the inner sizes differ.
 */
export function matmul64(
    a: Matrix64, b: Matrix64,
    {transposeA = false, transposeB = false}: {transposeA?: boolean; transposeB?: boolean} = {}):
    Matrix64 {
  const [rows, inner] = transposeA ? [a.cols, a.rows] : [a.rows, a.cols];
  const [innerB, cols] = transposeB ? [b.cols, b.rows] : [b.rows, b.cols];
  if (inner !== innerB) {
    throw new RangeError(`matmul64: expected inner sizes to agree, got ${rows} x ${inner} times ` +
        `${innerB} x ${cols}`);
  }
  const data = tidy64(() => read64(matMul64(upload(a), upload(b), {transposeA, transposeB})));
  return {rows, cols, data};
}

/**
 * Eigenvalues, largest first, and unit eigenvectors of a symmetric matrix; only its lower triangle
 * is read.
 * @throws RangeError for a matrix that is not square or holds NaN or infinite values.
 */
export function symmetricEigen64(matrix: Matrix64): SymmetricEigen64 {
  const n = assertSquare('symmetricEigen64', matrix);
  const [ascending, columns] = tidy64(() => op64(
      'SelfAdjointEigV2', [upload(matrix)], [boolAttribute('compute_v', true)], 2).map(read64));
  const vectors = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) vectors[r * n + c] = columns![r * n + n - 1 - c]!;
  }
  return {values: ascending!.reverse(), vectors: {rows: n, cols: n, data: vectors}};
}

/** A linear solve with the size of its smallest pivot. */
export interface SpdSolution64 {
  readonly solution: Matrix64;
  /**
   * Smallest squared Cholesky pivot relative to its diagonal element, in (0, 1]: the part of a
   * variable that the variables before it do not explain. Near 1e-15 the matrix is singular.
   */
  readonly smallestPivot: number;
}

/**
 * Solves a·X = b for a symmetric positive definite `a` by Cholesky decomposition.
 * @returns undefined when `a` is not positive definite in float64.
 * @throws RangeError for a matrix that is not square or not finite, or rows that differ.
 */
export function solveSpd64(a: Matrix64, b: Matrix64): SpdSolution64 | undefined {
  const n = assertSquare('solveSpd64', a);
  if (b.rows !== n) {
    throw new RangeError(`solveSpd64: expected \`b\` to have ${n} rows like \`a\`, got ${b.rows}`);
  }
  return tidy64(() => {
    const lower = cholesky(upload(a));
    if (lower === undefined) return undefined;
    const smallestPivot = pivotOf(a, read64(lower));
    if (!(smallestPivot > 0)) return undefined;
    const half = triangularSolve(lower, upload(b), false);
    const data = read64(triangularSolve(lower, half, true));
    return {solution: {rows: n, cols: b.cols, data}, smallestPivot};
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

const upload = ({rows, cols, data}: Matrix64): Tensor64 => constant64(data, [rows, cols]);

function assertSquare(where: string, {rows, cols, data}: Matrix64): number {
  if (rows !== cols) {
    throw new RangeError(`${where}: expected a square matrix, got ${rows} x ${cols}`);
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`${where}: expected finite values, got ${data[bad]} at row ` +
        `${Math.floor(bad / cols)}, column ${bad % cols}`);
  }
  return rows;
}
