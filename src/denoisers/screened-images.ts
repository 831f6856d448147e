/**
 * The images of a large data set as the screened multi-delta denoiser reads them: centred, in
 * float32, a chunk at a time, with their squares.
 */
import type {Tensor2D} from '@tensorflow/tfjs-core';
import {constant64, read64, square64, sub64, sum64, tidy64} from '../backend/tensor64';
import {tf} from '../backend/tf';
import type {ImageRows} from './image-rows';

/** Images in float32 at a time: at most so many, and so many values (64 MiB). */
const CHUNK = 8192;
const CHUNK_VALUES = 2 ** 24;
/** Scores held at a time: 64 MiB. */
const SCORES = 2 ** 24;

/** Up to this size, all images stay in float32: 256 MiB. */
const RESIDENT = 2 ** 28;

/** What the data set contributes: computed once. */
export interface ScreenedImages {
  readonly rows: ImageRows;
  /** [y', -|y'|²/2] of images, `[n, D + 1]`, owned by the caller or the enclosing `tf.tidy`. */
  readonly extended: (first: number, n: number) => Tensor2D;
  /** c, `[D]`, float32 values. */
  readonly centre: Float32Array;
  /** Largest |y'|. */
  readonly reach: number;
  dispose(): void;
}

/** How many queries to ask for at a time. */
export const queriesAtATime = ({count}: ImageRows): number =>
    Math.max(1, Math.min(256, Math.floor(SCORES / count)));

/** Centre and squares of all images, read in chunks. */
export function screenedImages(rows: ImageRows): ScreenedImages {
  const sums = new Float64Array(rows.size);
  forEachChunk(rows, (first, n) => {
    const part = tidy64(() => read64(sum64(rows.chunk(first, n), 0)));
    part.forEach((value, at) => { sums[at]! += value; });
  });
  const centre = Float32Array.from(sums, (sum) => sum / rows.count);
  const halves = new Float32Array(rows.count); // -|y'|²/2
  forEachChunk(rows, (first, n) => {
    const squares = tidy64(() => read64(sum64(square64(sub64(
        rows.chunk(first, n), constant64(Float64Array.from(centre), [1, rows.size]))), 1)));
    squares.forEach((square, at) => { halves[first + at] = -square / 2; });
  });
  const smallest = halves.reduce((a, b) => Math.min(a, b), 0);
  const read = (first: number, n: number): Tensor2D => tf.tidy(() => tf.concat([
    tf.sub<Tensor2D>(rows.chunk32(first, n), tf.tensor1d(centre)),
    tf.tensor2d(halves.slice(first, first + n), [n, 1]),
  ], 1));
  const kept = new Map<number, Tensor2D>();
  if (rows.count * (rows.size + 1) * 4 <= RESIDENT) {
    forEachChunk(rows, (first, n) => kept.set(first, tf.keep(read(first, n))));
  }
  return {
    rows, centre, reach: Math.sqrt(-2 * smallest),
    extended: (first, n) => kept.get(first)?.clone() ?? read(first, n),
    dispose: () => kept.forEach((tensor) => tensor.dispose()),
  };
}

/** Calls `body` for consecutive parts of the images. */
export function forEachChunk(
    {count, size}: ImageRows, body: (first: number, n: number) => void): void {
  const chunk = Math.max(1, Math.min(CHUNK, Math.floor(CHUNK_VALUES / size)));
  for (let first = 0; first < count; first += chunk) body(first, Math.min(chunk, count - first));
}
