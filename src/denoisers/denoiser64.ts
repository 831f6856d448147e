/**
 * Denoisers that compute in float64. They are ordinary denoisers, float32 in and out, and offer the
 * same map without the rounding: a sampler's float64 state then stays exact to the last digits.
 */
import type {Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {constant64, narrow, read64, tidy64, widen} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {tf} from '../backend/tf';
import {assertShape, assertSigmas} from '../shapes';
import type {Denoiser, ImageShape} from '../types';

/** A denoiser that also takes and returns float64 numbers. */
export interface Denoiser64 extends Denoiser {
  /**
   * D(x; sigma) in float64.
   * @param x noisy images, `[N, D]` row by row, D = H·W·C.
   * @param sigma noise level of all of them, > 0.
   * @returns `[N, D]`.
   */
  denoise64(x: Float64Array, sigma: number): Float64Array;
}

export const isDenoiser64 = (denoiser: Denoiser): denoiser is Denoiser64 =>
    typeof (denoiser as Partial<Denoiser64>).denoise64 === 'function';

/** What tells one float64 denoiser from another. */
export interface Denoiser64Parts {
  /** The public function that makes it, for messages. */
  readonly where: string;
  readonly name: string;
  readonly imageShape: ImageShape;
  /** D(x; sigma) of x `[N, D]` and one valid sigma an image, `[N]`; called inside a `tidy64`. */
  readonly compute: (x: Tensor64, sigmas: Float64Array) => Tensor64;
  readonly dispose: () => void;
}

/** Puts checks, conversions and tidying around `compute`. */
export function denoiser64(
    {where, name, imageShape, compute, dispose}: Denoiser64Parts): Denoiser64 {
  const D = imageShape.reduce((a, b) => a * b, 1);
  return {
    name, imageShape, dispose,
    denoise: (x: Tensor4D, sigma: Tensor1D): Tensor4D => tf.tidy(() => {
      const N = x.shape[0];
      assertShape(where, 'x', x, [-1, ...imageShape]);
      assertShape(where, 'sigma', sigma, [N]);
      const sigmas = Float64Array.from(sigma.dataSync());
      assertSigmas(where, sigmas);
      const flat = tf.reshape(x, [N, D]);
      return tf.reshape(tidy64(() => narrow(compute(widen(flat), sigmas))), x.shape);
    }),
    denoise64(x, sigma) {
      const N = x.length / D;
      if (!Number.isInteger(N) || N < 1) {
        throw new RangeError(`${where}: expected whole images of shape ` +
            `[${imageShape.join(', ')}] (${D} values each), got ${x.length} values`);
      }
      assertSigmas(where, [sigma]);
      return tidy64(() =>
          read64(compute(constant64(x, [N, D]), new Float64Array(N).fill(sigma))));
    },
  };
}
