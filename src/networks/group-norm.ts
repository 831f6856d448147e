/**
 * Group normalization with what surrounds it in a U-Net: an offset per image and channel before it
 * (bias and noise embedding of a block), SiLU after it. One fused op on the CPU, TensorFlow's own
 * ops elsewhere; both work on per-channel sums, so that no pass touches a 5-D tensor.
 */
import type {Tensor, Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {fusedGroupNorm, fusedGroupNormGrad, useFusedOps} from '../backend/fused-ops';
import {tf} from '../backend/tf';
import {silu} from './ops';
import type {Save} from './ops';

export interface GroupNormOptions {
  /** G; divides C. */
  readonly groups: number;
  /** Added to the variance. */
  readonly eps: number;
  /** Apply y·sigmoid(y) to the result (default false). */
  readonly silu?: boolean;
  /** Added to x first, `[N, C]` (default nothing). */
  readonly offset?: Tensor2D | undefined;
}

/**
 * y = gain·(x̃ - mean)/std + bias of x̃ = x + offset, mean and variance taken over H, W and the
 * channels of a group.
 * @param x `[N, H, W, C]`; @param gain `[C]`; @param bias `[C]`.
 */
export function groupNorm(
    x: Tensor4D, gain: Tensor1D, bias: Tensor1D,
    {groups, eps, silu: activate = false, offset}: GroupNormOptions): Tensor4D {
  if (useFusedOps()) return fused(x, gain, bias, {groups, eps, silu: activate}, offset);
  const input = offset === undefined ? x :
    tf.add(x, tf.reshape(offset, [x.shape[0], 1, 1, x.shape[3]])) as Tensor4D;
  const y = composed(input, gain, bias, groups, eps);
  return activate ? silu(y) : y;
}

function fused(
    x: Tensor4D, gain: Tensor1D, bias: Tensor1D,
    attributes: {groups: number; eps: number; silu: boolean},
    offset: Tensor2D | undefined): Tensor4D {
  const apply = tf.customGrad((...args) => {
    const [save, inputs] = [args.pop() as unknown as Save, args as Tensor[]];
    const whole = offset === undefined ?
      [inputs[0]!, tf.zeros([0]), inputs[1]!, inputs[2]!] as const :
      [inputs[0]!, inputs[3]!, inputs[1]!, inputs[2]!] as const;
    const [y, mean, rstd] = fusedGroupNorm(whole, attributes);
    save([...whole, mean, rstd]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [dx, doffset, dgain, dbias] = fusedGroupNormGrad(dy, saved, attributes);
        return offset === undefined ? [dx!, dgain!, dbias!] : [dx!, dgain!, dbias!, doffset!];
      },
    };
  });
  return apply(x, gain, bias, ...(offset === undefined ? [] : [offset])) as Tensor4D;
}

/** The same in TensorFlow's own ops, without offset and SiLU. */
function composed(
    x: Tensor4D, gain: Tensor1D, bias: Tensor1D, groups: number, eps: number): Tensor4D {
  const [N, H, W, C] = x.shape;
  const size = H * W * C / groups;
  const perGroup = (sums: Tensor): Tensor =>                                     // [N, G, 1]
    tf.sum(tf.reshape(sums, [N, groups, C / groups]), 2, true);
  const perChannel = (values: Tensor): Tensor2D =>                               // [N, C]
    tf.reshape(tf.tile(values, [1, 1, C / groups]), [N, C]);
  const overPixels = (values: Tensor): Tensor =>                                 // [N, C]
    tf.sum(tf.reshape(values, [N, H * W, C]), 1);
  const perImage = (values: Tensor): Tensor => tf.reshape(values, [N, 1, 1, C]);

  const apply = tf.customGrad((input, weight, shift, save) => {
    const mean = tf.div(perGroup(overPixels(input as Tensor)), size);
    const square = tf.div(perGroup(overPixels(tf.square(input as Tensor))), size);
    // Rounding takes the variance of a nearly constant group below 0.
    const variance = tf.relu(tf.sub(square, tf.square(mean)));
    const scale = perChannel(tf.rsqrt(tf.add(variance, eps)));
    const means = perChannel(mean);
    const factor = tf.mul(scale, weight as Tensor);
    const offset = tf.sub(shift as Tensor, tf.mul(means, factor));
    (save as unknown as Save)([input as Tensor, weight as Tensor, means, scale]);
    return {
      value: tf.add(tf.mul(input as Tensor, perImage(factor)), perImage(offset)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [y, w, mu, r] = saved as [Tensor, Tensor, Tensor, Tensor];
        const sumDy = overPixels(dy);                                            // [N, C]
        // Sum over pixels of dy·(x - mean)/std.
        const sumDyX = tf.mul(tf.sub(overPixels(tf.mul(dy, y)), tf.mul(mu, sumDy)), r);
        const a = perChannel(tf.div(perGroup(tf.mul(sumDy, w)), size));
        const b = perChannel(tf.div(perGroup(tf.mul(sumDyX, w)), size));
        // dx = r·(w·dy - a - b·(x - mean)·r), gathered as dy·p + x·q + s.
        const q = tf.neg(tf.mul(b, tf.square(r)));
        const s = tf.sub(tf.neg(tf.mul(mu, q)), tf.mul(a, r));
        const dx = tf.add(tf.add(
            tf.mul(dy, perImage(tf.mul(r, w))), tf.mul(y, perImage(q))), perImage(s));
        return [dx, tf.sum(sumDyX, 0), tf.sum(sumDy, 0)];
      },
    };
  });
  return apply(x, gain, bias) as Tensor4D;
}
