/**
 * Squared distances between images: the kernel of the multi-delta denoiser, and of everything that
 * looks for nearest neighbours (`imageRows` gives the chunks, `read64` the numbers).
 */
import {
  add64, matMul64, maximum64, mul64, reshape64, scalar64, square64, sum64, tidy64,
} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';

/**
 * ||q - r||² of each query q with each row r, as |q|² + |r|² - 2 q·r in float64, never below 0.
 * The error is about 1e-15·(|q|² + |r|²): to rank, and for softmax weights down to sigma .002.
 * For the distance of one pair, with 0 for exact copies, use `squaredDistance`.
 * @param queries `[Q, D]`.
 * @param rows `[N, D]`.
 * @returns `[Q, N]`.
 */
export function squaredDistances64(queries: Tensor64, rows: Tensor64): Tensor64 {
  return tidy64(() => {
    const queryNorms = sum64(square64(queries), 1);                                // [Q, 1]
    const rowNorms = reshape64(sum64(square64(rows), 1), [1, rows.shape[0]!]);     // [1, N]
    const products = matMul64(mul64(queries, scalar64(-2)), rows, {transposeB: true});
    return maximum64(add64(add64(products, rowNorms), queryNorms), scalar64(0));
  });
}

/** ||a - b||² of two images, from the difference: 0 exactly when they are equal. */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
