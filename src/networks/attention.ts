/** Residual self-attention over all pixels of an image. */
import type {Tensor, Tensor3D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {addScale} from './add-scale';
import type {LayerInit} from './initial';
import {conv, norm} from './layers';
import type {ImageLayer} from './layers';
import {softmax} from './ops';
import type {ParameterScope} from './parameters';

export interface AttentionOptions {
  readonly channels: number;
  /** Divides the channels. */
  readonly heads: number;
  readonly eps: number;
  /** Factor on the sum of input and attention. */
  readonly skipScale: number;
  readonly init: LayerInit;
  /** Of the last layer. */
  readonly initOut: LayerInit;
}

/**
 * How much each query looks at each key: softmax(q·k / sqrt(size)).
 * @param q `[n, queries, size]`; @param k `[n, keys, size]`.
 * @returns `[n, queries, keys]`.
 */
export const attentionWeights = (q: Tensor3D, k: Tensor3D): Tensor3D => softmax(
    tf.matMul(q, tf.div<Tensor>(k, Math.sqrt(k.shape[2])) as Tensor3D, false, true));

/** As in EDM, q, k and v take turns along the channels of a head: 3c, 3c + 1, 3c + 2. */
export function selfAttention(scope: ParameterScope, options: AttentionOptions): ImageLayer {
  const {channels, heads, eps, skipScale, init, initOut} = options;
  const norm2 = norm(scope.within('norm2'), {channels, eps});
  const qkv = conv(scope.within('qkv'), {from: channels, to: 3 * channels, kernel: 1, init});
  const proj = conv(scope.within('proj'), {from: channels, to: channels, kernel: 1, init: initOut});
  return (weights, x) => {
    const [N, H, W, C] = x.shape;
    const [pixels, size] = [H * W, C / heads];
    const all = qkv.apply(weights, norm2(weights, x));
    const [q, k, v] = heads === 1 ? tf.unstack(tf.reshape(all, [N, pixels, C, 3]), 3) :
      tf.unstack(tf.reshape(tf.transpose(                       // [N, heads, pixels, size, 3]
          tf.reshape(all, [N, pixels, heads, size, 3]), [0, 2, 1, 3, 4]),
      [N * heads, pixels, size, 3]), 3);
    const shares = attentionWeights(q as Tensor3D, k as Tensor3D);
    const mixed = tf.matMul(shares, v as Tensor3D);              // [N·heads, pixels, size]
    const joined = heads === 1 ? mixed :
      tf.transpose(tf.reshape(mixed, [N, heads, pixels, size]), [0, 2, 1, 3]);
    const out = proj.product(weights, tf.reshape(joined, [N, H, W, C]));
    return addScale(out, x, proj.bias(weights), skipScale);
  };
}
