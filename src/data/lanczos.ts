/**
 * Lanczos resizing as Pillow does it, bit for bit: EDM's tool resizes with Pillow, and data sets
 * should be the same whichever made them. libvips differs by a byte value on average and shifts
 * enlarged images by a fraction of a pixel, so this one step is our own.
 *
 * Each output pixel is a weighted mean of the input pixels within three lobes of sinc around its
 * centre, in units of the larger of the two pixel sizes; weights are cut off at the border and
 * sum to 1. First along rows, then along columns, with bytes in between and weights in fixed point.
 */
import type {ImageShape} from '../types';

const LOBES = 3;
/** Fixed point: a sum of 255·weights and its overshoot fit 32 bits. */
const BITS = 22;

/** The weights behind each output position. */
interface Taps {
  /** First input position of each output position. */
  readonly first: Int32Array;
  /** Weights of the positions from there, times 2^22. */
  readonly weights: readonly Int32Array[];
}

/** `[H, W, C]` bytes resized to `[height, width, C]`, in a new array. */
export function resizeLanczos(
    pixels: Uint8Array, [H, W, C]: ImageShape,
    [height, width]: readonly [number, number]): Uint8Array {
  // A row is a line of W positions, C bytes apart; a column one of H positions, width·C apart.
  const wide = W === width ? pixels : alongLines(pixels, {outer: H, size: W, inner: C}, width);
  if (H === height) return wide === pixels ? Uint8Array.from(pixels) : wide;
  return alongLines(wide, {outer: 1, size: H, inner: width * C}, height);
}

/** `[outer, size, inner]` to `[outer, to, inner]`. */
function alongLines(
    pixels: Uint8Array,
    {outer, size, inner}: {readonly outer: number; readonly size: number; readonly inner: number},
    to: number): Uint8Array {
  const {first, weights} = tapsOf(size, to);
  const resized = new Uint8Array(outer * to * inner);
  const sums = new Int32Array(inner);
  for (let line = 0, at = 0; line < outer; line++) {
    for (let x = 0; x < to; x++) {
      const own = weights[x]!;
      sums.fill(2 ** (BITS - 1));
      let from = (line * size + first[x]!) * inner;
      for (let k = 0; k < own.length; k++) {
        const weight = own[k]!;
        for (let i = 0; i < inner; i++) sums[i]! += weight * pixels[from++]!;
      }
      for (let i = 0; i < inner; i++) {
        resized[at++] = Math.min(Math.max(sums[i]! >> BITS, 0), 255);
      }
    }
  }
  return resized;
}

function tapsOf(size: number, to: number): Taps {
  const scale = size / to;
  const pixel = Math.max(scale, 1);
  const first = new Int32Array(to);
  const weights = Array.from({length: to}, (_, x) => {
    const centre = (x + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - LOBES * pixel + 0.5), 0);
    const end = Math.min(Math.trunc(centre + LOBES * pixel + 0.5), size);
    first[x] = start;
    const own = Float64Array.from({length: end - start},
        (__, k) => lanczos((start + k - centre + 0.5) * (1 / pixel)));
    const sum = own.reduce((total, weight) => total + weight, 0);
    const factor = 1 / sum;
    // Halves away from 0, as C's conversion after adding 0.5 does.
    return Int32Array.from(own, (weight) =>
        Math.trunc(weight * factor * 2 ** BITS + (weight < 0 ? -0.5 : 0.5)));
  });
  return {first, weights};
}

const sinc = (x: number): number => x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);

const lanczos = (x: number): number => Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
