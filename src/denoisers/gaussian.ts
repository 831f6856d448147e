/**
 * The best denoiser of Gaussian data (Li, Dai, Qu 2024, eq. 6, Theorem 1):
 * D(x; sigma) = mu + U diag(l / (l + sigma²)) Uᵀ (x - mu), with l the eigenvalues and U the
 * eigenvectors of the covariance. The same map as weight and bias is the Wiener filter.
 *
 * @example const denoised = gaussianDenoiser(gaussianStats(trainingSet)).denoise(x, sigma);
 */
import {matmul64, matrix64} from '../backend/float64';
import {resident64} from '../backend/resident64';
import {add64, constant64, div64, matMul64, mul64, sub64} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {assertSigmas} from '../shapes';
import {denoiser64} from './denoiser64';
import type {Denoiser64} from './denoiser64';
import type {GaussianStats} from './gaussian-stats';

/**
 * Makes the Gaussian denoiser of `stats`. It computes in float64 and rounds the result to float32;
 * sigma may differ from image to image.
 * @param options `name` appears in legends and tables (default `'Gaussian'`).
 * @throws RangeError naming the field of `stats` whose size is wrong; `denoise` for x of another
 *     shape or a sigma <= 0.
 */
export function gaussianDenoiser(
    stats: GaussianStats, {name = 'Gaussian'}: {name?: string} = {}): Denoiser64 {
  const D = assertGaussianStats('gaussianDenoiser', stats);
  const constants = resident64(name, () => [
    constant64(stats.mean, [1, D]), constant64(stats.eigenvectors, [D, D]),
    constant64(stats.eigenvalues, [1, D]),
  ]);
  const compute = (x: Tensor64, sigmas: Float64Array): Tensor64 => {
    const [mean, basis, variances] = constants.get();
    const noise = constant64(sigmas.map((sigma) => sigma * sigma), [sigmas.length, 1]);
    const shrink = div64(variances!, add64(variances!, noise));                    // [N, D]
    const coordinates = mul64(matMul64(sub64(x, mean!), basis!), shrink);          // [N, D]
    return add64(matMul64(coordinates, basis!, {transposeB: true}), mean!);
  };
  return denoiser64({
    where: 'gaussianDenoiser', name, imageShape: stats.imageShape, compute,
    dispose: constants.dispose,
  });
}

/** An affine map x -> W x + b of images of D pixels. */
export interface AffineMap {
  /** W, `[D, D]` row by row (outputs, inputs). */
  readonly weight: Float64Array;
  /** b, `[D]`. */
  readonly bias: Float64Array;
}

/**
 * The Wiener filter, the affine denoiser of least squared error (Li, Dai, Qu 2024, Theorem 1):
 * W = U diag(l / (l + sigma²)) Uᵀ, b = (I - W) mu.
 * @throws RangeError for a sigma <= 0, or `stats` of wrong sizes.
 */
export function wienerWeights(stats: GaussianStats, sigma: number): AffineMap {
  const D = assertGaussianStats('wienerWeights', stats);
  assertSigmas('wienerWeights', [sigma]);
  const {eigenvectors, eigenvalues, mean} = stats;
  const basis = matrix64(D, D, eigenvectors);
  const scaled = matrix64(D, D, eigenvectors.map((value, at) => {
    const variance = eigenvalues[at % D]!;
    return value * variance / (variance + sigma * sigma);
  }));
  const weight = matmul64(scaled, basis, {transposeB: true});
  const {data: kept} = matmul64(weight, matrix64(D, 1, mean));
  return {weight: weight.data, bias: mean.map((value, at) => value - kept[at]!)};
}

/**
 * Throws unless the sizes of `stats` agree.
 * @returns D.
 */
export function assertGaussianStats(where: string, stats: GaussianStats): number {
  const D = stats.imageShape.reduce((a, b) => a * b, 1);
  const sizes = {mean: D, eigenvectors: D * D, eigenvalues: D};
  for (const [field, size] of Object.entries(sizes)) {
    const {length} = stats[field as keyof typeof sizes];
    if (length !== size) {
      throw new RangeError(`${where}: expected \`stats.${field}\` to hold ${size} values for ` +
          `images of shape [${stats.imageShape.join(', ')}], got ${length}`);
    }
  }
  return D;
}
