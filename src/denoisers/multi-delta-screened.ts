/**
 * The multi-delta denoiser of a large data set, at the speed of float32 products.
 *
 * With x' = x - c and y' = y - c around the data's mean c, the logit -||x - y||²/2 sigma² of an
 * image y is s - |x'|²/2 sigma² for the score s = (x'·y' - |y'|²/2)/sigma². Scores come from one
 * float32 matrix product, of [x', 1]/sigma² and [y', -|y'|²/2]. That is good enough for images which
 * share the weight with many others, and to find the K images that may dominate: these are measured
 * again in float64, from their difference. The score of an image outside of the K is off by up to
 * PRODUCT_ERROR·(|x'||y'| + |y'|²/2)/sigma², and its weight by the exponential of that. Where this can
 * matter, the query is called suspect, and the caller computes it in float64.
 *
 * On Fashion-MNIST (60,000 images, any sigma of the paper's grid) the denoised pixels are within
 * 2e-6 of float64's.
 */
import type {Tensor2D} from '@tensorflow/tfjs-core';
import {DataType, rawOp, typeAttribute} from '../backend/raw-op';
import {constant64, read64, square64, sub64, sum64, tidy64} from '../backend/tensor64';
import {tf} from '../backend/tf';
import {squaredDistance} from './distances';
import type {ImageRows} from './image-rows';

/** K: images measured again in float64, for each query. */
const REFINED = 32;
/** Images in float32 at a time. */
const CHUNK = 8192;
/** Scores held at a time: 64 MiB. */
const SCORES = 2 ** 24;
/** Bound of |error of x'·y'| over |x'||y'|: twice the largest seen on 28x28 images. */
const PRODUCT_ERROR = 8e-7;
/** A logit this far below the highest: a weight of 2e-9. */
const NEGLIGIBLE = 20;
/** Below this error of its scores a query needs no refinement. */
const HARMLESS = 6e-5;
/** Above this relative error of its weights, times their share, a query is suspect. */
const SUSPECT = 1e-3;

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

export interface ScreenedMeans {
  /** D(x; sigma) of each query, `[Q, D]`. */
  readonly means: Float64Array;
  /** Queries for which float32 scores are not accurate enough: their means are not to be used. */
  readonly suspects: readonly number[];
}

/**
 * D(x; sigma) of some queries.
 * @param x `[Q, D]` row by row, Q at most `queriesAtATime`.
 * @param sigmas `[Q]`.
 */
export function screenedMeans(
    images: ScreenedImages, x: Float64Array, sigmas: Float64Array): ScreenedMeans {
  const {rows, centre, reach} = images;
  const D = rows.size;
  const queries = Array.from(sigmas, (sigma, q): Query => {
    const pixels = x.subarray(q * D, (q + 1) * D);
    const square = squaredDistance(pixels, centre);
    const error =
        PRODUCT_ERROR * (Math.sqrt(square) * reach + reach ** 2 / 2) / (sigma * sigma);
    return {pixels, sigma, square, error};
  });
  const means = new Float64Array(x.length);
  const suspects: number[] = [];
  tf.tidy(() => {
    const scores = scoresOf(images, extendedQueries(queries, centre));
    const refined = queries.some(({error}) => error > HARMLESS) ?
      refine(images, queries, nearestByScore(scores, queries.length)) :
      highestOf(scores).map((reference) => ({reference, lowest: -Infinity, images: []}));
    const {totals, sums} = restOf(images, scores, refined);
    queries.forEach(({error}, q) => {
      const own = refined[q]!.images.reduce((sum, {weight}) => sum + weight, 0);
      const total = own + totals[q]!;
      if (isSuspect(error, totals[q]! / total, refined[q]!)) suspects.push(q);
      const mean = means.subarray(q * D, (q + 1) * D);
      mean.forEach((_, p) => { mean[p] = centre[p]! + sums[q * (D + 1) + p]! / total; });
      for (const {pixels, weight} of refined[q]!.images) {
        if (weight === 0) continue;
        for (let p = 0; p < D; p++) mean[p]! += weight / total * (pixels[p]! - centre[p]!);
      }
    });
  });
  return {means, suspects};
}

interface Query {
  readonly pixels: Float64Array;
  readonly sigma: number;
  /** |x'|². */
  readonly square: number;
  /** Bound of the error of its scores. */
  readonly error: number;
}

/** The scores of one chunk of images, `[Q, n]`. */
interface Scores {
  readonly first: number;
  readonly values: Tensor2D;
}

function forEachChunk({count}: ImageRows, body: (first: number, n: number) => void): void {
  for (let first = 0; first < count; first += CHUNK) body(first, Math.min(CHUNK, count - first));
}

/** [x', 1]/sigma² in float32, `[Q, D + 1]`. */
function extendedQueries(queries: readonly Query[], centre: Float32Array): Tensor2D {
  const columns = centre.length + 1;
  const values = new Float32Array(queries.length * columns);
  queries.forEach(({pixels, sigma}, q) => {
    const precision = 1 / (sigma * sigma);
    const row = values.subarray(q * columns, (q + 1) * columns);
    pixels.forEach((value, p) => { row[p] = (value - centre[p]!) * precision; });
    row[columns - 1] = precision;
  });
  return tf.tensor2d(values, [queries.length, columns]);
}

