/**
 * Are generated images copies of training images? Two measures, each with its 95 % interval, and
 * what real held-out images score by them: the yardstick, since both depend on the data.
 */
import {imageRows} from '../denoisers/image-rows';
import type {ImageSource} from '../denoisers/image-rows';
import {tf} from '../backend/tf';
import {assertInteger} from '../shapes';
import type {Interval, OnProgress, Rng} from '../types';
import {bootstrapMean} from './bootstrap';
import {drawIndices, imagesAt} from './draw-images';
import {nearestImages} from './nearest';
import type {Neighbour} from './nearest';
import {sampledImages, sampleTensor} from './samples';
import type {SampledImages, Samples} from './samples';
import {wilsonInterval} from './wilson';

/** A sample is a copy when its distance ratio is below this (Gu et al. 2023). */
export const COPY_THRESHOLD = 1 / 3;

/** What counts as a copy, and how intervals are made. */
export interface MemorizationOptions {
  /** Draws the resamples of the GL score's interval. */
  readonly rng: Rng;
  /** A sample counts as a copy when its distance ratio is below this, in (0, 1]
   *  (default 1/3, Gu et al. 2023). */
  readonly threshold?: number;
  /** Resamples of the bootstrap (default 2000). */
  readonly resamples?: number;
  /** Told of the search for neighbours. */
  readonly onProgress?: OnProgress;
}

/** How one sample relates to the training images. */
export interface SampleMemorization {
  /** The nearest training image. */
  readonly nearest: Neighbour;
  /** GL: distance to the nearest training image / norm of the sample. */
  readonly gl: number;
  /** Distance to the nearest training image / distance to the next different one, in [0, 1]. */
  readonly ratio: number;
  /** Whether `ratio` is below the threshold. */
  readonly copied: boolean;
}

/** How much a set of samples copies the training images. */
export interface MemorizationResult {
  /** Mean of ||x - NN(x)|| / ||x||; Li, Dai, Qu 2024, eq. 14. Bootstrap (BCa) interval. */
  readonly gl: Interval;
  /** Share of copies; Gu et al. 2023, Bonnaire et al. 2025. Wilson interval. */
  readonly copyRatio: Interval;
  /** One record a sample, in their order. */
  readonly perSample: readonly SampleMemorization[];
}

/** Neighbours looked at for one that differs from the first: images may be stored twice. */
const LOOKED_AT = 8;

/**
 * Measures how much `samples` copy `train`: GL (Li, Dai, Qu 2024, eq. 14) and the copy ratio (Gu et
 * al. 2023). Both depend on the data and GL on its brightness too: compare with
 * `calibrateOnHeldOut`.
 * @param train the training images, at least 2; borrowed.
 * @param samples generated images of the same shape, at least 2; borrowed.
 * @param options `rng` draws the resamples; the others have defaults.
 * @throws RangeError for shapes that differ or too few images; Error for a sample that is not
 *     finite or has norm 0.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const samples = hg.imagesToTensor(train, [0, 3, 5]); // a model that copies
 * const {gl, copyRatio} =
 *     await hg.memorizationScores(train, samples, {rng: hg.createRng(0)});
 * console.log(gl.estimate, hg.formatInterval(copyRatio)); // 0 1.00 [0.44, 1.00]
 */
export async function memorizationScores(
    train: ImageSource, samples: Samples,
    {rng, threshold = COPY_THRESHOLD, resamples, onProgress}: MemorizationOptions):
    Promise<MemorizationResult> {
  const where = 'memorizationScores';
  if (!(threshold > 0 && threshold <= 1)) {
    throw new RangeError(`${where}: expected \`threshold\` in (0, 1], got ${threshold}`);
  }
  const trained = imageRows(where, train).count;
  const generated = sampledImages(where, samples);
  assertInteger(where, 'training images', trained, 2);
  assertInteger(where, 'samples', generated.count, 2);
  const norms = normsOf(generated);
  const queries = sampleTensor(generated);
  let neighbours: Neighbour[][];
  try {
    const k = Math.min(LOOKED_AT, trained);
    neighbours = await nearestImages(train, queries, {k, onProgress});
  } finally {
    tf.dispose(queries);
  }
  const perSample = neighbours.map((found, i) => sampleMemorization(found, norms[i]!, threshold));
  const copies = perSample.filter(({copied}) => copied).length;
  return {
    gl: bootstrapMean(perSample.map(({gl}) => gl), {rng: rng.fork('bootstrap'), resamples}),
    copyRatio: wilsonInterval(copies, perSample.length),
    perSample,
  };
}

/**
 * The same measures for real images that no training saw: a model that generalizes scores like
 * them, one that memorizes far below in GL and far above in copies.
 * @param train the training images, at least 2; borrowed.
 * @param heldOut real images of the same kind and shape; borrowed.
 * @param options as for `memorizationScores`, and `count`, how many held-out images to draw, at
 *     least 2 (default 100, at most all).
 * @throws RangeError when `count` is more than there are, and as `memorizationScores` does.
 * @example
 * const images = Uint8Array.from({length: 40 * 4}, (_, i) => i ** 3 % 251); // 40 images of 2×2
 * const all = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const {train, heldOut} = hg.heldOutSplit(all, {heldOut: 10, seed: 0});
 * const {copyRatio} =
 *     await hg.calibrateOnHeldOut(train, heldOut, {rng: hg.createRng(0), count: 10});
 * console.log(hg.formatInterval(copyRatio)); // 0.000 [0.000, 0.278]
 */
export async function calibrateOnHeldOut(
    train: ImageSource, heldOut: ImageSource,
    {count = 100, ...options}: MemorizationOptions & {readonly count?: number}):
    Promise<MemorizationResult> {
  const rows = imageRows('calibrateOnHeldOut', heldOut);
  assertInteger('calibrateOnHeldOut', 'count', count, 2);
  if (count > rows.count) {
    throw new RangeError(`calibrateOnHeldOut: expected \`count\` <= ${rows.count}, the number of ` +
        `held-out images, got ${count}`);
  }
  const drawn = imagesAt(rows, drawIndices(rows.count, count, options.rng.fork('held out')));
  try {
    return await memorizationScores(train, drawn, options);
  } finally {
    tf.dispose(drawn);
  }
}

function sampleMemorization(
    neighbours: readonly Neighbour[], norm: number, threshold: number): SampleMemorization {
  const nearest = neighbours[0]!;
  // An image stored twice is twice at the same distance: the ratio asks for another image.
  const next = neighbours.find(({distance}) => distance > nearest.distance);
  const ratio = nearest.distance === 0 ? 0 : next ? nearest.distance / next.distance : 1;
  return {nearest, gl: nearest.distance / norm, ratio, copied: ratio < threshold};
}

function normsOf({samples, count}: SampledImages): number[] {
  const size = samples.length / count;
  return Array.from({length: count}, (_, i) => {
    const pixels = samples.subarray(i * size, (i + 1) * size);
    const norm = Math.sqrt(pixels.reduce((total, value) => total + value * value, 0));
    if (norm === 0) {
      throw new Error('memorizationScores: expected samples with a norm above 0, got 0 for ' +
          `sample ${i}: GL divides by it`);
    }
    return norm;
  });
}
