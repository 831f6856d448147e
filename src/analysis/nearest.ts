/**
 * Nearest neighbours of images in a data set: what a generated image may have been copied from.
 *
 * Candidates are ranked by float64 matrix products over chunks; the few that rounding cannot tell
 * from the best are then measured again from their difference, so distances are exact, 0 for a
 * copy, and equal distances go to the lower index.
 */
import {setImmediate as breathe} from 'node:timers/promises';
import {div64, op64, read64, square64, sum64, tidy64} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {squaredDistance, squaredDistances64} from '../denoisers/distances';
import {imageRows} from '../denoisers/image-rows';
import type {ImageRows, ImageSource} from '../denoisers/image-rows';
import {assertInteger} from '../shapes';
import type {OnProgress} from '../types';

/** How many neighbours, by which distance. */
export interface NearestOptions {
  /** Neighbours of each query, at least 1 (default 1). */
  readonly k?: number;
  /** `'euclidean'` (default), in pixels of [-1, 1]; or `'cosine'`, 1 - cosine of the pixels. */
  readonly metric?: 'euclidean' | 'cosine';
  /** Images and queries held in float64 at a time (default 1024): memory, never the result. */
  readonly chunk?: number;
  /** Told of the queries that are done. */
  readonly onProgress?: OnProgress;
}

/** An image of the data set, as seen from a query. */
export interface Neighbour {
  /** Position in the data set. */
  readonly index: number;
  /** By the metric: in pixels of [-1, 1], or 1 - cosine, in [0, 2]. */
  readonly distance: number;
}

/**
 * The k nearest images of each query, nearest first.
 * @param images the data set, or images `[N, H, W, C]` in [-1, 1]; N >= k; borrowed.
 * @param queries for example generated images, of the same shape; borrowed.
 * @param options how many neighbours, by which distance, images at a time.
 * @returns one list of k neighbours a query.
 * @throws RangeError when shapes differ or k > N; Error for a query that is not finite, or for an
 *     image of norm 0 under the cosine.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const [neighbours] = await hg.nearestImages(train, hg.imagesToTensor(train, [3]), {k: 2});
 * console.log(neighbours?.map(({index, distance}) => [index, hg.formatNumber(distance)]));
 * // [ [ 3, '0' ], [ 1, '1.78' ] ]
 */
export async function nearestImages(
    images: ImageSource, queries: ImageSource,
    {k = 1, metric = 'euclidean', chunk = 1024, onProgress}: NearestOptions = {}):
    Promise<Neighbour[][]> {
  const [rows, asked] = [imageRows('nearestImages', images), imageRows('nearestImages', queries)];
  checkArguments(rows, asked, {k, metric, chunk});
  assertFinite(asked);
  const unit = metric === 'cosine';
  const result: Neighbour[][] = [];
  for (let from = 0; from < asked.count; from += chunk) {
    const count = Math.min(chunk, asked.count - from);
    const pixels = Array.from({length: count}, (_, q) => pixelsOf(asked, from + q, unit));
    const candidates = pixels.map((query) => candidateList(k, query));
    for (let first = 0; first < rows.count; first += chunk) {
      const n = Math.min(chunk, rows.count - first);
      const distances = tidy64(() => read64(squaredDistances64(
          chunkOf('query', asked, from, count, unit),
          chunkOf('image', rows, first, n, unit))));                               // [count, n]
      candidates.forEach((list, q) => list.offer(distances.subarray(q * n, (q + 1) * n), first));
      await breathe();
    }
    pixels.forEach((query, q) => {
      const measured = candidates[q]!.indices().map((index) => {
        const square = squaredDistance(query, pixelsOf(rows, index, unit));
        return {index, distance: unit ? square / 2 : Math.sqrt(square)};
      });
      measured.sort((a, b) => a.distance - b.distance || a.index - b.index);
      result.push(measured.slice(0, k));
    });
    onProgress?.({label: 'nearest neighbours', done: from + count, total: asked.count});
  }
  return result;
}

/** Collects the images whose squared distance may be among the k smallest. */
function candidateList(k: number, query: ArrayLike<number>) {
  const norm = squaredDistance(query, new Float64Array(query.length));
  let list: {index: number; square: number}[] = [];
  let limit = Infinity;
  const prune = (): void => {
    list.sort((a, b) => a.square - b.square);
    const kth = list[k - 1]!.square;
    // Rounding of |q|² + |r|² - 2 q·r over D terms, with |r|² <= 2 |q|² + 2 ||q - r||².
    limit = kth + 4 * query.length * Number.EPSILON * (3 * norm + 2 * kth);
    list = list.filter(({square}) => square <= limit);
  };
  return {
    /** Takes in the squared distances of the images `first`, `first + 1`, … */
    offer(squares: Float64Array, first: number): void {
      for (let i = 0; i < squares.length; i++) {
        if (squares[i]! <= limit) {
          list.push({index: first + i, square: squares[i]!});
          if (list.length === 4 * k + 64) prune();
        }
      }
      if (list.length > k) prune();
    },
    indices: (): number[] => list.map(({index}) => index),
  };
}

/** Rows in float64; of norm 1 for the cosine, where ||u - v||² / 2 = 1 - cos. */
function chunkOf(
    what: string, rows: ImageRows, first: number, count: number, unit: boolean): Tensor64 {
  const chunk = rows.chunk(first, count);
  if (!unit) return chunk;
  const norms = op64('Sqrt', [sum64(square64(chunk), 1)])[0]!;
  const zero = read64(norms).indexOf(0);
  if (zero >= 0) {
    throw new Error('nearestImages: expected a norm above 0 for the cosine, got 0 for ' +
        `${what} ${first + zero}; use the euclidean metric`);
  }
  return div64(chunk, norms);
}

/** The pixels of one image, divided by their norm for the cosine. */
function pixelsOf(rows: ImageRows, index: number, unit: boolean): Float32Array | Float64Array {
  const pixels = rows.gather([index]);
  if (!unit) return pixels;
  const norm = Math.sqrt(squaredDistance(pixels, new Float32Array(pixels.length)));
  return Float64Array.from(pixels, (value) => value / norm);
}

function assertFinite(asked: ImageRows): void {
  for (let query = 0; query < asked.count; query++) {
    if (asked.gather([query]).some((value) => !Number.isFinite(value))) {
      throw new Error(`nearestImages: expected finite pixels, got others in query ${query}; ` +
          'has the sampler diverged?');
    }
  }
}

function checkArguments(
    rows: ImageRows, asked: ImageRows,
    {k, metric, chunk}: Required<Omit<NearestOptions, 'onProgress'>>): void {
  const where = 'nearestImages';
  assertInteger(where, 'k', k, 1);
  assertInteger(where, 'chunk', chunk, 1);
  if (metric !== 'euclidean' && metric !== 'cosine') {
    throw new RangeError(`${where}: expected \`metric\` 'euclidean' or 'cosine', got ${metric}`);
  }
  const [expected, got] = [rows, asked].map(({imageShape}) => `[${imageShape.join(', ')}]`);
  if (expected !== got) {
    throw new RangeError(`${where}: expected queries of shape ${expected} each, got ${got}`);
  }
  if (k > rows.count) {
    throw new RangeError(`${where}: expected k <= ${rows.count}, the number of images, got ${k}`);
  }
}
