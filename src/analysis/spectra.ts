/**
 * The weights of linear denoisers compared: a network's linear distillation W_L with the Gaussian
 * denoiser's W_G = U diag(l / (l + sigma²)) Uᵀ (Li, Dai, Qu 2024, Fig. 4).
 */
import {matmul64, matrix64} from '../backend/float64';
import type {Matrix64} from '../backend/float64';
import {symmetricEigen64} from '../backend/symmetric-eigen';
import {assertGaussianStats} from '../denoisers/gaussian';
import type {GaussianStats} from '../denoisers/gaussian-stats';
import {assertInteger, assertSigmas} from '../shapes';

/**
 * ||W - W_ref||² / ||W_ref||², squared Frobenius norms (Li, Dai, Qu 2024, Fig. 4).
 * @param weight for example of the linear distillation, `[D, D]`.
 * @param reference for example `wienerWeights(stats, sigma).weight`, as many values.
 * @throws RangeError when the sizes differ or the reference is zero.
 * @example console.log(hg.weightNmse([1, 0, 0, 1], [2, 0, 0, 2])); // 0.25
 */
export function weightNmse(weight: ArrayLike<number>, reference: ArrayLike<number>): number {
  if (weight.length !== reference.length) {
    throw new RangeError(`weightNmse: expected ${reference.length} weights as in the reference, ` +
        `got ${weight.length}`);
  }
  let [difference, norm] = [0, 0];
  for (let i = 0; i < weight.length; i++) {
    difference += (weight[i]! - reference[i]!) ** 2;
    norm += reference[i]! ** 2;
  }
  if (norm === 0) throw new RangeError('weightNmse: expected a reference other than zero, got 0');
  return difference / norm;
}

/** Leading directions of a D x D matrix. */
export interface SingularBasis {
  /** Singular values, largest first, `[k]`. */
  readonly values: Float64Array;
  /** Left singular vectors as columns, `[D, k]`. */
  readonly vectors: Matrix64;
}

/**
 * The k leading left singular vectors of `weight`, from the eigenvectors of W Wᵀ in float64: good
 * to about 1e-16·(s1 / s)² relative to the gap, so for leading vectors, not for the null space.
 * @param weight `[D, D]` row by row (outputs, inputs).
 * @param k how many, at most D.
 * @throws RangeError when the values fill no square matrix, or k > D.
 * @example console.log([...hg.leftSingularVectors([0, 2, 1, 0], 2).values]); // [ 2, 1 ]
 */
export function leftSingularVectors(weight: ArrayLike<number>, k: number): SingularBasis {
  const D = Math.round(Math.sqrt(weight.length));
  if (D * D !== weight.length) {
    throw new RangeError(`leftSingularVectors: expected the values of a square matrix, ` +
        `got ${weight.length}`);
  }
  assertCount('leftSingularVectors', k, D);
  const matrix = matrix64(D, D, weight);
  const {values, vectors} =
      symmetricEigen64(matmul64(matrix, matrix, {transposeB: true}), {overwrite: true});
  return {
    values: values.subarray(0, k).map((value) => Math.sqrt(Math.max(value, 0))),
    vectors: leadingColumns(vectors, k),
  };
}

/**
 * The k leading singular vectors of W_G at `sigma`: the principal components of the data, with
 * values l / (l + sigma²).
 * @param stats of the training images.
 * @param sigma noise level, > 0.
 * @param k how many, at least 1.
 * @throws RangeError when `stats` has fewer than k components.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const {values, vectors} = hg.principalBasis(hg.gaussianStats(train), 0.5, 2);
 * console.log(Array.from(values, (value) => hg.formatNumber(value)), vectors.rows, vectors.cols);
 * // [ '0.692', '0.610' ] 4 2
 */
