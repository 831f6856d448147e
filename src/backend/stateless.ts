/**
 * Random tensors inside traced functions: TensorFlow's stateless ops, seeded by a stream (one per
 * purpose) and a counter tensor, so that every step draws anew and a resumed run draws the same.
 */
import type {Scalar, Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {DataType, rawOp, typeAttribute} from './raw-op';
import {tf} from './tf';

const INDEX_TYPES = [typeAttribute('T', DataType.int32), typeAttribute('Tseed', DataType.int32)];

const seed = (stream: number, counter: Scalar): Tensor =>
    tf.stack([tf.scalar(stream, 'int32'), tf.cast(counter, 'int32')]);

/** Standard normal float32 tensor. @param stream a 31-bit seed; @param counter int32 scalar. */
export function statelessNormal<T extends Tensor1D | Tensor4D>(
    shape: T['shape'], stream: number, counter: Scalar): T {
  return tf.tidy(() => rawOp('StatelessRandomNormal',
      [typeAttribute('dtype', DataType.float), ...INDEX_TYPES],
      [tf.tensor1d(shape, 'int32'), seed(stream, counter)])[0] as T);
}

/** Uniform float32 tensor in [0, 1). */
export function statelessUniform(
    shape: readonly number[], stream: number, counter: Scalar): Tensor {
  return tf.tidy(() => rawOp('StatelessRandomUniform',
      [typeAttribute('dtype', DataType.float), ...INDEX_TYPES],
      [tf.tensor1d([...shape], 'int32'), seed(stream, counter)])[0]!);
}

/** Uniform int32 values in [0, limit), `[count]`. */
export function statelessIndices(
    count: number, limit: number, stream: number, counter: Scalar): Tensor1D {
  return tf.tidy(() => rawOp('StatelessRandomUniformInt',
      [typeAttribute('dtype', DataType.int32), ...INDEX_TYPES],
      [tf.tensor1d([count], 'int32'), seed(stream, counter),
        tf.scalar(0, 'int32'), tf.scalar(limit, 'int32')])[0] as Tensor1D);
}
