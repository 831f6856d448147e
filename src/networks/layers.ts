/**
 * Layers: each declares its parameters in a scope and returns its forward function.
 * Names and initial distributions are those of EDM's networks (Karras et al. 2022).
 */
import type {Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {conv3x3} from './conv3x3';
import {groupNorm} from './group-norm';
import type {GroupNormOptions} from './group-norm';
import {biasAdd, double, halve} from './ops';
import type {Initializer, ParameterScope, Weights} from './parameters';

/** A forward function on images, `[N, H, W, C]`. */
export type ImageLayer = (weights: Weights, x: Tensor4D) => Tensor4D;
/** A convolution in two parts: who adds more than the bias adds all of it in one pass. */
export interface ConvLayer {
  /** The convolution without its bias. */
  product: ImageLayer;
  /** `[to]`. */
  bias(weights: Weights): Tensor1D;
  /** The whole layer. */
  apply: ImageLayer;
}
/** A normalization, with what may come right before and after it. */
export type NormLayer = (
    weights: Weights, x: Tensor4D, around?: Pick<GroupNormOptions, 'silu' | 'offset'>) => Tensor4D;
/** A forward function on vectors, `[N, F]`. */
export type VectorLayer = (weights: Weights, x: Tensor2D) => Tensor2D;

/** `xavier_uniform` times `weight`; biases start at 0. */
const xavier = (fanIn: number, fanOut: number, weight: number): Initializer =>
    ({bound: weight * Math.sqrt(6 / (fanIn + fanOut))});
const ZERO: Initializer = {constant: 0};

export interface DenseOptions {
  readonly from: number;
  readonly to: number;
}

/** y = x W + b. */
export function dense(scope: ParameterScope, {from, to}: DenseOptions): VectorLayer {
  const w = scope.declare(
      {name: 'weight', kind: 'dense', shape: [from, to], init: xavier(from, to, 1)});
  const b = scope.declare({name: 'bias', kind: 'vector', shape: [to], init: ZERO});
  return (weights, x) => biasAdd(
      tf.matMul(x, weights(w) as Tensor2D) as Tensor2D, weights(b) as Tensor1D);
}

export interface ConvOptions {
  readonly from: number;
  readonly to: number;
  /** Side of the kernel, 1 or 3. */
  readonly kernel: 1 | 3;
  /** Change of resolution before the convolution, filter [1, 1] (default none). */
  readonly resample?: 'up' | 'down' | undefined;
  /** Factor on the initial weights (default 1). */
  readonly initWeight?: number;
}

/** A convolution with bias, `same` padding. */
export function conv(scope: ParameterScope, options: ConvOptions): ConvLayer {
  const {from, to, kernel, resample, initWeight = 1} = options;
  const taps = kernel * kernel;
  const w = scope.declare({
    name: 'weight', kind: 'conv', shape: [kernel, kernel, from, to],
    init: xavier(from * taps, to * taps, initWeight),
  });
  const b = scope.declare({name: 'bias', kind: 'vector', shape: [to], init: ZERO});
  const convolve: ImageLayer = (weights, x) => kernel === 3 ?
    conv3x3(x, weights(w) as Tensor4D) : tf.conv2d(x, weights(w) as Tensor4D, 1, 'same');
  const product: ImageLayer = (weights, x) => {
    if (resample === 'down') return convolve(weights, halve(x));
    if (resample !== 'up') return convolve(weights, x);
    // A 1x1 convolution does the same to each copy of a pixel: it comes first, on a quarter of them.
    return kernel === 1 ? double(convolve(weights, x)) : convolve(weights, double(x));
  };
  const bias = (weights: Weights): Tensor1D => weights(b) as Tensor1D;
  return {product, bias, apply: (weights, x) => biasAdd(product(weights, x), bias(weights))};
}

/**
 * Group normalization with min(32, C / 4) groups, as in EDM; where these do not divide C (EDM has
 * no such layer: 144 channels, say), with the next smaller number that does.
 */
export function norm(scope: ParameterScope, channels: number, eps: number): NormLayer {
  let groups = Math.max(1, Math.min(32, Math.floor(channels / 4)));
  while (channels % groups !== 0) groups--;
  const gain = scope.declare(
      {name: 'weight', kind: 'vector', shape: [channels], init: {constant: 1}});
  const bias = scope.declare({name: 'bias', kind: 'vector', shape: [channels], init: ZERO});
  return (weights, x, around = {}) => groupNorm(
      x, weights(gain) as Tensor1D, weights(bias) as Tensor1D, {groups, eps, ...around});
}

/**
 * Sinusoidal embedding of the noise label, `[N]` -> `[N, channels]`: sines first, then cosines,
 * frequencies 1 .. 1/10000 with both ends included.
 */
export function positionalEmbedding(labels: Tensor1D, channels: number): Tensor2D {
  const half = channels / 2;
  const frequencies = Float32Array.from(
      {length: half}, (_, i) => 10000 ** (-i / Math.max(half - 1, 1)));
  const angles = tf.mul(tf.expandDims(labels, 1), tf.expandDims(tf.tensor1d(frequencies), 0));
  return tf.concat([tf.sin(angles), tf.cos(angles)], 1) as Tensor2D;
}
