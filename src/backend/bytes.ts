/** Images that stay uint8 inside TensorFlow: a quarter of the memory of float32. */
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {nodeBackend, tensorFromHandle} from './binding';
import {boolAttribute, DataType, intAttribute, rawOp, typeAttribute} from './raw-op';
import {tf} from './tf';

/**
 * A uint8 tensor. tfjs has no such type and calls it int32: only the functions of this file may
 * use its values.
 */
export function byteTensor(values: Uint8Array, shape: number[]): Tensor {
  const id = nodeBackend().binding.createTensor(shape, DataType.uint8, values);
  return tensorFromHandle({id, shape, dtype: DataType.uint8});
}

/** The values 0..255 of a byte tensor as float32. */
const toFloat = (bytes: Tensor): Tensor => rawOp('Cast', [
  typeAttribute('SrcT', DataType.uint8), typeAttribute('DstT', DataType.float),
  boolAttribute('Truncate', false),
], [bytes])[0]!;

/** The values 0..255 of `bytes` as a float32 tensor of `shape`. */
export function floatOfBytes(bytes: Uint8Array, shape: number[]): Tensor {
  return tf.tidy(() => toFloat(byteTensor(bytes, shape)));
}

/** Rows of a byte tensor as images in [-1, 1]: byte / 127.5 - 1, float32. */
export function gatherImages(bytes: Tensor, indices: Tensor1D): Tensor4D {
  return tf.tidy(() => {
    const rows = rawOp('GatherV2', [
      typeAttribute('Tparams', DataType.uint8), typeAttribute('Tindices', DataType.int32),
      typeAttribute('Taxis', DataType.int32), intAttribute('batch_dims', 0),
    ], [bytes, indices, tf.scalar(0, 'int32')])[0]!;
    return tf.sub(tf.div(toFloat(rows) as Tensor4D, 127.5), 1);
  });
}
