/** The residual block of DDPM++: two convolutions, noise embedding, optional self-attention. */
import type {Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {addScale} from './add-scale';
import {conv, dense, norm} from './layers';
import type {ImageLayer} from './layers';
import {softmax} from './ops';
import type {ParameterScope, Weights} from './parameters';

/** A forward function of images `[N, H, W, C]` and the noise embedding `[N, E]`. */
export type EmbeddedLayer = (weights: Weights, x: Tensor4D, embedding: Tensor2D) => Tensor4D;

export interface UNetBlockOptions {
  readonly from: number;
  readonly to: number;
  /** E. */
  readonly embedding: number;
  readonly resample?: 'up' | 'down';
  /** Self-attention with one head at the end of the block (default false). */
  readonly attention?: boolean;
}

const EPS = 1e-6;
const SKIP_SCALE = Math.SQRT1_2;
const ALMOST_ZERO = 1e-5;

/** Builds the block; parameter names are those of EDM's `UNetBlock`. */
export function unetBlock(scope: ParameterScope, options: UNetBlockOptions): EmbeddedLayer {
  const {from, to, embedding, resample, attention = false} = options;
  const norm0 = norm(scope.within('norm0'), from, EPS);
  const conv0 = conv(scope.within('conv0'), {from, to, kernel: 3, resample});
  const affine = dense(scope.within('affine'), {from: embedding, to});
  const norm1 = norm(scope.within('norm1'), to, EPS);
  const conv1 = conv(scope.within('conv1'), {from: to, to, kernel: 3, initWeight: ALMOST_ZERO});
  const skip = from !== to || resample !== undefined ?
    conv(scope.within('skip'), {from, to, kernel: 1, resample}) : undefined;
  const attend = attention ? selfAttention(scope, to) : undefined;
  return (weights, x, e) => {
    const offset = tf.add(affine(weights, e), conv0.bias(weights)) as Tensor2D;    // [N, to]
    let h = conv0.product(weights, norm0(weights, x, {silu: true}));
    h = conv1.product(weights, norm1(weights, h, {silu: true, offset}));
    h = skip === undefined ? addScale(h, x, conv1.bias(weights), SKIP_SCALE) :
      addScale(h, skip.product(weights, x),
          tf.add(conv1.bias(weights), skip.bias(weights)) as Tensor1D, SKIP_SCALE);
    return attend === undefined ? h : attend(weights, h);
  };
}

/** Residual self-attention over all pixels, one head; q, k, v interleave along the channels. */
function selfAttention(scope: ParameterScope, channels: number): ImageLayer {
  const norm2 = norm(scope.within('norm2'), channels, EPS);
  const qkv = conv(scope.within('qkv'),
      {from: channels, to: 3 * channels, kernel: 1, initWeight: Math.sqrt(0.2)});
  const proj = conv(scope.within('proj'),
      {from: channels, to: channels, kernel: 1, initWeight: ALMOST_ZERO});
  return (weights, x) => {
    const [N, H, W, C] = x.shape;
    const all = tf.reshape(qkv.apply(weights, norm2(weights, x)), [N, H * W, C, 3]);
    const [q, k, v] = tf.unstack(all, 3) as [Tensor3D, Tensor3D, Tensor3D];      // [N, HW, C]
    const scores = tf.matMul(q, tf.div<Tensor>(k, Math.sqrt(C)) as Tensor3D, false, true);
    const mixed = tf.matMul(softmax(scores), v);                              // [N, HW, C]
    const out = proj.product(weights, tf.reshape(mixed, [N, H, W, C]));
    return addScale(out, x, proj.bias(weights), SKIP_SCALE);
  };
}
