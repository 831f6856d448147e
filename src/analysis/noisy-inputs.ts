/** What denoisers are compared on: noisy images, or the states of a sampler's own trajectory. */
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {randomNormal} from '../backend/rng';
import {tf} from '../backend/tf';
import {imageRows} from '../denoisers/image-rows';
import type {ImageSource} from '../denoisers/image-rows';
import type {SampleResult} from '../sampling/solver';
import {assertInteger, assertSigmas} from '../shapes';
import type {Rng} from '../types';
import {drawIndices, imagesAt} from './draw-images';

/** Inputs of a denoiser at one noise level. */
export interface SigmaInputs {
  /** Noise level, in pixels of [-1, 1]. */
  readonly sigma: number;
  /** `[N, H, W, C]`; row i belongs to the same sample at every sigma. */
  readonly x: Tensor4D;
}

/** Noise levels, number of images, and randomness. */
export interface NoisyInputsOptions {
  /** Noise levels, each > 0. */
  readonly sigmas: ArrayLike<number>;
  /** How many images (default 100); more than the source has means fresh noise on the same ones. */
  readonly count?: number;
  /** Chooses images and noise; the same fork gives the same inputs. */
  readonly rng: Rng;
}

/**
 * x = image + sigma·noise, with the same clean images and unit noise at every sigma, so that
 * curves over sigma are smooth. On noisy *training* images the multi-delta denoiser is the exact
 * answer by construction: compare with it on held-out images.
 * @param images the clean images: say in tables which they are, training or held out; borrowed.
 * @param options `sigmas` and `rng`; `count` has a default.
 * @returns one entry a sigma, in the given order; free them with
 *     `tf.dispose(inputs.map(({x}) => x))`.
 * @throws RangeError for a bad sigma or count, or no images.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const inputs = hg.noisyInputs(train, {sigmas: [80, 0.5], count: 6, rng: hg.createRng(0)});
 * console.log(inputs.map(({sigma, x}) => `${sigma}: [${x.shape.join(', ')}]`).join(' and '));
 * // 80: [6, 2, 2, 1] and 0.5: [6, 2, 2, 1]
 */
export function noisyInputs(
    images: ImageSource, {sigmas, count = 100, rng}: NoisyInputsOptions): SigmaInputs[] {
  assertSigmas('noisyInputs', sigmas);
  assertInteger('noisyInputs', 'count', count, 1);
  const rows = imageRows('noisyInputs', images);
  const indices = drawIndices(rows.count, count, rng.fork('images'));
  const levels = Array.from(sigmas);
  const x = tf.tidy(() => {
    const clean = imagesAt(rows, indices);
    const noise = randomNormal<tf.Rank.R4>(clean.shape, rng.fork('noise'));
    return levels.map((sigma) => tf.add<Tensor4D>(clean, tf.mul(noise, sigma)));
  });
  return levels.map((sigma, k) => ({sigma, x: x[k]!}));
}

/**
 * The states of a sampling trajectory as inputs: what the sampler itself asks the denoiser.
 * @param result of a sampler run with `trajectory: true`.
 * @returns one entry a sigma of the schedule but the last, 0; free them with
 *     `tf.dispose(inputs.map(({x}) => x))`.
 * @throws RangeError when the sampler kept no trajectory.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const noise = hg.startNoise(5, [2, 2, 1], hg.createRng(0));
 * const result = await hg.sampleEuler(hg.multiDeltaDenoiser(train), noise,
 *     hg.karrasSchedule({steps: 3}), {trajectory: true});
 * console.log(hg.trajectoryInputs(result).map(({sigma}) => hg.formatSigma(sigma)));
 * // [ '80', '2.52', '0.002' ]
 */
export function trajectoryInputs(
    {trajectory, count, imageShape}: Omit<SampleResult, 'samples'>): SigmaInputs[] {
  if (trajectory === undefined) {
    throw new RangeError('trajectoryInputs: expected a result with its trajectory, got one ' +
        'without; sample with `trajectory: true`');
  }
  const shape: [number, number, number, number] = [count, ...imageShape];
  return Array.from(trajectory.sigmas.subarray(0, -1), (sigma, k) =>
    ({sigma, x: tf.tensor4d(Float32Array.from(trajectory.states[k]!), shape)}));
}
