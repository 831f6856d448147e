/**
 * A linear denoiser (Li, Dai, Qu 2024, eq. 9): at each noise level of its grid one affine map,
 * D(x; sigma) = W x + b. The fits of `src/training` and `wienerWeights` give such maps.
 */
import {resident64} from '../backend/resident64';
import {add64, constant64, matMul64, mul64} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {assertSigmas} from '../shapes';
import type {ImageShape} from '../types';
import {denoiser64} from './denoiser64';
import type {Denoiser64} from './denoiser64';

/** Affine maps x -> W x + b of images of D = H·W·C pixels, one a noise level. */
export interface LinearWeights {
  /** `[H, W, C]` of the images. */
  readonly imageShape: ImageShape;
  /** The grid: noise levels, each > 0. */
  readonly sigmas: ArrayLike<number>;
  /** W of each sigma, `[D, D]` row by row (outputs, inputs). */
  readonly weights: readonly Float64Array[];
  /** b of each sigma, `[D]`. */
  readonly biases: readonly Float64Array[];
}

/** How far, relatively, a sigma may be off the grid: float32 rounding is a tenth of it. */
const TOLERANCE = 1e-6;

/**
 * Makes the linear denoiser of `maps`, D(x; sigma) = W x + b (Li, Dai, Qu 2024, eq. 9), which
 * computes in float64. It knows the sigmas of its grid only: sample with a schedule of those.
 * @param maps one affine map a sigma, from `fitLinearClosedForm` for example; kept, not copied.
 * @param options `name` appears in legends and tables (default `'Linear'`).
 * @throws RangeError when the sizes of `maps` disagree; `denoise` for x of another shape, or a
 *     sigma off the grid, naming the nearest one on it.
 * @example
 * const linear = hg.linearDenoiser({
 *   imageShape: [1, 2, 1], sigmas: [1],
 *   weights: [Float64Array.of(0.75, 0, 0, 0.5)], biases: [Float64Array.of(0.25, 0)],
 * });
 * console.log(linear.denoise64(Float64Array.of(2, 4), 1)); // Float64Array(2) [ 1.75, 2 ]
 */
export function linearDenoiser(
    maps: LinearWeights, {name = 'Linear'}: {name?: string} = {}): Denoiser64 {
  const D = assertLinearWeights('linearDenoiser', maps);
  const grid = Float64Array.from(maps.sigmas);
  const constants = resident64(name, () => [
    ...maps.weights.map((weight) => constant64(weight, [D, D])),
    ...maps.biases.map((bias) => constant64(bias, [1, D])),
  ]);
  const compute = (x: Tensor64, sigmas: Float64Array): Tensor64 => {
    const tensors = constants.get();
    const indices = Array.from(sigmas, (sigma) => indexOnGrid(grid, sigma));
    return [...new Set(indices)].map((k) => {
      const mapped = add64(
          matMul64(x, tensors[k]!, {transposeB: true}), tensors[grid.length + k]!);
      const chosen = Float64Array.from(indices, (index) => index === k ? 1 : 0);
      return chosen.includes(0) ? mul64(mapped, constant64(chosen, [chosen.length, 1])) : mapped;
    }).reduce(add64);
  };
  return denoiser64({
    where: 'linearDenoiser', name, imageShape: maps.imageShape, compute,
    dispose: constants.dispose,
  });
}

function indexOnGrid(grid: Float64Array, sigma: number): number {
  const distance = (g: number): number => Math.abs(Math.log(sigma / g));
  let nearest = 0;
  grid.forEach((g, k) => { if (distance(g) < distance(grid[nearest]!)) nearest = k; });
  const found = grid[nearest]!;
  if (Math.abs(sigma - found) > TOLERANCE * found) {
    throw new RangeError(`linearDenoiser: expected a sigma of its grid, got ${sigma}; the ` +
        `nearest of its ${grid.length} is ${found}. Fit this sigma too, or sample on the grid`);
  }
  return nearest;
}

/**
 * Throws unless the sizes of `maps` agree.
 * @returns D.
 */
function assertLinearWeights(where: string, maps: LinearWeights): number {
  const {imageShape, sigmas, weights, biases} = maps;
  const D = imageShape.reduce((a, b) => a * b, 1);
  const K = sigmas.length;
  if (K < 1 || weights.length !== K || biases.length !== K) {
    throw new RangeError(`${where}: expected one weight and one bias for each of at least one ` +
        `sigma, got ${K} sigmas, ${weights.length} weights, ${biases.length} biases`);
  }
  assertSigmas(where, sigmas);
  for (let k = 0; k < K; k++) {
    const got = [weights[k]!.length, biases[k]!.length];
    if (got[0] !== D * D || got[1] !== D) {
      throw new RangeError(`${where}: expected ${D * D} weights and ${D} biases at sigma ` +
          `${sigmas[k]} for images of shape [${imageShape.join(', ')}], got ${got.join(' and ')}`);
    }
  }
  return D;
}
