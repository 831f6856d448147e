/** Seeded choices of images, and their pixels as a tensor. */
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {ImageRows} from '../denoisers/image-rows';
import type {Rng} from '../types';

/**
 * `count` positions in 0..n-1 in random order: every position once before any comes again. The
 * first ones are the same for every `count`.
 */
export function drawIndices(n: number, count: number, rng: Rng): Uint32Array {
  const indices = new Uint32Array(count);
  for (let at = 0; at < count; at += n) {
    indices.set(rng.permutation(n).subarray(0, Math.min(n, count - at)), at);
  }
  return indices;
}

/** The images of `indices` in [-1, 1], `[n, H, W, C]`, owned by the caller. */
export function imagesAt(rows: ImageRows, indices: ArrayLike<number>): Tensor4D {
  return tf.tensor4d(rows.gather(indices), [indices.length, ...rows.imageShape]);
}
