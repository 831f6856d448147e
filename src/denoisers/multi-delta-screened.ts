/**
 * The sums of the multi-delta denoiser over a large data set, at the speed of float32 products.
 *
 * With x' = x - c and y' = y - c around the data's mean c, -||x - y||²/2 is s - |x'|²/2 for the
 * score s = x'·y' - |y'|²/2. Scores come from a float32 matrix product. That is good enough for
 * images which share the weight with many others, and to find the K images that may dominate: these
 * are measured again in float64, from their difference. A weight outside of the K keeps a relative
 * error of at most SCORE_ERROR·|x'||y'|/sigma²; where that times their share of the weight is not
 * small, `screenedSums` gives up and the caller computes in float64.
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
/** Bound of |error of s| / (|x'||y'|): twice the largest seen on 28x28 images. */
const SCORE_ERROR = 8e-7;
/** Below this relative error of its weights a query needs no refinement. */
const HARMLESS = 6e-5;
/** Above this error of its weights, times their share, a query is not trusted to float32. */
const SUSPECT = 1e-3;

/** What the data set contributes: computed once. */
export interface ScreenedImages {
  readonly rows: ImageRows;
  /** c, `[D]`, float32 values. */
  readonly centre: Float32Array;
  /** |y'|²/2 of each image, `[N]`. */
  readonly halfSquares: Float32Array;
  /** Largest |y'|. */
  readonly reach: number;
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
  const halfSquares = new Float32Array(rows.count);
  forEachChunk(rows, (first, n) => {
    const squares = tidy64(() => read64(sum64(square64(sub64(
        rows.chunk(first, n), constant64(Float64Array.from(centre), [1, rows.size]))), 1)));
    squares.forEach((square, at) => { halfSquares[first + at] = square / 2; });
  });
  const largest = halfSquares.reduce((a, b) => Math.max(a, b), 0);
  return {rows, centre, halfSquares, reach: Math.sqrt(2 * largest)};
}

/**
 * D(x; sigma) of some queries.
 * @param x `[Q, D]` row by row, Q at most `queriesAtATime`.
 * @param sigmas `[Q]`.
 * @returns `[Q, D]`, or undefined when float32 scores are not accurate enough for one of them.
 */
export function screenedMeans(
    images: ScreenedImages, x: Float64Array, sigmas: Float64Array): Float64Array | undefined {
  const {rows, centre, reach} = images;
  const D = rows.size;
  const queries = Array.from(sigmas, (sigma, q): Query => {
    const pixels = x.subarray(q * D, (q + 1) * D);
    const square = squaredDistance(pixels, centre);
    const error = SCORE_ERROR * Math.sqrt(square) * reach / (sigma * sigma);
    return {pixels, sigma, square, error};
  });
  const means = new Float64Array(x.length);
  let trusted = true;
  tf.tidy(() => {
    const centred = Float32Array.from(x, (value, at) => value - centre[at % D]!);
    const scores = scoresOf(images, tf.tensor2d(centred, [queries.length, D]));
    const nearest = nearestByScore(scores, rows.count, queries.length);
    const refined = queries.map((query, q) => refine(images, query, nearest[q]!));
    const {totals, sums} = restOf(images, scores, queries, refined);
    queries.forEach(({error}, q) => {
      const own = refined[q]!.images.reduce((sum, {weight}) => sum + weight, 0);
      const total = own + totals[q]!;
      trusted &&= error * totals[q]! / total <= SUSPECT;
      const mean = means.subarray(q * D, (q + 1) * D);
      mean.forEach((_, p) => { mean[p] = centre[p]! + sums[q * D + p]! / total; });
      for (const {pixels, weight} of refined[q]!.images) {
        if (weight === 0) continue;
        for (let p = 0; p < D; p++) mean[p]! += weight / total * (pixels[p]! - centre[p]!);
      }
    });
  });
  return trusted ? means : undefined;
}

interface Query {
  readonly pixels: Float64Array;
  readonly sigma: number;
  /** |x'|². */
  readonly square: number;
  /** Bound of the relative error of a weight. */
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

/** y' of a chunk in float32, `[n, D]`. */
const centredChunk = ({rows, centre}: ScreenedImages, first: number, n: number): Tensor2D =>
    tf.tidy(() => tf.sub<Tensor2D>(rows.chunk32(first, n), tf.tensor1d(centre)));

function scoresOf(images: ScreenedImages, centred: Tensor2D): Scores[] {
  const scores: Scores[] = [];
  forEachChunk(images.rows, (first, n) => scores.push({
    first,
    values: tf.tidy(() => tf.sub<Tensor2D>(
        tf.matMul(centred, centredChunk(images, first, n), false, true),
        tf.tensor1d(images.halfSquares.slice(first, first + n)))),
  }));
  return scores;
}

interface Candidate {
  readonly index: number;
  readonly score: number;
}

/** The K images of highest score, for each query. */
function nearestByScore(scores: readonly Scores[], count: number, queries: number): Candidate[][] {
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
  const k = Math.min(REFINED, count);
  return found.map((list) => list.sort((a, b) => b.score - a.score).slice(0, k));
}

interface Refined {
  /** The score whose weight is 1. */
  readonly reference: number;
  /** Images measured in float64, with their weights. */
  readonly images: ReadonlyArray<{
    readonly index: number; readonly pixels: Float32Array; readonly weight: number;
  }>;
}

function refine(
    {rows}: ScreenedImages, {pixels: x, sigma, square, error}: Query,
    candidates: readonly Candidate[]): Refined {
  if (error <= HARMLESS) return {reference: candidates[0]!.score, images: []};
  const measured = candidates.map(({index}) => {
    const pixels = rows.gather([index]);
    return {index, pixels, score: (square - squaredDistance(x, pixels)) / 2};
  });
  const reference = Math.fround(Math.max(...measured.map(({score}) => score)));
  return {
    reference,
    images: measured.map(({index, pixels, score}) =>
      ({index, pixels, weight: Math.exp((score - reference) / (sigma * sigma))})),
  };
}

/** Sums over all images but the refined ones: of the weights `[Q]`, and of weight·y' `[Q, D]`. */
function restOf(
    images: ScreenedImages, scores: readonly Scores[], queries: readonly Query[],
    refined: readonly Refined[]): {totals: Float32Array; sums: Float32Array} {
  const column = (values: readonly number[]): Tensor2D =>
    tf.tensor2d([...values], [values.length, 1]);
  const reference = column(refined.map((query) => query.reference));
  const precision = column(queries.map(({sigma}) => 1 / (sigma * sigma)));
  const parts = scores.map(({first, values}) => tf.tidy(() => {
    const n = values.shape[1];
    const weights = withoutRefined(
        tf.exp(tf.mul(tf.sub(values, reference), precision)) as Tensor2D, refined, first);
    return [tf.sum(weights, 1), tf.matMul(weights, centredChunk(images, first, n))] as const;
  }));
  const sumOf = (which: 0 | 1) => tf.addN(parts.map((part) => part[which]));
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
