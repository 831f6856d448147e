/**
 * The residual block of EDM's U-Nets: two convolutions, noise embedding, optional self-attention.
 * It has the features of all three architectures (DDPM++, NCSN++, ADM), as EDM's `UNetBlock` has.
 */
import type {Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {addScale} from './add-scale';
import {selfAttention} from './attention';
import {dropout as drop} from './dropout';
import type {LayerInit} from './initial';
import {conv, dense, norm, resampling} from './layers';
import type {ImageLayer, Resampling} from './layers';
import type {UniformDraw} from './network';
import {silu} from './ops';
import type {ParameterScope, Weights} from './parameters';

/**
 * A forward function of images `[N, H, W, C]` and the noise embedding `[N, E]`; `draw` is present
 * while training.
 */
export type EmbeddedLayer = (
    weights: Weights, x: Tensor4D, embedding: Tensor2D, draw?: UniformDraw) => Tensor4D;

/** What all blocks of an architecture share. */
export interface UNetBlockStyle {
  /** Added to the variances. */
  readonly eps: number;
  /** Factor on the sum of the two branches. */
  readonly skipScale: number;
  /** Whether the skip branch of a block that only resamples has a convolution. */
  readonly projectSkip: boolean;
  /** Whether the embedding scales and shifts after the second normalization, or adds before it. */
  readonly adaptiveScale: boolean;
  readonly init: LayerInit;
  /** Of the last convolution of each branch. */
  readonly initOut: LayerInit;
  readonly initAttention: LayerInit;
}

export interface UNetBlockOptions extends UNetBlockStyle, Resampling {
  readonly from: number;
  readonly to: number;
  /** E. */
  readonly embedding: number;
  /** Heads of self-attention at the end of the block; 0: none (default). */
  readonly heads?: number;
  /** Dropout rate while training (default 0). */
  readonly dropout?: number;
}

/** Builds the block; parameter names are those of EDM's `UNetBlock`. */
export function unetBlock(scope: ParameterScope, options: UNetBlockOptions): EmbeddedLayer {
  const {
    from, to, embedding, resample, filter, heads = 0, dropout = 0,
    eps, skipScale, projectSkip, adaptiveScale, init, initOut, initAttention,
  } = options;
  const norm0 = norm(scope.within('norm0'), {channels: from, eps});
  const conv0 = conv(scope.within('conv0'), {from, to, kernel: 3, resample, filter, init});
  const affine = dense(
      scope.within('affine'), {from: embedding, to: adaptiveScale ? 2 * to : to, init});
  const norm1 = norm(scope.within('norm1'), {channels: to, eps});
  const conv1 = conv(scope.within('conv1'), {from: to, to, kernel: 3, init: initOut});
  const skipScope = scope.within('skip');
  const skip = from !== to || resample !== undefined && projectSkip ?
    conv(skipScope, {from, to, kernel: 1, resample, filter, init}) : undefined;
  const resampled = skip === undefined ? resampling(skipScope, {resample, filter}) : undefined;
  const attend: ImageLayer | undefined = heads === 0 ? undefined : selfAttention(
      scope, {channels: to, heads, eps, skipScale, init: initAttention, initOut});

  /** Convolution, embedding, normalization, SiLU. */
  const embedded: EmbeddedLayer = (weights, x, e) => {
    const h = norm0(weights, x, {silu: true});
    if (!adaptiveScale) {
      const offset = tf.add(affine(weights, e), conv0.bias(weights)) as Tensor2D;  // [N, to]
      return norm1(weights, conv0.product(weights, h), {silu: true, offset});
    }
    const [scale, shift] = tf.split(tf.reshape(affine(weights, e), [-1, 1, 1, 2 * to]), 2, 3);
    const normal = norm1(weights, conv0.apply(weights, h));
    return silu(tf.add(tf.mul(normal, tf.add(scale!, 1)), shift!)) as Tensor4D;
  };
  return (weights, x, e, draw) => {
    const h = conv1.product(weights,
        drop(embedded(weights, x, e), {rate: dropout, name: scope.path, draw}));
    const sum = skip === undefined ?
      addScale(h, resampled!(x), conv1.bias(weights), skipScale) :
      addScale(h, skip.product(weights, x),
          tf.add(conv1.bias(weights), skip.bias(weights)) as Tensor1D, skipScale);
    return attend === undefined ? sum : attend(weights, sum);
  };
}
