/**
 * The multi-delta denoiser of a large data set, at the speed of float32 products.
 *
 * With x' = x - c and y' = y - c around the data's mean c, the logit -||x - y||²/2 sigma² of an
 * image y is s - |x'|²/2 sigma² for the score s = (x'·y' - |y'|²/2)/sigma². Scores come from one
 * float32 matrix product, of [x', 1]/sigma² and [y', -|y'|²/2]. That is good enough for images
 * which share the weight with many others, and to find the K images that may dominate: these are
 * measured again in float64, from their difference. The score of an image outside of the K is off
 * by up to PRODUCT_ERROR·(|x'||y'| + |y'|²/2)/sigma², and its weight by the exponential of that.
 * Where this can matter, the query is called suspect, and the caller computes it in float64.
 *
 * On Fashion-MNIST (60,000 images, any sigma of the paper's grid) the denoised pixels are within
 * 2e-6 of float64's.
 */
import type {Tensor2D} from '@tensorflow/tfjs-core';
import {DataType, rawOp, typeAttribute} from '../backend/raw-op';
import {tf} from '../backend/tf';
import {squaredDistance} from './distances';
import {forEachChunk} from './screened-images';
import type {ScreenedImages} from './screened-images';
import {isSuspect, refinedOf} from './screened-refine';
import type {Query, Refined, Scores} from './screened-refine';

/** Bound of |error of x'·y'| over |x'||y'|: twice the largest seen, from 28x28x1 to 96x96x3. */
const PRODUCT_ERROR = 8e-7;

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
    const refined = refinedOf(images, queries, scores);
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
