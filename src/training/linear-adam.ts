/**
 * One Adam step of a linear model, with the gradient written out. Weight and bias are one matrix P
 * `[outputs, inputs + 1]`, the bias its last column, so that one product and one update do both.
 */
import type {Scalar, Tensor2D} from '@tensorflow/tfjs-core';
import type {Tensors} from '../backend/trace';
import {tf} from '../backend/tf';
import {adamStep} from './optimizer';

/** Parameters and Adam's moving averages, each `[outputs, inputs + 1]`; steps done, int32. */
export interface LinearAdamState extends Tensors {
  readonly parameters: Tensor2D;
  readonly momentum: Tensor2D;
  readonly variance: Tensor2D;
  readonly step: Scalar;
}

/** Adam's settings (Kingma, Ba 2015). */
export interface LinearAdamOptions {
  /** Size of a step. */
  readonly learningRate: number;
  /** Decay of the gradient's average (default 0.9). */
  readonly beta1?: number;
  /** Decay of the squared gradient's average (default 0.999). */
  readonly beta2?: number;
  /** Added to the root of the squared gradient's average (default 1e-8). */
  readonly eps?: number;
}

/** All zeros, where the paper starts. Free it with `tf.dispose`. */
export function linearAdamStart(inputs: number, outputs: number): LinearAdamState {
  const zeros = (): Tensor2D => tf.zeros([outputs, inputs + 1]);
  return {
    parameters: zeros(), momentum: zeros(), variance: zeros(), step: tf.scalar(0, 'int32'),
  };
}

/**
 * One step of Adam on the squared error, averaged over batch and outputs, of W x / sqrt(inputs) + b.
 * Can be traced.
 * @param state borrowed.
 * @param x `[B, inputs]`.
 * @param y targets, `[B, outputs]`.
 * @returns the next state, and the loss before the step.
 */
export function linearAdamStep(
    state: LinearAdamState, x: Tensor2D, y: Tensor2D,
    {learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8}: LinearAdamOptions):
    {readonly state: LinearAdamState; readonly loss: Scalar} {
  return tf.tidy(() => {
    const [B, inputs] = x.shape;
    const {parameters, step} = state;
    const scaled = tf.concat([tf.mul(x, 1 / Math.sqrt(inputs)), tf.ones([B, 1])], 1);
    const error = tf.sub(tf.matMul(scaled, parameters, false, true), y);           // [B, outputs]
    const gradient = tf.mul(tf.matMul(error, scaled, true), 2 / error.size);
    const flat = (tensor: tf.Tensor): tf.Tensor1D => tf.reshape(tensor, [parameters.size]);
    const next = adamStep({
      weights: flat(parameters), momentum: flat(state.momentum), variance: flat(state.variance),
    }, flat(gradient), {step, imagesSeen: step}, {learningRate, rampImages: 0, beta1, beta2, eps});
    const shaped = (tensor: tf.Tensor): Tensor2D => tf.reshape(tensor, parameters.shape);
    return {
      state: {
        parameters: shaped(next.weights), momentum: shaped(next.momentum),
        variance: shaped(next.variance), step: tf.add(step, tf.scalar(1, 'int32')) as Scalar,
      },
      loss: tf.mean(tf.square(error)) as Scalar,
    };
  });
}

/** The map on unscaled inputs: W / sqrt(inputs) `[outputs, inputs]` and b `[outputs]`. */
export function linearAdamMap(
    {parameters}: Pick<LinearAdamState, 'parameters'>):
    {weight: Float64Array; bias: Float64Array} {
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
