/**
 * The best denoiser of a finite set of images (Li, Dai, Qu 2024, eq. 5): D(x; sigma) is the mean
 * of the images y weighted by softmax(-||x - y||² / 2 sigma²). Sampling with it returns the images
 * themselves.
 *
 * Small sets are computed in float64 throughout, because at sigma .002 the softmax multiplies an
 * error of a squared distance by 125,000; from 4096 images on in float32 where that is accurate
 * enough (`multi-delta-screened`), within 2e-6 of float64. Images are read in chunks; up to 256 MiB
 * of them stay in float32, with 64 MiB for their scores. More are converted anew in every call: of
 * 70,000 of 64x64x3, 8 queries take about 10 s and 0.5 GB beside the bytes, the first 25 s more.
 */
import {
  add64, constant64, div64, dispose64, exp64, matMul64, max64, maximum64, mul64, read64, sub64,
  sum64, tidy64,
} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {assertInteger} from '../shapes';
import {denoiser64} from './denoiser64';
import type {Denoiser64} from './denoiser64';
import {squaredDistances64} from './distances';
import {imageRows} from './image-rows';
import type {ImageSource} from './image-rows';
import {screenedMeans} from './multi-delta-screened';
import {queriesAtATime, screenedImages} from './screened-images';
import type {ScreenedImages} from './screened-images';

/** Memory, and a name. */
export interface MultiDeltaOptions {
  /** Images held in float64 at a time (default 2048): bounds memory, changes no float64 result. */
  readonly chunk?: number;
  /** Name in legends and tables (default `'Multi-delta'`). */
  readonly name?: string;
}

/** From this number of images on, float32 products and a second look at the nearest pay. */
const MANY = 4096;

/**
 * Makes the multi-delta denoiser of `images`, the best denoiser of a finite set (Li, Dai, Qu 2024,
 * eq. 5): the mean of the images y weighted by softmax(-||x - y||² / 2 sigma²). Sampling with it
 * returns the images themselves.
 * @param images the finite set, which must not change afterwards.
 * @param options memory, and a name.
 * @throws RangeError for an empty set; `denoise` for x of another shape or a sigma <= 0.
 * @example
 * // Of the two images -1 and 1 it makes tanh(x / sigma²).
 * const pair = hg.createDataset({
 *   name: 'pair', images: Uint8Array.of(0, 255), imageShape: [1, 1, 1]});
 * const denoiser = hg.multiDeltaDenoiser(pair);
 * console.log(denoiser.denoise64(Float64Array.of(0.5), 1)[0]!.toFixed(6)); // 0.462117
 * console.log(Math.tanh(0.5).toFixed(6)); // 0.462117
 */
export function multiDeltaDenoiser(
    images: ImageSource, {chunk = 2048, name = 'Multi-delta'}: MultiDeltaOptions = {}): Denoiser64 {
  assertInteger('multiDeltaDenoiser', 'chunk', chunk, 1);
  const rows = imageRows('multiDeltaDenoiser', images);

  const exact = (x: Tensor64, sigmas: Float64Array): Tensor64 => {
    const precision = sigmas.map((sigma) => -1 / (2 * sigma * sigma));
    const [, total, sum] = softmaxSums(x, constant64(precision, [sigmas.length, 1]));
    return div64(sum!, total!);
  };

  /** Of all images, for each query: maximum logit `[Q, 1]`, sums of e^(logit - max) and ·y. */
  function softmaxSums(queries: Tensor64, precision: Tensor64): Tensor64[] {
    let state: Tensor64[] | undefined;
    for (let first = 0; first < rows.count; first += chunk) {
      const previous = state;
      state = tidy64(() => {
        const y = rows.chunk(first, Math.min(chunk, rows.count - first));          // [n, D]
        const logits = mul64(squaredDistances64(queries, y), precision);           // [Q, n]
        return addChunk(previous, logits, y);
      });
      previous?.forEach(dispose64);
    }
    return state!;
  }

  let screened: ScreenedImages | undefined;
  const compute = (x: Tensor64, sigmas: Float64Array): Tensor64 => {
    if (rows.count < MANY) return exact(x, sigmas);
    screened ??= screenedImages(rows);
    const [values, block] = [read64(x), queriesAtATime(rows)];
    const means = new Float64Array(values.length);
    for (let first = 0; first < sigmas.length; first += block) {
      const [from, to] = [first, first + block].map((q) => q * rows.size);
      const part = values.slice(from, to);
      const own = sigmas.slice(first, first + block);
      const {means: found, suspects} = screenedMeans(screened, part, own);
      means.set(found, from);
      for (const q of suspects) {
        const [start, end] = [q * rows.size, (q + 1) * rows.size];
        const [query, sigma] = [part.slice(start, end), own.slice(q, q + 1)];
        means.set(tidy64(() => read64(exact(constant64(query, [1, rows.size]), sigma))),
            from! + start);
      }
    }
    return constant64(means, x.shape);
  };

  return denoiser64({
    where: 'multiDeltaDenoiser', name, imageShape: rows.imageShape, compute,
    dispose() {
      screened?.dispose();
      screened = undefined;
    },
  });
}

function addChunk(state: Tensor64[] | undefined, logits: Tensor64, y: Tensor64): Tensor64[] {
  const chunkMax = max64(logits, 1);
  const max = state === undefined ? chunkMax : maximum64(state[0]!, chunkMax);     // [Q, 1]
  const weights = exp64(sub64(logits, max));                                       // [Q, n]
  const total = sum64(weights, 1);                                                 // [Q, 1]
  const sum = matMul64(weights, y);                                                // [Q, D]
  if (state === undefined) return [max, total, sum];
  const decay = exp64(sub64(state[0]!, max));
  return [max, add64(mul64(state[1]!, decay), total), add64(mul64(state[2]!, decay), sum)];
}
