/**
 * Whether two models, trained on disjoint halves of the data, turn the same start noise into the
 * same images (Kadkhodaie et al. 2024; Li, Dai, Qu 2024).
 */
import {assertInteger} from '../shapes';
import type {Interval, Rng} from '../types';
import {bootstrapMean, pairedDifference} from './bootstrap';
import {sampledImages} from './samples';
import type {SampledImages, Samples} from './samples';

/** Similarity of images; means with their 95 % intervals, and the value of each sample. */
export interface Similarity {
  /** Root mean square pixel difference, pixels in [-1, 1]. */
  readonly rmse: Interval;
  /** Pearson's correlation of the pixels of the two images. */
  readonly correlation: Interval;
  /** The values behind the means, `[N]` each. */
  readonly perSample: {readonly rmse: readonly number[]; readonly correlation: readonly number[]};
}

/** How far two models' samples agree, beside what chance gives. */
export interface SampleSimilarityResult {
  /** Sample i of one model with sample i of the other: the same start noise. */
  readonly matched: Similarity;
  /** Sample i with every other sample of the other model, averaged: what chance gives. */
  readonly mismatched: Similarity;
  /** Matched minus mismatched, paired by sample: above 0 (correlation) or below 0 (RMSE). */
  readonly gap: {readonly rmse: Interval; readonly correlation: Interval};
}

/**
 * Compares the samples of two models from the same start noise.
 * Images of one kind resemble each other by themselves (dark borders, upright clothes): the
 * mismatched pairs say how much.
 * @param a at least 2 samples of one model, sample i from start noise i.
 * @param b the other model's samples (or a Gaussian's closed-form ones), as many.
 * @param options `rng` draws the resamples, `resamples` says how many (default 2000).
 * @throws RangeError when the shapes differ or N < 2; Error for an image of one single grey.
 * @example
 * const imageShape = [4, 4, 1] as const;
 * const [a, other] = [0, 1].map((seed) => hg.startNoise(20, imageShape, hg.createRng(seed)));
 * const b = a!.map((pixel, i) => pixel + 0.5 * other![i]!); // `a`, blurred by noise
 * const {gap} = hg.sampleSimilarity({samples: a!, count: 20, imageShape},
 *     {samples: b, count: 20, imageShape}, {rng: hg.createRng(0)});
 * console.log(hg.formatInterval(gap.correlation, 2)); // 0.91 [0.86, 0.95]
 */
export function sampleSimilarity(
    a: Samples, b: Samples, {rng, resamples}: {rng: Rng; resamples?: number}):
    SampleSimilarityResult {
  const where = 'sampleSimilarity';
  const [first, second] = [sampledImages(where, a), sampledImages(where, b)];
  const {count, imageShape} = first;
  assertInteger(where, 'samples', count, 2);
  const [expected, got] = [first, second].map((images) =>
    `${images.count} images of shape [${images.imageShape.join(', ')}]`);
  if (expected !== got) {
    throw new RangeError(`${where}: expected \`b\` to hold ${expected} as \`a\` does, got ${got}`);
  }
  const [rowsA, rowsB] = [standardizedRows('a', first), standardizedRows('b', second)];
  const size = imageShape.reduce((product, n) => product * n, 1);

  const zeros = (): number[] => new Array<number>(count).fill(0);
  const [matched, mismatched] =
      [{rmse: zeros(), correlation: zeros()}, {rmse: zeros(), correlation: zeros()}];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const {rmse, correlation} = compareRows(rowsA, i, rowsB, j, size);
      const [target, weight] = i === j ? [matched, 1] : [mismatched, 1 / (count - 1)];
      target.rmse[i]! += weight * rmse;
      target.correlation[i]! += weight * correlation;
    }
  }
  const options = () => ({rng: rng.fork('bootstrap'), resamples});
  const summary = (perSample: Similarity['perSample']): Similarity => ({
    rmse: bootstrapMean(perSample.rmse, options()),
    correlation: bootstrapMean(perSample.correlation, options()), perSample,
  });
  return {
    matched: summary(matched), mismatched: summary(mismatched),
    gap: {
      rmse: pairedDifference(matched.rmse, mismatched.rmse, options()),
      correlation: pairedDifference(matched.correlation, mismatched.correlation, options()),
    },
  };
}

/** Images as rows: the pixels, and the same with mean 0 and norm 1. */
interface Rows {
  readonly pixels: Float32Array;
  readonly unit: Float64Array;
}

function standardizedRows(name: string, {samples: pixels, count}: SampledImages): Rows {
  const size = pixels.length / count;
  const unit = Float64Array.from(pixels);
  for (let i = 0; i < count; i++) {
    const row = unit.subarray(i * size, (i + 1) * size);
    const mean = row.reduce((total, value) => total + value, 0) / size;
    const norm = Math.sqrt(row.reduce((total, value) => total + (value - mean) ** 2, 0));
    if (!(norm > 0) || !Number.isFinite(norm)) {
      throw new Error('sampleSimilarity: expected images with some contrast and finite pixels, ' +
          `got image ${i} of \`${name}\` with contrast ${norm}; look at that sample`);
    }
    row.forEach((value, p) => {
      row[p] = (value - mean) / norm;
    });
  }
  return {pixels, unit};
}

function compareRows(a: Rows, i: number, b: Rows, j: number, size: number) {
  const [startA, startB] = [i * size, j * size];
  let [square, correlation] = [0, 0];
  for (let p = 0; p < size; p++) {
    square += (a.pixels[startA + p]! - b.pixels[startB + p]!) ** 2;
    correlation += a.unit[startA + p]! * b.unit[startB + p]!;
  }
  return {rmse: Math.sqrt(square / size), correlation};
}
