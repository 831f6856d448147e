/**
 * One Adam step of a linear model, with the gradient written out. Weight and bias are one matrix P
 * `[outputs, inputs + 1]`, the bias its last column, so that one product and one update do both.
 */
import type {Tensor2D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';

/** Parameters and Adam's moving averages, each `[outputs, inputs + 1]`. */
export interface LinearAdamState {
  readonly parameters: Tensor2D;
  readonly momentum: Tensor2D;
  readonly variance: Tensor2D;
  /** Steps done. */
  readonly steps: number;
}

export interface LinearAdamOptions {
  readonly learningRate: number;
  /** Decay of the gradient's average (default 0.9). */
  readonly beta1?: number;
  /** Decay of the squared gradient's average (default 0.999). */
  readonly beta2?: number;
  /** Added to the root of the squared gradient's average (default 1e-8). */
  readonly epsilon?: number;
}

/** All zeros, where the paper starts. Free it with `tf.dispose`. */
export function linearAdamStart(inputs: number, outputs: number): LinearAdamState {
  const zeros = (): Tensor2D => tf.zeros([outputs, inputs + 1]);
  return {parameters: zeros(), momentum: zeros(), variance: zeros(), steps: 0};
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) on the squared error, averaged over batch and
 * outputs, of W x / sqrt(inputs) + b.
 * @param state borrowed; free it when it is no longer needed.
 * @param x `[B, inputs]`.
 * @param y targets, `[B, outputs]`.
 * @returns the next state, and the loss before the step.
 */
export function linearAdamStep(
    state: LinearAdamState, x: Tensor2D, y: Tensor2D,
    {learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8}: LinearAdamOptions):
    {state: LinearAdamState; loss: number} {
  const [B, inputs] = x.shape;
  const outputs = y.shape[1];
  const steps = state.steps + 1;
  const rate = learningRate / (1 - beta1 ** steps);
  const correction = 1 / Math.sqrt(1 - beta2 ** steps);
  let loss = 0;
  const next = tf.tidy(() => {
    const scaled = tf.concat([tf.mul(x, 1 / Math.sqrt(inputs)), tf.ones([B, 1])], 1);
    const error = tf.sub(tf.matMul(scaled, state.parameters, false, true), y);     // [B, outputs]
    loss = tf.mean(tf.square(error)).dataSync()[0]!;
    const gradient = tf.mul(tf.matMul(error, scaled, true), 2 / (B * outputs));
    const momentum: Tensor2D =
        tf.add(tf.mul(state.momentum, beta1), tf.mul(gradient, 1 - beta1));
    const variance: Tensor2D =
        tf.add(tf.mul(state.variance, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const size = tf.add(tf.mul(tf.sqrt(variance), correction), epsilon);
    const parameters: Tensor2D =
        tf.sub(state.parameters, tf.mul(tf.div(momentum, size), rate));
    return {parameters, momentum, variance};
  });
  return {state: {...next, steps}, loss};
}

/** The map on unscaled inputs: W / sqrt(inputs) `[outputs, inputs]` and b `[outputs]`. */
export function linearAdamMap(
    {parameters}: LinearAdamState): {weight: Float64Array; bias: Float64Array} {
  const [outputs, columns] = parameters.shape;
  const inputs = columns - 1;
  const values = parameters.dataSync();
  const weight = new Float64Array(outputs * inputs);
  const bias = new Float64Array(outputs);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      weight[o * inputs + i] = values[o * columns + i]! / Math.sqrt(inputs);
    }
    bias[o] = values[o * columns + inputs]!;
  }
  return {weight, bias};
}
