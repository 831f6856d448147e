/**
 * Principal components of N images of D >= 2 N pixels. With X the centred images as rows, the
 * covariance XᵀX / N and the N x N matrix X Xᵀ / N have the same eigenvalues l above 0, and an
 * eigenvector v of the latter gives the component Xᵀ v / sqrt(N l).
 */
import {
  constant64, matMul64, mul64, op64, read64, scalar64, tidy64,
} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {boolAttribute} from '../backend/raw-op';
import type {SymmetricEigen64} from '../backend/symmetric-eigen';
import {centredImages, meanImage} from './image-moments';
import type {ImageRows, ImageSource} from './image-rows';

export interface FewImages {
  /** `[D]`. */
  readonly mean: Float64Array;
  /** X Xᵀ / N, `[N, N]`. */
  readonly products: Float64Array;
  /**
   * The components of the `rank` largest eigenvalues, orthonormal to 1e-13, `[D, rank]`.
   * @param eigen of `products`.
   */
  eigenvectors(eigen: SymmetricEigen64, rank: number): Float64Array;
}

/** Mean and products of a few images. */
export function componentsOfFew(source: ImageSource, rows: ImageRows): FewImages {
  const N = rows.count;
  const mean = meanImage(source, rows);
  const products = tidy64(() => {
    const centred = centredImages(source, rows, mean);
    return read64(mul64(matMul64(centred, centred, {transposeB: true}), scalar64(1 / N)));
  });
  const eigenvectors = ({values, vectors}: SymmetricEigen64, rank: number): Float64Array => {
    if (rank === 0) return new Float64Array(0);
    const weights = new Float64Array(N * rank);
    for (let r = 0; r < N; r++) {
      for (let c = 0; c < rank; c++) {
        weights[r * rank + c] = vectors.data[r * N + c]! / Math.sqrt(N * values[c]!);
      }
    }
    return tidy64(() => {
      const centred = centredImages(source, rows, mean);
      return read64(orthonormal(
          matMul64(centred, constant64(weights, [N, rank]), {transposeA: true})));
    });
  };
  return {mean, products, eigenvectors};
}

/**
 * Makes nearly orthonormal columns orthonormal, the first ones least changed: small components
 * come out of the products with an error of 1e-16·l_max/l. With UᵀU = L Lᵀ, that is U L⁻ᵀ.
 */
function orthonormal(columns: Tensor64): Tensor64 {
  const lower = op64('Cholesky', [matMul64(columns, columns, {transposeA: true})])[0]!;
  const rows = columns.shape[1]!;
  const inverse = op64('MatrixTriangularSolve', [lower, identity64(rows)], [
    boolAttribute('lower', true), boolAttribute('adjoint', false),
  ])[0]!;
  return matMul64(columns, inverse, {transposeB: true});
}

function identity64(n: number): Tensor64 {
  const values = new Float64Array(n * n);
  for (let at = 0; at < n * n; at += n + 1) values[at] = 1;
  return constant64(values, [n, n]);
}
