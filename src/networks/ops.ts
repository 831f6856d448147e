/**
 * The network's elementary operations, with gradients written by hand so that each makes few
 * passes over memory. All images are NHWC; N images, H rows, W columns, C channels, G groups.
 */
import type {Tensor, Tensor1D, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {DataType, rawOp, stringAttribute, typeAttribute} from '../backend/raw-op';
import {tf} from '../backend/tf';

const FLOAT = typeAttribute('T', DataType.float);
const NHWC = stringAttribute('data_format', 'NHWC');

/** x·sigmoid(x). */
export const silu = tf.customGrad((x, save) => {
  const gate = tf.sigmoid(x as Tensor);
  (save as (tensors: Tensor[]) => void)([x as Tensor, gate]);
  return {
    value: tf.mul(x as Tensor, gate),
    gradFunc: (dy: Tensor, saved: Tensor[]) => {
      const [input, s] = saved as [Tensor, Tensor];
      return tf.mul(tf.mul(dy, s), tf.add(tf.mul(input, tf.sub(1, s)), 1));
    },
  };
}) as <T extends Tensor>(x: T) => T;

/** x + bias over the last axis. */
export const biasAdd = tf.customGrad((x, bias) => ({
  value: rawOp('BiasAdd', [FLOAT, NHWC], [x as Tensor, bias as Tensor])[0]!,
  gradFunc: (dy: Tensor) => [dy, rawOp('BiasAddGrad', [FLOAT, NHWC], [dy])[0]!],
})) as <T extends Tensor>(x: T, bias: Tensor1D) => T;

/**
 * Group normalization over H, W and the channels of a group, then scale and shift per channel.
 * Works on per-channel sums, so that no pass touches a 5-D tensor.
 * @param x `[N, H, W, C]`; @param gain `[C]`; @param bias `[C]`.
 */
export function groupNorm(
    x: Tensor4D, gain: Tensor1D, bias: Tensor1D, {groups, eps}: GroupNormOptions): Tensor4D {
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
    (save as (tensors: Tensor[]) => void)([input as Tensor, weight as Tensor, means, scale]);
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

export interface GroupNormOptions {
  /** G; divides C. */
  readonly groups: number;
  /** Added to the variance. */
  readonly eps: number;
}

/** Mean of each 2x2 square: `[N, H, W, C]` -> `[N, H/2, W/2, C]`. */
export const halve = tf.customGrad((x) => ({
  value: tf.avgPool(x as Tensor4D, 2, 2, 'same'),
  gradFunc: (dy: Tensor) => tf.mul(repeat(dy as Tensor4D), 0.25),
})) as (x: Tensor4D) => Tensor4D;

/** Each pixel repeated as a 2x2 square: `[N, H, W, C]` -> `[N, 2H, 2W, C]`. */
export const double = tf.customGrad((x) => ({
  value: repeat(x as Tensor4D),
  gradFunc: (dy: Tensor) => tf.mul(tf.avgPool(dy as Tensor4D, 2, 2, 'same'), 4),
})) as (x: Tensor4D) => Tensor4D;

function repeat(x: Tensor4D): Tensor4D {
  const [N, H, W, C] = x.shape;
  const columns = tf.reshape(tf.concat([x, x], 3), [N, H, 1, W * 2 * C]);
  return tf.reshape(tf.concat([columns, columns], 2), [N, 2 * H, 2 * W, C]);
}
