/**
 * How linear a denoiser is at each noise level (Li, Dai, Qu 2024, eq. 11 and 12): a linear map
 * takes alpha·x1 + beta·x2 to alpha·D(x1) + beta·D(x2).
 *
 * An affine offset lowers the score: the Gaussian denoiser itself stays below 1. The centred form
 * asks the same of z -> D(mean + z) - mean, for which every affine D with D(mean) = mean, the
 * Gaussian denoiser above all, scores exactly 1.
 */
import {setImmediate as breathe} from 'node:timers/promises';
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {randomNormal} from '../backend/rng';
import {tf} from '../backend/tf';
import {imageRows} from '../denoisers/image-rows';
import type {ImageSource} from '../denoisers/image-rows';
import {assertInteger, assertShape, assertSigmas} from '../shapes';
import type {Denoiser, Interval, OnProgress, Rng} from '../types';
import {bootstrapMean} from './bootstrap';
import {denoiseRows} from './denoise-rows';
import type {BatchOptions} from './denoise-rows';
import {imagesAt} from './draw-images';
import {compareWithCombination} from './linearity-of-outputs';
import type {PairLinearity} from './linearity-of-outputs';

/** How two inputs are combined. */
export interface PairOptions extends BatchOptions {
  /** Weight of x1, in (0, 1) (default 1/sqrt 2); x2 has sqrt(1 - alpha²), which keeps sigma. */
  readonly alpha?: number;
  /** Pixel mean, `[D]`, in [-1, 1]: asks for the centred form too (default: the plain one only). */
  readonly centre?: ArrayLike<number>;
}

/** Noise levels, pairs and randomness of a linearity curve. */
export interface LinearityOptions extends PairOptions {
  /** Noise levels, each > 0. The paper uses 40. */
  readonly sigmas: ArrayLike<number>;
  /** Pairs of noisy images, at least 2 (default 100, as in the paper). */
  readonly pairs?: number;
  /** Chooses pairs and noise. The same fork gives every denoiser the same ones: paired curves. */
  readonly rng: Rng;
  /** Resamples of the bootstrap (default 2000). */
  readonly resamples?: number;
  /** Told after each sigma. */
  readonly onProgress?: OnProgress;
}

/** Linearity at one noise level: means over the pairs with their 95 % intervals. */
export interface LinearityPoint {
  /** Noise level, in pixels of [-1, 1]. */
  readonly sigma: number;
  /** LS, eq. 11: mean |cosine|. */
  readonly score: Interval;
  /** Eq. 12: mean ||joint - combination|| / ||joint||. */
  readonly nmse: Interval;
  /** The same over ||combination||, as the paper's published code and figures have it. */
  readonly nmseToCombination: Interval;
  /** The values behind the means, one a pair. */
  readonly perPair: PairLinearity;
}

/** Linearity of one denoiser against sigma. */
export interface LinearityCurve {
  /** Name of the denoiser. */
  readonly denoiser: string;
  /** One point a sigma, in the given order. */
  readonly points: readonly LinearityPoint[];
  /** The centred form, when `centre` was given. */
  readonly centred?: readonly LinearityPoint[];
}

/**
 * Linearity against sigma, on the same pairs and unit noise at every sigma; Li, Dai, Qu 2024,
 * eq. 11 and 12. The centred form is ours: an affine offset, as D_G has it, lowers the plain one.
 * @param denoiser borrowed.
 * @param images the clean images behind the pairs, at least 2: training or held out, say which;
 *     borrowed.
 * @param options `sigmas` and `rng`; the others have defaults.
 * @throws RangeError for images of another shape than the denoiser's, fewer than 2, a bad sigma
 *     or alpha; Error when an output is not finite.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const stats = hg.gaussianStats(train);
 * const {points, centred} = await hg.linearityCurve(hg.gaussianDenoiser(stats), train,
 *     {sigmas: [2], pairs: 20, centre: stats.mean, rng: hg.createRng(0)});
 * console.log(points[0]?.score.estimate.toFixed(3)); // 0.984
 * console.log(centred?.[0]?.score.estimate.toFixed(3)); // 1.000
 */
