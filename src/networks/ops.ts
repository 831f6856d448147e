/**
 * The network's elementary operations, with gradients written by hand so that each makes few
 * passes over memory. All images are NHWC; N images, H rows, W columns, C channels, G groups.
 */
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {DataType, rawOp, stringAttribute, typeAttribute} from '../backend/raw-op';
import {tf} from '../backend/tf';

/** The `save` of `tf.customGrad`, which is typed as one of the inputs. */
export type Save = (tensors: Tensor[]) => void;

const FLOAT = typeAttribute('T', DataType.float);
const NHWC = stringAttribute('data_format', 'NHWC');

/** x·sigmoid(x). */
export const silu = tf.customGrad((x, save) => {
  const gate = tf.sigmoid(x as Tensor);
  (save as Save)([x as Tensor, gate]);
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
  // Not BiasAddGrad: in a graph, oneDNN merges it into a convolution's gradient and rounds otherwise.
  gradFunc: (dy: Tensor) => [dy, tf.sum(tf.reshape(dy, [-1, dy.shape.at(-1)!]), 0)],
})) as <T extends Tensor>(x: T, bias: Tensor1D) => T;

/** Softmax over the last axis. */
export const softmax = tf.customGrad((x, save) => {
  const e = tf.exp(tf.sub(x as Tensor, tf.max(x as Tensor, -1, true)));
  const y = tf.div(e, tf.sum(e, -1, true));
  (save as Save)([y]);
  return {
    value: y,
    gradFunc: (dy: Tensor, saved: Tensor[]) => {
      const p = saved[0]!;
      return tf.mul(p, tf.sub(dy, tf.sum(tf.mul(dy, p), -1, true)));
    },
  };
}) as <T extends Tensor>(x: T) => T;

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
