/** Evaluates a denoiser on many images in batches, for the statistics of this folder. */
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {assertInteger, assertShape, assertSigmas} from '../shapes';
import type {Denoiser} from '../types';

/** How many images are denoised at a time. */
export interface BatchOptions {
  /** Images a call of the denoiser (default 256): bounds its memory, never changes the result. */
  readonly batch?: number;
}

/**
 * D(x; sigma) as plain numbers.
 * @param x `[N, H, W, C]`, borrowed.
 * @returns `[N, D]` row by row.
 * @throws RangeError for a shape other than the denoiser's; Error when an output is not finite.
 */
export function denoiseRows(
    denoiser: Denoiser, x: Tensor4D, sigma: number, {batch = 256}: BatchOptions = {}):
    Float32Array {
  const where = `denoiser ${denoiser.name}`;
  assertSigmas(where, [sigma]);
  assertInteger(where, 'batch', batch, 1);
  assertShape(where, 'x', x, [-1, ...denoiser.imageShape]);
  const [count, ...shape] = x.shape;
  const size = shape.reduce((a, b) => a * b, 1);
  const rows = new Float32Array(count * size);
  for (let from = 0; from < count; from += batch) {
    const n = Math.min(batch, count - from);
    tf.tidy(() => {
      const denoised = denoiser.denoise(tf.slice(x, from, n), tf.fill([n], sigma));
      assertShape(where, 'output', denoised, [n, ...shape]);
      rows.set(denoised.dataSync(), from * size);
    });
  }
  const bad = rows.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new Error(`${where}: expected finite outputs, got ${rows[bad]} for input ` +
        `${Math.floor(bad / size)} at sigma ${sigma}; has the network diverged in training?`);
  }
  return rows;
}
