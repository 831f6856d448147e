/**
 * Adam and the exponential moving average of the weights, on one flat parameter vector. All
 * counters are tensors, so that a traced step carries them in its state.
 */
import type {Scalar, Tensor, Tensor1D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';

export interface AdamOptions {
  readonly learningRate: number;
  /** Images over which the rate rises linearly from 0; 0 means none. */
  readonly rampImages: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

/** Weights, and the moving averages of gradient and squared gradient, each `[P]`. */
export interface AdamState {
  readonly weights: Tensor1D;
  readonly momentum: Tensor1D;
  readonly variance: Tensor1D;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) with EDM's linear warm-up.
 * @param step steps done before this one, from 0.
 * @param imagesSeen images seen before this step: with a warm-up, the first step has rate 0.
 */
export function adamStep(
    {weights, momentum, variance}: AdamState, gradient: Tensor1D,
    {step, imagesSeen}: {readonly step: Scalar; readonly imagesSeen: Scalar},
    {learningRate, rampImages, beta1, beta2, eps}: AdamOptions): AdamState {
  return tf.tidy(() => {
    const t: Tensor = tf.add(tf.cast(step, 'float32'), 1);
    const ramp: Tensor = rampImages > 0 ?
      tf.minimum(tf.div(tf.cast(imagesSeen, 'float32'), rampImages), 1) : tf.scalar(1);
    const correction1 = tf.sub(1, tf.pow(beta1, t));
    const correction2 = tf.sqrt(tf.sub(1, tf.pow(beta2, t)));
    const rate = tf.div(tf.mul(ramp, learningRate), correction1);
    const m: Tensor1D = tf.add(momentum, tf.mul(tf.sub(gradient, momentum), 1 - beta1));
    const v: Tensor1D = tf.add(variance, tf.mul(tf.sub(tf.square(gradient), variance), 1 - beta2));
    const direction: Tensor1D = tf.div(m, tf.add(tf.div(tf.sqrt(v), correction2), eps));
    const updated: Tensor1D = tf.sub(weights, tf.mul(direction, rate));
    return {weights: updated, momentum: m, variance: v};
  });
}

export interface EmaOptions {
  /** Half-life in images. */
  readonly halfLifeImages: number;
  /** The half-life is at most this share of the images seen; `null` means no ramp-up. */
  readonly rampRatio: number | null;
}

/** One step of EDM's moving average of the weights; the first step copies them. */
export function emaStep(
    average: Tensor1D, weights: Tensor1D, imagesSeen: Scalar, batchSize: number,
    {halfLifeImages, rampRatio}: EmaOptions): Tensor1D {
  return tf.tidy(() => {
    const seen: Tensor = tf.cast(imagesSeen, 'float32');
    const limit: Tensor = tf.scalar(halfLifeImages);
    const halfLife = rampRatio === null ? limit : tf.minimum(tf.mul(seen, rampRatio), limit);
    const beta = tf.pow(0.5, tf.div(batchSize, tf.maximum(halfLife, 1e-8)));
    return tf.add(weights, tf.mul(tf.sub(average, weights), beta));
  });
}
