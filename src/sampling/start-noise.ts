/** The noise that sampling starts from, shared between denoisers. */
import {randomNormal} from '../backend/rng';
import {assertInteger} from '../shapes';
import type {ImageShape, Rng} from '../types';

const BLOCK = 64;

/**
 * Unit normal noise z for `count` images; a sampler starts at x = sigma_0·z. With the same
 * generator the first images are the same whatever `count` is, and however much was drawn from it.
 * @returns `[count, H, W, C]` row by row.
 * @example const noise = startNoise(100, [28, 28, 1], createRng(0));
 */
export function startNoise(count: number, imageShape: ImageShape, rng: Rng): Float32Array {
  assertInteger('startNoise', 'count', count, 1);
  imageShape.forEach((size) => assertInteger('startNoise', 'imageShape', size, 1));
  const D = imageShape.reduce((a, b) => a * b, 1);
  const noise = new Float32Array(count * D);
  for (let first = 0; first < count; first += BLOCK) {
    const block = randomNormal([BLOCK, D], rng.fork(`start-noise/${first / BLOCK}`));
    noise.set(block.dataSync().subarray(0, Math.min(BLOCK, count - first) * D), first * D);
    block.dispose();
  }
  return noise;
}
