/**
 * Layers: each declares its parameters in a scope and returns its forward function.
 * Names and initial distributions are those of EDM's networks (Karras et al. 2022).
 */
import type {Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {conv3x3} from './conv3x3';
import {groupNorm} from './group-norm';
import type {GroupNormOptions} from './group-norm';
import {xavier} from './initial';
import type {LayerInit} from './initial';
import {biasAdd, double} from './ops';
import type {ParameterScope, Weights} from './parameters';
import {defaultPadding, downsample, isBox, upsample} from './resample';
import type {ResampleFilter} from './resample';

/** A forward function on images, `[N, H, W, C]`. */
export type ImageLayer = (weights: Weights, x: Tensor4D) => Tensor4D;
/** A convolution in two parts: who adds more than the bias adds all of it in one pass. */
export interface ConvLayer {
  /** The convolution without its bias. */
  product: ImageLayer;
  /** `[to]`; zeros when there is none. */
  bias(weights: Weights): Tensor1D;
  /** The whole layer. */
  apply: ImageLayer;
}
/** A normalization, with what may come right before and after it. */
export type NormLayer = (
    weights: Weights, x: Tensor4D, around?: Pick<GroupNormOptions, 'silu' | 'offset'>) => Tensor4D;
/** A forward function on vectors, `[N, F]`. */
export type VectorLayer = (weights: Weights, x: Tensor2D) => Tensor2D;

export interface DenseOptions {
  readonly from: number;
  readonly to: number;
  /** Whether a bias is added (default true). */
  readonly bias?: boolean;
  /** Initial values (default Xavier). */
  readonly init?: LayerInit;
}

/** y = x W + b. */
export function dense(
    scope: ParameterScope, {from, to, bias = true, init = xavier()}: DenseOptions): VectorLayer {
  const w = scope.declare(
      {name: 'weight', kind: 'dense', shape: [from, to], init: init.weight(from, to)});
  const product: VectorLayer = (weights, x) => tf.matMul(x, weights(w) as Tensor2D) as Tensor2D;
  if (!bias) return product;
  const b = scope.declare({name: 'bias', kind: 'vector', shape: [to], init: init.bias(from)});
  return (weights, x) => biasAdd(product(weights, x), weights(b) as Tensor1D);
}

/** A change of resolution. */
export interface Resampling {
  readonly resample?: 'up' | 'down' | undefined;
  /** Low-pass filter of the change (default [1, 1]). */
  readonly filter?: ResampleFilter | undefined;
}

/** Halves or doubles the resolution, without parameters. */
export function resampling(
    scope: ParameterScope, {resample, filter = [1, 1]}: Resampling): (x: Tensor4D) => Tensor4D {
  if (resample === undefined) return (x) => x;
  declareFilter(scope, filter);
  return (x) => resample === 'up' ? upsample(x, {filter}) : downsample(x, {filter});
}

/** The filter as EDM's state dict has it: the outer product of its taps with sum 1. */
function declareFilter(scope: ParameterScope, filter: ResampleFilter): void {
  const square = filter.reduce((a, b) => a + b, 0) ** 2;
  const values = Float32Array.from(filter.flatMap((a) => filter.map((b) => a * b / square)));
  scope.declareBuffer(
      {name: 'resample_filter', shape: [1, 1, filter.length, filter.length], values});
}

export interface ConvOptions extends Resampling {
  readonly from: number;
  readonly to: number;
  /** Side of the kernel, 1 or 3. */
  readonly kernel: 1 | 3;
  /**
   * Filter and convolution as one operation in EDM's sense: nothing is cropped or padded between
   * them, and going down the convolution comes first (default false).
   */
  readonly fused?: boolean;
  /** Whether a bias is added (default true). */
  readonly bias?: boolean;
  /** Initial values (default Xavier). */
  readonly init?: LayerInit;
}

/** A convolution with `same` padding. */
export function conv(scope: ParameterScope, options: ConvOptions): ConvLayer {
  const {
    from, to, kernel, resample, filter = [1, 1], fused = false, bias: hasBias = true,
    init = xavier(),
  } = options;
  const taps = kernel * kernel;
  const w = scope.declare({
    name: 'weight', kind: 'conv', shape: [kernel, kernel, from, to],
    init: init.weight(from * taps, to * taps),
  });
  const b = hasBias ? scope.declare(
      {name: 'bias', kind: 'vector', shape: [to], init: init.bias(from * taps)}) : undefined;
  if (resample !== undefined) declareFilter(scope, filter);
  const convolve: ImageLayer = (weights, x) => kernel === 3 ?
    conv3x3(x, weights(w) as Tensor4D) : tf.conv2d(x, weights(w) as Tensor4D, 1, 'same');
  const plain: ImageLayer = (weights, x) => {
    if (resample === 'down') return convolve(weights, downsample(x, {filter}));
    if (resample !== 'up') return convolve(weights, x);
    // A 1x1 convolution does the same to each copy of a pixel: it comes first, on a quarter.
    return kernel === 1 && isBox(filter) ? double(convolve(weights, x)) :
      convolve(weights, upsample(x, {filter}));
  };
  const inOne: ImageLayer = (weights, x) => {
    const [own, around] = [(kernel - 1) / 2, defaultPadding(filter.length)];
    if (resample === 'down') {
      const padded = tf.pad(x, [[0, 0], [around, around], [around, around], [0, 0]]) as Tensor4D;
      return downsample(convolve(weights, padded), {filter, padding: 0});
    }
    const wide = upsample(x, {filter, padding: Math.max(around - own, 0)});
    return own > around ? convolve(weights, wide) :
      tf.conv2d(wide, weights(w) as Tensor4D, 1, 'valid');
  };
  const product = fused && resample !== undefined ? inOne : plain;
  const bias = (weights: Weights): Tensor1D =>
    b === undefined ? tf.zeros([to]) : weights(b) as Tensor1D;
  return {
    product, bias,
    apply: (weights, x) => b === undefined ? product(weights, x) :
      biasAdd(product(weights, x), bias(weights)),
  };
}

export interface NormOptions {
  /** C. */
  readonly channels: number;
  /** Added to the variance: 1e-6 in SongUNet, 1e-5 in DhariwalUNet. */
  readonly eps: number;
  /** At most so many groups (default 32). */
  readonly groups?: number;
  /** At least so many channels a group (default 4). */
  readonly channelsPerGroup?: number;
}

/**
 * Group normalization with min(groups, C / channelsPerGroup) groups, as in EDM; where these do not
 * divide C (EDM has no such layer: 144 channels, say), with the next smaller number that does.
 */
export function norm(scope: ParameterScope, options: NormOptions): NormLayer {
  const {channels, eps, groups: most = 32, channelsPerGroup = 4} = options;
  let groups = Math.max(1, Math.min(most, Math.floor(channels / channelsPerGroup)));
  while (channels % groups !== 0) groups--;
  const gain = scope.declare(
      {name: 'weight', kind: 'vector', shape: [channels], init: {constant: 1}});
  const bias = scope.declare(
      {name: 'bias', kind: 'vector', shape: [channels], init: {constant: 0}});
  return (weights, x, around = {}) => groupNorm(
      x, weights(gain) as Tensor1D, weights(bias) as Tensor1D, {groups, eps, ...around});
}
