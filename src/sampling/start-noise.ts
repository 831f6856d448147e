/** The noise that sampling starts from, shared between denoisers. */
import {randomNormal} from '../backend/rng';
import {assertInteger} from '../shapes';
import type {ImageShape, Rng} from '../types';

const BLOCK = 64;

/**
 * Unit normal noise z for `count` images; a sampler starts at x = sigma_0·z. With the same
 * generator the first images are the same whatever `count` is, and however much was drawn from it.
 * @param count how many images, at least 1.
 * @param imageShape `[H, W, C]` of each.
 * @param rng decides the noise; nothing is drawn from it itself.
 * @returns `[count, H, W, C]` row by row.
 * @throws RangeError for a count or a size that is no integer >= 1.
 * @example
 * const [few, many] = [2, 100].map((n) => hg.startNoise(n, [1, 1, 1], hg.createRng(0)));
 * console.log(few!.length, many!.length, few![1] === many![1]); // 2 100 true
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
