/** The pairs that a linear denoiser is fitted to: noisy images and what they should become. */
import type {Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {imagesAt} from '../analysis/draw-images';
import {randomNormal} from '../backend/rng';
import {tf} from '../backend/tf';
import type {ImageRows} from '../denoisers/image-rows';
import type {Denoiser, Rng} from '../types';

/**
 * What to imitate: a denoiser (distillation, Li, Dai, Qu 2024, eq. 9), or the clean images
 * themselves (denoising score matching, Theorem 1).
 */
export type LinearTarget = Denoiser | 'clean';

/**
 * x = image + sigma·noise of the images at `indices`, with fresh noise, and the target for each.
 * @returns x and target, each `[n, D]`, owned by the caller.
 */
export function noisyPair(
    target: LinearTarget, rows: ImageRows, indices: ArrayLike<number>, sigma: number, rng: Rng):
    [x: Tensor2D, y: Tensor2D] {
  const n = indices.length;
  const shape: [number, number, number, number] = [n, ...rows.imageShape];
  return tf.tidy(() => {
    const clean = imagesAt(rows, indices);
    const x: Tensor4D = tf.add(clean, tf.mul(randomNormal<tf.Rank.R4>(shape, rng), sigma));
    const y = target === 'clean' ? clean : target.denoise(x, tf.fill([n], sigma));
    return [tf.reshape(x, [n, rows.size]), tf.reshape(y, [n, rows.size])];
  });
}

/** Throws unless the target, when it is a denoiser, takes images like those of `rows`. */
export function assertTargetFits(where: string, target: LinearTarget, rows: ImageRows): void {
  if (target === 'clean') return;
  const [expected, got] = [target.imageShape, rows.imageShape].map((shape) => shape.join(', '));
  if (expected !== got) {
    throw new RangeError(`${where}: expected images of shape [${expected}] like denoiser ` +
        `${target.name}, got [${got}]`);
  }
}
