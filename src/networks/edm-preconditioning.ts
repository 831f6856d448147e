/**
 * EDM's preconditioning (Karras et al. 2022, table 1):
 * D(x; sigma) = c_skip·x + c_out·F(c_in·x; c_noise).
 */
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {Weights} from './parameters';
import type {Network} from './song-unet';

/** D(x; sigma) with the given weights; differentiable in them. */
export function edmDenoise(
    network: Network, weights: Weights, x: Tensor4D, sigma: Tensor1D, sigmaData: number): Tensor4D {
  return tf.tidy(() => {
    const s = tf.reshape(sigma, [-1, 1, 1, 1]);
    const total: Tensor = tf.add(tf.square(s), sigmaData ** 2);
    const cSkip: Tensor = tf.div(sigmaData ** 2, total);
    const cIn: Tensor = tf.rsqrt(total);
    const cOut: Tensor = tf.mul(tf.mul(s, sigmaData), cIn);
    const cNoise: Tensor1D = tf.div(tf.log(sigma), 4);
    const F = network.apply(weights, tf.mul(x, cIn), cNoise);
    return tf.add(tf.mul(cSkip, x), tf.mul(cOut, F));
  });
}
