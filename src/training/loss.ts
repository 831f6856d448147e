/** Denoising score matching as EDM trains it (Karras et al. 2022, eq. 108 and table 1). */
import type {Scalar, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {Conditions} from '../networks/network';
import type {Weights} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';

/** Images with their noise, and what the network is told of them; `draw` is dropout's randomness. */
export interface LossBatch extends Conditions {
  /** Clean images, `[N, H, W, C]`. */
  readonly images: Tensor4D;
  /** Noise level of each, `[N]`. */
  readonly sigma: Tensor1D;
  /** Standard normal noise shaped like the images. */
  readonly noise: Tensor4D;
}

/** EDM's weight of a noise level, lambda(sigma) = (sigma² + sigmaData²) / (sigma·sigmaData)². */
export const lossWeight = (sigma: Tensor1D, sigmaData: number): Tensor1D => tf.tidy(() => tf.div(
    tf.add(tf.square(sigma), sigmaData ** 2), tf.square(tf.mul(sigma, sigmaData))));

/** lambda(sigma)·(D(x + sigma·n; sigma) - x)², per pixel, shaped like the images. */
export function weightedError(
    model: PreconditionedNetwork, weights: Weights,
    {images, sigma, noise, ...conditions}: LossBatch, sigmaData: number): Tensor4D {
  return tf.tidy(() => {
    const noisy = tf.add(images, tf.mul(noise, tf.reshape(sigma, [-1, 1, 1, 1]))) as Tensor4D;
    const denoised = model.denoise(weights, noisy, sigma, conditions);
    const lambda = tf.reshape(lossWeight(sigma, sigmaData), [-1, 1, 1, 1]);
    return tf.mul(lambda, tf.square(tf.sub(denoised, images)));
  });
}

/**
 * What training minimises: lambda(sigma)·(D(x + sigma·n; sigma) - x)² summed over pixels, averaged
 * over the batch, with lambda = (sigma² + sigmaData²) / (sigma·sigmaData)² (Karras et al. 2022,
 * eq. 108 and table 1).
 * @param model a network with its preconditioning.
 * @param weights the parameters' values; the loss is differentiable in them.
 * @param batch images, noise levels and noise, borrowed.
 * @param sigmaData standard deviation of the data, as the preconditioning has it.
 * @returns a new scalar.
 * @example
 * const {tf} = hg;
 * const model = hg.modelFor(hg.trainOptions({width: 4}), [4, 4, 1]);
 * const shapes = new Map(model.parameters.map(({name, shape}) => [name, [...shape]]));
 * const ones = tf.ones<hg.tf.Rank.R4>([1, 4, 4, 1]);
 * const batch = {images: tf.zerosLike(ones), sigma: tf.tensor1d([0.5]), noise: ones};
 * // A network that says 0 leaves D = 0.5/2 where 0 was, 16 times, with the weight 8.
 * const loss = hg.dsmLoss(model, (name) => tf.zeros(shapes.get(name)!), batch, 0.5);
 * console.log(loss.dataSync()[0]!.toFixed(3)); // 8.000
 */
export function dsmLoss(
    model: PreconditionedNetwork, weights: Weights, batch: LossBatch, sigmaData: number): Scalar {
  return tf.tidy(() => tf.div(
      tf.sum(weightedError(model, weights, batch, sigmaData)), batch.images.shape[0]));
}
