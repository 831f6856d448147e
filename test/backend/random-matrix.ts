import {matmul64, matrix64} from '../../src/backend/float64';
import type {Matrix64} from '../../src/backend/float64';
import {createRng} from '../../src/backend/rng';

/** Independent values, uniform in [-0.5, 0.5). */
export function randomMatrix(rows: number, cols: number, seed: number): Matrix64 {
  const rng = createRng(seed);
  return matrix64(rows, cols, Float64Array.from({length: rows * cols}, () => rng.uniform() - 0.5));
}

/** A Aᵀ of a random A `[n, n]`. */
export function randomSymmetric(n: number, seed: number): Matrix64 {
  const factor = randomMatrix(n, n, seed);
  return matmul64(factor, factor, {transposeB: true});
}
