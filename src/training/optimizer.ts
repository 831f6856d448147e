/**
 * Adam and the exponential moving average of the weights, on one flat parameter vector. All
 * counters are tensors, so that a traced step carries them in its state.
 */
import type {Scalar, Tensor, Tensor1D} from '@tensorflow/tfjs-core';
import {fusedAdamEma, useFusedOps} from '../backend/fused-ops';
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

/** How far training has come, as tensors. */
export interface Counters {
  /** Steps done before this one, from 0; int32. */
  readonly step: Scalar;
  /** Images seen before this step, int32: with a warm-up, the first step has rate 0. */
  readonly imagesSeen: Scalar;
}

/** Adam's rate of the step before which `imagesSeen` images were seen. */
export const learningRateAt = (
    imagesSeen: number, {learningRate, rampImages}: AdamOptions): number =>
    rampImages > 0 ? learningRate * Math.min(imagesSeen / rampImages, 1) : learningRate;

/** The scalars of Adam's step: `learningRateAt` / (1 - beta1^t), and 1 - beta2^t, under a root. */
function adamScalars(
    {step, imagesSeen}: Counters, {learningRate, rampImages, beta1, beta2}: AdamOptions):
    {readonly rate: Tensor; readonly correction2: Tensor} {
  const t: Tensor = tf.add(tf.cast(step, 'float32'), 1);
  // In float32 1 - .999^t loses four digits at t = 1; expm1 keeps them.
  const correction = (beta: number): Tensor => tf.neg(tf.expm1(tf.mul(t, Math.log(beta))));
  const ramp: Tensor = rampImages > 0 ?
    tf.minimum(tf.div(tf.cast(imagesSeen, 'float32'), rampImages), 1) : tf.scalar(1);
  return {
    rate: tf.div(tf.mul(ramp, learningRate), correction(beta1)),
    correction2: tf.sqrt(correction(beta2)),
  };
}

/** One step of Adam (Kingma & Ba 2015, algorithm 1) with EDM's linear warm-up. */
export function adamStep(
    {weights, momentum, variance}: AdamState, gradient: Tensor1D, counters: Counters,
    options: AdamOptions): AdamState {
  const {beta1, beta2, eps} = options;
  return tf.tidy(() => {
    const {rate, correction2} = adamScalars(counters, options);
    if (useFusedOps()) {
      // The average is not wanted: it gets nothing of the old weights.
      const [updated, m, v] = fusedAdamEma(
          [weights, momentum, variance, weights, gradient],
          [rate, tf.reciprocal(correction2), tf.scalar(0)], options) as Tensor1D[];
      return {weights: updated!, momentum: m!, variance: v!};
    }
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

/**
 * The share of the old average that stays in the step before which `imagesSeen` images were seen: 0
 * at the first step of a ramp, which copies the weights.
 */
export function emaBetaAt(
    imagesSeen: number, batchSize: number, {halfLifeImages, rampRatio}: EmaOptions): number {
  const halfLife = rampRatio === null ? halfLifeImages :
    Math.min(imagesSeen * rampRatio, halfLifeImages);
  return 0.5 ** (batchSize / Math.max(halfLife, 1e-8));
}

/** `emaBetaAt` of a counter. */
function emaBeta(
    imagesSeen: Scalar, batchSize: number, {halfLifeImages, rampRatio}: EmaOptions): Tensor {
  const seen: Tensor = tf.cast(imagesSeen, 'float32');
  const limit: Tensor = tf.scalar(halfLifeImages);
  const halfLife = rampRatio === null ? limit : tf.minimum(tf.mul(seen, rampRatio), limit);
  return tf.pow(0.5, tf.div(batchSize, tf.maximum(halfLife, 1e-8)));
}

/** One step of EDM's moving average of the weights. */
export function emaStep(
    average: Tensor1D, weights: Tensor1D, imagesSeen: Scalar, batchSize: number,
    options: EmaOptions): Tensor1D {
  return tf.tidy(() => tf.add(
      weights, tf.mul(tf.sub(average, weights), emaBeta(imagesSeen, batchSize, options))));
}

/** Adam's state and the moving average of the weights, `[P]`. */
export interface AdamEmaState extends AdamState {
  readonly average: Tensor1D;
}

/** `adamStep`, then `emaStep` on the new weights: on the CPU in one pass over memory. */
export function adamEmaStep(
    state: AdamEmaState, gradient: Tensor1D, counters: Counters,
    {batchSize, adam, ema}:
    {readonly batchSize: number; readonly adam: AdamOptions; readonly ema: EmaOptions}):
    AdamEmaState {
  return tf.tidy(() => {
    if (!useFusedOps()) {
      const next = adamStep(state, gradient, counters, adam);
      const average = emaStep(state.average, next.weights, counters.imagesSeen, batchSize, ema);
      return {...next, average};
    }
    const {rate, correction2} = adamScalars(counters, adam);
    const [weights, momentum, variance, average] = fusedAdamEma(
        [state.weights, state.momentum, state.variance, state.average, gradient],
        [rate, tf.reciprocal(correction2), emaBeta(counters.imagesSeen, batchSize, ema)],
        adam) as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
    return {weights, momentum, variance, average};
  });
}