export function principalBasis(stats: GaussianStats, sigma: number, k: number): SingularBasis {
  const D = assertGaussianStats('principalBasis', stats);
  assertSigmas('principalBasis', [sigma]);
  assertCount('principalBasis', k, D);
  const R = stats.eigenvalues.length;
  if (k > R) {
    throw new RangeError(`principalBasis: expected k <= ${R}, the number of directions in which ` +
        `the ${stats.count} images vary, got ${k}`);
  }
  return {
    values: stats.eigenvalues.slice(0, k).map((value) => value / (value + sigma * sigma)),
    vectors: leadingColumns(matrix64(D, R, stats.eigenvectors), k),
  };
}

/** How far two sets of directions agree. */
export interface BasisOverlap {
  /** |u_i · v_j| of the singular vectors of the two, `[k][k]`: the heat map. */
  readonly overlap: readonly (readonly number[])[];
  /**
   * ||U_mᵀ V_m||² / m for m = 1..k (squared Frobenius norm): 1 when the first m directions span
   * the same subspace, m / D on average for unrelated ones.
   */
  readonly subspace: readonly number[];
  /**
   * Positions i whose singular value is within `tolerance` of the next one in either matrix.
   * Vectors i and i + 1 may then rotate into each other, so single entries of the heat map, and
   * `subspace` cut between the two, say little.
   */
  readonly nearlyDegenerate: readonly number[];
}

/**
 * Compares two bases with equally many vectors (Li, Dai, Qu 2024, Fig. 4).
 * @param a for example `leftSingularVectors` of a distilled weight.
 * @param b for example `principalBasis` of the training images.
 * @param options `tolerance`: relative gap below which two singular values count as nearly equal
 *     (default 0.01).
 * @throws RangeError when the sizes differ.
 * @example
 * const [a, b] = [[3, 0, 0, 1], [1, 0, 0, 3]].map((weight) => hg.leftSingularVectors(weight, 2));
 * const {overlap, subspace} = hg.basisOverlap(a!, b!); // the same axes in the other order
 * console.log(overlap, subspace); // [ [ 0, 1 ], [ 1, 0 ] ] [ 0, 1 ]
 */
export function basisOverlap(
    a: SingularBasis, b: SingularBasis, {tolerance = 0.01}: {tolerance?: number} = {}):
    BasisOverlap {
  const k = a.vectors.cols;
  if (b.vectors.cols !== k || b.vectors.rows !== a.vectors.rows) {
    throw new RangeError(`basisOverlap: expected ${k} vectors of ${a.vectors.rows} values in ` +
        `both, got ${b.vectors.cols} of ${b.vectors.rows}`);
  }
  const {data} = matmul64(a.vectors, b.vectors, {transposeA: true});
  const overlap = Array.from({length: k}, (_, i) =>
    Array.from(data.subarray(i * k, (i + 1) * k), Math.abs));
  const subspace: number[] = [];
  let total = 0;
  for (let m = 0; m < k; m++) {
    for (let i = 0; i < m; i++) total += overlap[i]![m]! ** 2 + overlap[m]![i]! ** 2;
    total += overlap[m]![m]! ** 2;
    subspace.push(total / (m + 1));
  }
  const close = ({values}: SingularBasis, i: number): boolean =>
    values[i]! - values[i + 1]! < tolerance * values[i]! || values[i] === 0;
  const nearlyDegenerate = Array.from({length: k - 1}, (_, i) => i)
      .filter((i) => close(a, i) || close(b, i));
  return {overlap, subspace, nearlyDegenerate};
}

function leadingColumns({rows, cols, data}: Matrix64, k: number): Matrix64 {
  const leading = new Float64Array(rows * k);
  for (let r = 0; r < rows; r++) leading.set(data.subarray(r * cols, r * cols + k), r * k);
  return matrix64(rows, k, leading);
}

function assertCount(where: string, k: number, D: number): void {
  assertInteger(where, 'k', k, 1);
  if (k > D) throw new RangeError(`${where}: expected k <= ${D}, the number of pixels, got ${k}`);
}