export async function linearityCurve(
    denoiser: Denoiser, images: ImageSource, options: LinearityOptions): Promise<LinearityCurve> {
  const {sigmas, pairs = 100, rng, resamples, onProgress, ...pairOptions} = options;
  assertSigmas('linearityCurve', sigmas);
  const inputs = drawPairs(images, pairs, rng.fork('pairs'));
  const summary = (sigma: number, perPair: PairLinearity): LinearityPoint => {
    const mean = (values: readonly number[]) =>
      bootstrapMean(values, {rng: rng.fork('bootstrap'), resamples});
    return {
      sigma, score: mean(perPair.score), nmse: mean(perPair.nmse),
      nmseToCombination: mean(perPair.nmseToCombination), perPair,
    };
  };
  const points: LinearityPoint[] = [];
  const centred: LinearityPoint[] = [];
  try {
    for (const [k, sigma] of Array.from(sigmas).entries()) {
      tf.tidy(() => {
        const [x1, x2] = inputs.clean.map((clean, side) =>
          tf.add<Tensor4D>(clean, tf.mul(inputs.noise[side]!, sigma)));
        const result = pairLinearity(denoiser, x1!, x2!, sigma, pairOptions);
        points.push(summary(sigma, result.plain));
        if (result.centred) centred.push(summary(sigma, result.centred));
      });
      onProgress?.({label: `linearity of ${denoiser.name}`, done: k + 1, total: sigmas.length});
      await breathe();
    }
  } finally {
    tf.dispose([...inputs.clean, ...inputs.noise]);
  }
  return {
    denoiser: denoiser.name, points, ...(options.centre === undefined ? {} : {centred}),
  };
}

/**
 * Linearity of each pair of given inputs; Li, Dai, Qu 2024, eq. 11 and 12.
 * @param denoiser borrowed.
 * @param x1 noisy images at this sigma, `[P, H, W, C]`; borrowed.
 * @param x2 as many others.
 * @param sigma their noise level, > 0.
 * @param options weights of the two inputs, the offset that is taken out, and the batch.
 * @returns the measures of each pair, `centred` only when `centre` was given.
 * @throws RangeError for a bad sigma or alpha, or shapes that do not fit; Error when an output is
 *     not finite, or 0 where the other one is not.
 * @example
 * const relu: hg.Denoiser = {
 *   name: 'relu', imageShape: [1, 2, 1], denoise: (x) => hg.tf.relu(x), dispose() {},
 * };
 * const [x1, x2] = [[2, 1], [1, -2]].map((pixels) => hg.tf.tensor4d(pixels, [1, 1, 2, 1]));
 * const {plain: {score}} = hg.pairLinearity(relu, x1!, x2!, 1);
 * console.log(score); // [ 0.9486832980505138 ]
 */
export function pairLinearity(
    denoiser: Denoiser, x1: Tensor4D, x2: Tensor4D, sigma: number,
    {alpha = Math.SQRT1_2, centre, ...batchOptions}: PairOptions = {}):
    {plain: PairLinearity; centred?: PairLinearity} {
  const where = 'pairLinearity';
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`${where}: expected \`alpha\` in (0, 1), got ${alpha}`);
  }
  const beta = Math.sqrt(1 - alpha * alpha);
  const [P, H, W, C] = x1.shape;
  const D = H * W * C;
  assertShape(where, 'x2', x2, [P, H, W, C]);
  if (centre !== undefined && centre.length !== D) {
    throw new RangeError(`${where}: expected \`centre\` of length ${D}, got ${centre.length}`);
  }
  let rows: Float32Array = new Float32Array();
  tf.tidy(() => {
    const inputs = [x1, x2, tf.add<Tensor4D>(tf.mul(x1, alpha), tf.mul(x2, beta))];
    if (centre !== undefined) {
      // mean + alpha (x1 - mean) + beta (x2 - mean), from the joint input
      const offset = Float32Array.from(centre, (value) => (1 - alpha - beta) * value);
      inputs.push(tf.add(inputs[2]!, tf.tensor3d(offset, [H, W, C])));
    }
    rows = denoiseRows(denoiser, tf.concat<Tensor4D>(inputs, 0), sigma, batchOptions);
  });
  const [d1, d2, joint, jointCentred] =
      [0, 1, 2, 3].map((part) => rows.subarray(part * P * D, (part + 1) * P * D));
  const at = `at sigma ${sigma}`;
  const plain = compareWithCombination(d1!, d2!, joint!, {alpha, beta, size: D, at});
  if (centre === undefined) return {plain};
  const centred =
      compareWithCombination(d1!, d2!, jointCentred!, {alpha, beta, size: D, at, centre});
  return {plain, centred};
}

/** Two different clean images a pair, and unit noise for each. */
function drawPairs(images: ImageSource, pairs: number, rng: Rng) {
  const where = 'linearityCurve';
  assertInteger(where, 'pairs', pairs, 2);
  const rows = imageRows(where, images);
  assertInteger(where, 'number of images', rows.count, 2);
  const [first, second] = [new Uint32Array(pairs), new Uint32Array(pairs)];
  const choice = rng.fork('images');
  for (let j = 0; j < pairs; j++) {
    first[j] = choice.int(rows.count);
    second[j] = (first[j]! + 1 + choice.int(rows.count - 1)) % rows.count;
  }
  const clean = [first, second].map((side) => imagesAt(rows, side));
  const noise = clean.map(({shape}, side) =>
    randomNormal<tf.Rank.R4>(shape, rng.fork(`noise ${side + 1}`)));
  return {clean, noise};
}
