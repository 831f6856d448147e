/** The way of a data set's images into TensorFlow. */
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import type {Dataset} from '../types';
import {imagesToFloat32} from './dataset';

/**
 * Images as a tensor `[n, H, W, C]`, float32 in [-1, 1], owned by the caller.
 * @param dataset copied from.
 * @param indices which images, in which order (default: all).
 * @throws RangeError naming the first index that is no image of the data set.
 * @example
 * const dots = hg.createDataset({
 *   name: 'dots', images: Uint8Array.of(0, 255, 255, 0), imageShape: [1, 2, 1]});
 * const x = hg.imagesToTensor(dots, [1]);
 * console.log(x.shape, x.dataSync()); // [ 1, 1, 2, 1 ] Float32Array(2) [ 1, -1 ]
 * x.dispose();
 */
export function imagesToTensor(dataset: Dataset, indices?: ArrayLike<number>): Tensor4D {
  const pixels = imagesToFloat32(dataset, indices);
  const [height, width, channels] = dataset.imageShape;
  const count = indices?.length ?? dataset.count;
  return tf.tensor4d(pixels, [count, height, width, channels], 'float32');
}
