/** Small made-up data sets for tests. */
import {createHash} from 'node:crypto';
import {createRng} from '../src/backend/rng';
import type {Dataset, ImageShape} from '../src/types';

/** `count` images of independent bytes 0..255, with a dark first pixel in all of them. */
export function tinyDataset(count: number, imageShape: ImageShape, seed: number): Dataset {
  const size = imageShape.reduce((a, b) => a * b, 1);
  const rng = createRng(seed);
  const images = Uint8Array.from(
      {length: count * size}, (_, at) => at % size === 0 ? 0 : rng.int(256));
  const hash = createHash('sha256').update(JSON.stringify(imageShape)).update(images).digest('hex');
  return {name: `tiny-${seed}`, images, count, imageShape, hash};
}

/** The float32 pixels v / 127.5 - 1 of a data set. */
export const pixelsOf = ({images}: Dataset): Float32Array =>
    Float32Array.from(images, (v) => Math.fround(v / 127.5) - 1);
