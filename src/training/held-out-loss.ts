/** The training loss on fixed images, noise levels and noise: comparable between checkpoints. */
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {createRng, randomNormal} from '../backend/rng';
import {trace} from '../backend/trace';
import {tf} from '../backend/tf';
import {unflatten} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';
import type {Denoiser} from '../types';
import {lossWeight, weightedError} from './loss';
import type {LossBatch} from './loss';
import type {TrainOptions} from './options';

export interface FixedLoss {
  /** Mean weighted error per pixel with the parameters `[P]`. */
  evaluate(parameters: Tensor1D): number;
  dispose(): void;
}

/** Noise levels `[N]` and unit noise for images `[N, H, W, C]`: the same whenever they are drawn. */
const fixedNoise = (
    {shape}: Tensor4D, {pMean, pStd, seed}: TrainOptions): {sigma: Tensor1D; noise: Tensor4D} =>
  tf.tidy(() => {
    const rng = createRng(seed).fork('fixed-loss');
    const normal = randomNormal<tf.Rank.R1>([shape[0]], rng.fork('sigma'));
    return {
      sigma: tf.exp(tf.add(tf.mul(normal, pStd), pMean)) as Tensor1D,
      noise: randomNormal<tf.Rank.R4>(shape, rng.fork('noise')),
    };
  });

/**
 * The same loss of a denoiser for each image: what `evaluate` of `fixedLoss` is the mean of, so that
 * checkpoints can be compared image by image.
 * @param images clean images `[N, H, W, C]`; borrowed.
 * @param options noise distribution and seed: those of the training.
 * @returns the mean weighted error per pixel of each image, `[N]`.
 */
export function fixedLosses(
    denoiser: Denoiser, images: Tensor4D, options: TrainOptions): Float64Array {
  return Float64Array.from(tf.tidy(() => {
    const {sigma, noise} = fixedNoise(images, options);
    const noisy = tf.add<Tensor4D>(images, tf.mul(noise, tf.reshape(sigma, [-1, 1, 1, 1])));
    const error = tf.mean(tf.square(tf.sub(denoiser.denoise(noisy, sigma), images)), [1, 2, 3]);
    return tf.mul(lossWeight(sigma, options.sigmaData), error).dataSync();
  }));
}

/** Pixel values that go through the network at a time: 256 images of 28x28, 16 of 64x64x3. */
const VALUES_AT_A_TIME = 256 * 28 * 28;

/** Images that are evaluated at a time, for `pixels` values each: what bounds the memory. */
export const fixedLossBatch = (pixels: number): number =>
    Math.max(1, Math.floor(VALUES_AT_A_TIME / pixels));

/**
 * @param images clean images `[N, H, W, C]`; copied.
 * @param options noise distribution and seed.
 */
export function fixedLoss(
    model: PreconditionedNetwork, images: Tensor4D, options: TrainOptions): FixedLoss {
  const {sigmaData} = options;
  const [N, H, W, C] = images.shape;
  const batch = fixedLossBatch(H * W * C);
  const parts = tf.tidy(() => {
    const {sigma, noise} = fixedNoise(images, options);
    return Array.from({length: Math.ceil(N / batch)}, (_, i) => {
      const part = <T extends Tensor>(tensor: T): T =>
        tf.slice(tensor, i * batch, Math.min(batch, N - i * batch));
      return {images: part(images), sigma: part(sigma), noise: part(noise)};
    });
  });
  const traced = trace('fixedLoss', (_, {parameters, ...rest}) => {
    const weights = unflatten(model.network.parameters, parameters as Tensor1D);
    const error = weightedError(model, weights, rest as unknown as LossBatch, sigmaData);
    return {outputs: {loss: tf.mean(error)}};
  }, {cache: {model: model.form, sigmaData}});
  return {
    evaluate(parameters) {
      const sum = parts.reduce((total, part) => {
        const {loss} = traced.run({parameters, ...part});
        const value = loss!.dataSync()[0]!;
        loss!.dispose();
        return total + part.sigma.shape[0] * value;
      }, 0);
      return sum / N;
    },
    dispose() {
      traced.dispose();
      tf.dispose(parts);
    },
  };
}
