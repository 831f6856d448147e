/** Denoising score matching as EDM trains it (Karras et al. 2022, eq. 108 and table 1). */
import type {Scalar, Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {edmDenoise} from '../networks/edm-preconditioning';
import type {Weights} from '../networks/parameters';
import type {Network} from '../networks/song-unet';

export interface LossBatch {
  /** Clean images, `[N, H, W, C]`. */
  readonly images: Tensor4D;
  /** Noise level of each, `[N]`. */
  readonly sigma: Tensor1D;
  /** Standard normal noise shaped like the images. */
  readonly noise: Tensor4D;
}

/** lambda(sigma)·(D(x + sigma·n; sigma) - x)², per pixel, shaped like the images. */
export function weightedError(
    network: Network, weights: Weights, {images, sigma, noise}: LossBatch,
    sigmaData: number): Tensor4D {
  return tf.tidy(() => {
    const s = tf.reshape(sigma, [-1, 1, 1, 1]);
    const noisy = tf.add(images, tf.mul(noise, s)) as Tensor4D;
    const denoised = edmDenoise(network, weights, noisy, sigma, sigmaData);
    const lambda: Tensor = tf.div(
        tf.add(tf.square(s), sigmaData ** 2), tf.square(tf.mul(s, sigmaData)));
    return tf.mul(lambda, tf.square(tf.sub(denoised, images)));
  });
}

/** What training minimises: the weighted error summed over pixels, averaged over the batch. */
export function dsmLoss(
    network: Network, weights: Weights, batch: LossBatch, sigmaData: number): Scalar {
  return tf.tidy(() => tf.div(
      tf.sum(weightedError(network, weights, batch, sigmaData)), batch.images.shape[0]));
}