function scoresOf({rows, extended}: ScreenedImages, queries: Tensor2D): Scores[] {
  const scores: Scores[] = [];
  forEachChunk(rows, (first, n) => scores.push({
    first, values: tf.tidy(() => tf.matMul(queries, extended(first, n), false, true)),
  }));
  return scores;
}

/** The highest score of each query. */
const highestOf = (scores: readonly Scores[]): number[] => Array.from(tf.tidy(() =>
  tf.max(tf.stack(scores.map(({values}) => tf.max(values, 1))), 0)).dataSync());

interface Candidate {
  readonly index: number;
  readonly score: number;
}

/** The K images of highest score, for each query. */
function nearestByScore(scores: readonly Scores[], queries: number): Candidate[][] {
  const found = Array.from({length: queries}, (): Candidate[] => []);
  for (const {first, values} of scores) {
    const k = Math.min(REFINED, values.shape[1]);
    const top = tf.topk(values, k);
    const [best, at] = [top.values.dataSync(), top.indices.dataSync()];
    for (let q = 0; q < queries; q++) {
      for (let j = q * k; j < (q + 1) * k; j++) {
        found[q]!.push({index: first + at[j]!, score: best[j]!});
      }
    }
  }
  return found.map((list) => list.sort((a, b) => b.score - a.score).slice(0, REFINED));
}

interface Refined {
  /** The score whose weight is 1. */
  readonly reference: number;
  /** No image that was not looked at has a higher score. */
  readonly lowest: number;
  /** Images measured in float64, with their weights. */
  readonly images: ReadonlyArray<{
    readonly index: number; readonly pixels: Float32Array; readonly weight: number;
  }>;
}

/**
 * Whether the images that were not measured may have another weight than their scores say.
 * @param error bound of the error of a score.
 * @param share their share of the weight, by their scores.
 */
function isSuspect(error: number, share: number, {reference, lowest}: Refined): boolean {
  if (error <= 1) return !(Math.expm1(error) * share <= SUSPECT);
  return lowest + error > reference - NEGLIGIBLE;
}

function refine(
    {rows}: ScreenedImages, queries: readonly Query[],
    nearest: readonly (readonly Candidate[])[]): Refined[] {
  return queries.map(({pixels: x, sigma, square, error}, q) => {
    const lowest = nearest[q]!.at(-1)!.score;
    if (error <= HARMLESS) return {reference: nearest[q]![0]!.score, lowest, images: []};
    // Beyond this gap an image has no weight, whatever the error of its score.
    const floor = nearest[q]![0]!.score - 2 * error - NEGLIGIBLE;
    const measured = nearest[q]!.filter(({score}) => score >= floor).map(({index}) => {
      const pixels = rows.gather([index]);
      const score = (square - squaredDistance(x, pixels)) / (2 * sigma * sigma);
      return {index, pixels, score};
    });
    const reference = Math.fround(Math.max(...measured.map(({score}) => score)));
    return {
      reference, lowest,
      images: measured.map(({index, pixels, score}) =>
        ({index, pixels, weight: Math.exp(score - reference)})),
    };
  });
}

/** Sums over all images but the refined ones: of the weights `[Q]`, of weight·y' `[Q, D + 1]`. */
function restOf(
    {extended}: ScreenedImages, scores: readonly Scores[], refined: readonly Refined[]):
    {totals: Float32Array; sums: Float32Array} {
  const reference = tf.tensor2d(
      refined.map((query) => query.reference), [refined.length, 1]);
  const parts = scores.map(({first, values}) => tf.tidy(() => {
    const weights = withoutRefined(
        tf.exp(tf.sub(values, reference)) as Tensor2D, refined, first);
    return [tf.sum(weights, 1), tf.matMul(weights, extended(first, values.shape[1]))];
  }));
  const sumOf = (which: 0 | 1) => tf.addN(parts.map((part) => part[which]!));
  return {
    totals: sumOf(0).dataSync() as Float32Array, sums: sumOf(1).dataSync() as Float32Array,
  };
}

/** Weights `[Q, n]` of the images from `first` on, with 0 for those that were measured again. */
function withoutRefined(
    weights: Tensor2D, refined: readonly Refined[], first: number): Tensor2D {
  const at = refined.flatMap(({images}, q) => images.map(({index}) => [q, index - first]))
      .filter(([, index]) => index! >= 0 && index! < weights.shape[1]);
  if (at.length === 0) return weights;
  return rawOp('TensorScatterUpdate', [
    typeAttribute('T', DataType.float), typeAttribute('Tindices', DataType.int32),
  ], [weights, tf.tensor2d(at as number[][], [at.length, 2], 'int32'),
    tf.zeros([at.length])])[0] as Tensor2D;
}
