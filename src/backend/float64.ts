/**
 * Float64 matrices in JavaScript memory, for results that float32 would spoil: covariances, their
 * small eigenvalues (`symmetric-eigen`), least squares (`solve-spd`). Nothing stays on the device
 * between calls.
 */
import {assertInteger} from '../shapes';
import {constant64, matMul64, read64, tidy64} from './tensor64';
import type {Tensor64} from './tensor64';

/** A matrix in JavaScript memory. */
export interface Matrix64 {
  /** How many rows. */
  readonly rows: number;
  /** How many columns. */
  readonly cols: number;
  /** Row by row, `[rows, cols]`. */
  readonly data: Float64Array;
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
  const data = tidy64(() => read64(
      matMul64(uploadMatrix64(a), uploadMatrix64(b), {transposeA, transposeB})));
  return {rows, cols, data};
}

/** The matrix as a tensor. */
export const uploadMatrix64 = ({rows, cols, data}: Matrix64): Tensor64 =>
    constant64(data, [rows, cols]);

/**
 * Throws unless the matrix is square and all its values are finite.
 * @returns its number of rows.
 */
export function assertSquare(where: string, {rows, cols, data}: Matrix64): number {
  if (rows !== cols) {
    throw new RangeError(`${where}: expected a square matrix, got ${rows} x ${cols}`);
  }
  for (let at = 0; at < data.length; at++) {
    if (!Number.isFinite(data[at])) {
      throw new RangeError(`${where}: expected finite values, got ${data[at]} at row ` +
          `${Math.floor(at / cols)}, column ${at % cols}`);
    }
  }
  return rows;
}
