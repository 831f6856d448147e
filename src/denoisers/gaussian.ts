/**
 * The best denoiser of Gaussian data (Li, Dai, Qu 2024, eq. 6, Theorem 1):
 * D(x; sigma) = mu + U diag(l / (l + sigma²)) Uᵀ (x - mu), with l the eigenvalues and U the
 * eigenvectors of the covariance. Directions that U lacks have the variance `remainder`: that of 0
 * leaves nothing of them. The same map as weight and bias is the Wiener filter.
 */
import {resident64} from '../backend/resident64';
import {
  add64, constant64, div64, matMul64, mul64, read64, sub64, tidy64,
} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {assertSigmas} from '../shapes';
import {denoiser64} from './denoiser64';
import type {Denoiser64} from './denoiser64';
import type {GaussianStats} from './gaussian-stats';

/**
 * Makes the Gaussian denoiser of `stats`, the best denoiser of Gaussian data (Li, Dai, Qu 2024,
 * eq. 6): D(x; sigma) = mu + U diag(l / (l + sigma²)) Uᵀ (x - mu). It computes in float64 and
 * rounds the result to float32; sigma may differ from image to image.
 * @param stats mean and components, from `gaussianStats` for example; kept, not copied.
 * @param options `name` appears in legends and tables (default `'Gaussian'`).
 * @throws RangeError naming the field of `stats` whose size is wrong; `denoise` for x of another
 *     shape or a sigma <= 0.
 * @example
 * const stats = {
 *   imageShape: [1, 2, 1] as const, count: 1000, rank: 2, mean: Float64Array.of(1, 0),
 *   covariance: Float64Array.of(3, 0, 0, 1), eigenvalues: Float64Array.of(3, 1),
 *   eigenvectors: Float64Array.of(1, 0, 0, 1),
 * };
 * const denoiser = hg.gaussianDenoiser(stats);
 * // 1 + 3/4·(2 - 1) and 0 + 1/2·(4 - 0)
 * console.log(denoiser.denoise64(Float64Array.of(2, 4), 1)); // Float64Array(2) [ 1.75, 2 ]
 */
export function gaussianDenoiser(
    stats: GaussianStats, {name = 'Gaussian'}: {name?: string} = {}): Denoiser64 {
  const D = assertGaussianStats('gaussianDenoiser', stats);
  const R = stats.eigenvalues.length;
  const remainder = remainderOf(stats);
  const constants = resident64(name, () => [
    constant64(stats.mean, [1, D]), constant64(stats.eigenvectors, [D, R]),
    constant64(stats.eigenvalues, [1, R]),
  ]);
  const compute = (x: Tensor64, sigmas: Float64Array): Tensor64 => {
    const [mean, basis, variances] = constants.get();
    const noise = constant64(sigmas.map((sigma) => sigma * sigma), [sigmas.length, 1]);
    const rest = constant64(sigmas.map((sigma) => shrinkage(remainder, sigma)), [sigmas.length, 1]);
    const shrink = sub64(div64(variances!, add64(variances!, noise)), rest);       // [N, R]
    const offset = sub64(x, mean!);                                                // [N, D]
    const coordinates = mul64(matMul64(offset, basis!), shrink);                   // [N, R]
    const shrunk = add64(matMul64(coordinates, basis!, {transposeB: true}), mean!);
    return remainder === 0 ? shrunk : add64(shrunk, mul64(offset, rest));
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
 * @param stats mean and components, from `gaussianStats` for example.
 * @param sigma noise level, > 0.
 * @throws RangeError for a sigma <= 0, or `stats` of wrong sizes.
 * @example
 * const stats = {
 *   imageShape: [1, 2, 1] as const, count: 1000, rank: 2, mean: Float64Array.of(1, 0),
 *   covariance: Float64Array.of(3, 0, 0, 1), eigenvalues: Float64Array.of(3, 1),
 *   eigenvectors: Float64Array.of(1, 0, 0, 1),
 * };
 * const {weight, bias} = hg.wienerWeights(stats, 1);
 * console.log(weight.join(' '), 'and', bias.join(' ')); // 0.75 0 0 0.5 and 0.25 0
 */
export function wienerWeights(stats: GaussianStats, sigma: number): AffineMap {
  const D = assertGaussianStats('wienerWeights', stats);
  assertSigmas('wienerWeights', [sigma]);
  const {eigenvectors, eigenvalues, mean} = stats;
  const R = eigenvalues.length;
  const rest = shrinkage(remainderOf(stats), sigma);
  const [weight, kept] = tidy64(() => {
    const basis = constant64(eigenvectors, [D, R]);
    const shrink = eigenvalues.map((variance) => shrinkage(variance, sigma) - rest);
    const scaled = mul64(basis, constant64(shrink, [1, R]));
    const product = matMul64(scaled, basis, {transposeB: true});                   // [D, D]
    return [product, matMul64(product, constant64(mean, [D, 1]))].map(read64);
  });
  for (let at = 0; at < D * D; at += D + 1) weight![at]! += rest;
  const bias = mean.map((value, at) => value - kept![at]! - rest * value);
  return {weight: weight!, bias};
}

/** l / (l + sigma²). */
const shrinkage = (variance: number, sigma: number): number =>
    variance / (variance + sigma * sigma);

/** Variance in the directions that the eigenvectors lack; 0 when they lack none. */
export const remainderOf =
    ({remainder = 0, mean, eigenvalues}: GaussianStats): number =>
        eigenvalues.length === mean.length ? 0 : remainder;

/**
 * Throws unless the sizes of `stats` agree: mean `[D]`, R <= D eigenvalues, eigenvectors `[D, R]`.
 * @returns D.
 */
export function assertGaussianStats(where: string, stats: GaussianStats): number {
  const D = stats.imageShape.reduce((a, b) => a * b, 1);
  const R = stats.eigenvalues.length;
  if (R > D) {
    throw new RangeError(`${where}: expected at most ${D} eigenvalues for images of shape ` +
        `[${stats.imageShape.join(', ')}], got ${R}`);
  }
  const sizes = {mean: D, eigenvectors: D * R};
  for (const [field, size] of Object.entries(sizes)) {
    const {length} = stats[field as keyof typeof sizes];
    if (length !== size) {
      throw new RangeError(`${where}: expected \`stats.${field}\` to hold ${size} values for ` +
          `${R} eigenvalues of images of shape [${stats.imageShape.join(', ')}], got ${length}`);
    }
  }
  return D;
}
