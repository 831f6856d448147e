/** Denoising score matching as EDM trains it (Karras et al. 2022, eq. 108 and table 1). */
import type {Scalar, Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {UniformDraw} from '../networks/network';
import type {Weights} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';

export interface LossBatch {
  /** Clean images, `[N, H, W, C]`. */
  readonly images: Tensor4D;
  /** Noise level of each, `[N]`. */
  readonly sigma: Tensor1D;
  /** Standard normal noise shaped like the images. */
  readonly noise: Tensor4D;
  /** Randomness of the dropout (default: none, as when a network is used). */
  readonly draw?: UniformDraw;
}

/** lambda(sigma)·(D(x + sigma·n; sigma) - x)², per pixel, shaped like the images. */
export function weightedError(
    model: PreconditionedNetwork, weights: Weights, {images, sigma, noise, draw}: LossBatch,
    sigmaData: number): Tensor4D {
  return tf.tidy(() => {
    const s = tf.reshape(sigma, [-1, 1, 1, 1]);
    const noisy = tf.add(images, tf.mul(noise, s)) as Tensor4D;
    const denoised = model.denoise(weights, noisy, sigma, {draw});
    const lambda: Tensor = tf.div(
        tf.add(tf.square(s), sigmaData ** 2), tf.square(tf.mul(s, sigmaData)));
    return tf.mul(lambda, tf.square(tf.sub(denoised, images)));
  });
}

/** What training minimises: the weighted error summed over pixels, averaged over the batch. */
export function dsmLoss(
    model: PreconditionedNetwork, weights: Weights, batch: LossBatch, sigmaData: number): Scalar {
  return tf.tidy(() => tf.div(
      tf.sum(weightedError(model, weights, batch, sigmaData)), batch.images.shape[0]));
}
