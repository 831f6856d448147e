/**
 * The images nearest to each query, measured again in float64: those that dominate the softmax, and
 * whose float32 scores would not do.
 */
import type {Tensor2D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {squaredDistance} from './distances';
import type {ScreenedImages} from './screened-images';

/** K: images measured again, for each query. */
const REFINED = 32;
/** A logit this far below the highest: a weight of 2e-9. */
const NEGLIGIBLE = 20;
/** Below this error of its scores a query needs no refinement. */
const HARMLESS = 6e-5;
/** Above this relative error of its weights, times their share, a query is suspect. */
const SUSPECT = 1e-3;

/** A noisy image. */
export interface Query {
  readonly pixels: Float64Array;
  readonly sigma: number;
  /** |x'|². */
  readonly square: number;
  /** Bound of the error of its scores. */
  readonly error: number;
}

/** The scores of one chunk of images, `[Q, n]`. */
export interface Scores {
  readonly first: number;
  readonly values: Tensor2D;
}

/** The reference score of each query, and its nearest images where they have to be measured. */
export const refinedOf = (
    images: ScreenedImages, queries: readonly Query[], scores: readonly Scores[]): Refined[] =>
    queries.some(({error}) => error > HARMLESS) ?
      refine(images, queries, nearestByScore(scores, queries.length)) :
      highestOf(scores).map((reference) => ({reference, lowest: -Infinity, images: []}));

export interface Refined {
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
export function isSuspect(error: number, share: number, {reference, lowest}: Refined): boolean {
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
