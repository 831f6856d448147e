/**
 * Images as rows of float pixels, whatever they are stored as. A byte v is the float32 pixel
 * v / 127.5 - 1, each operation rounded to float32 as in the published code; every computation on
 * images starts from exactly these values, so an image is at distance 0 from its own copy.
 */
import type {Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {floatOfBytes} from '../backend/bytes';
import {upload64, widenResult} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {tf} from '../backend/tf';
import {imagesToFloat32} from '../data/dataset';
import {assertShape} from '../shapes';
import type {Dataset, ImageShape} from '../types';

/** A data set (bytes), or images `[N, H, W, C]` in [-1, 1], borrowed and copied. */
export type ImageSource = Dataset | Tensor4D;

/** The images of one source as rows of D = H·W·C pixels. */
export interface ImageRows {
  readonly imageShape: ImageShape;
  /** N. */
  readonly count: number;
  /** D. */
  readonly size: number;
  /** Rows `first` to `first + count - 1` in float64, `[count, D]`. */
  chunk(first: number, count: number): Tensor64;
  /** The same in float32, owned by the caller or the enclosing `tf.tidy`. */
  chunk32(first: number, count: number): Tensor2D;
  /** The rows of `indices` one after another, `[n, D]`. */
  gather(indices: ArrayLike<number>): Float32Array;
}

/**
 * The images of `source` as rows.
 * @param where the caller's name, for messages.
 * @throws RangeError when there is no image, or the values do not fill whole images.
 */
export function imageRows(where: string, source: ImageSource): ImageRows {
  return 'images' in source ? rowsOfBytes(where, source) : rowsOfPixels(where, source);
}

function rowsOfBytes(where: string, dataset: Dataset): ImageRows {
  const {images, count, imageShape} = dataset;
  const size = sizeOf(imageShape);
  assertImages(where, count);
  if (images.length !== count * size) {
    throw new RangeError(`${where}: expected ${count} images of shape ` +
        `[${imageShape.join(', ')}], ${count * size} bytes, got ${images.length}`);
  }
  const chunk32 = (first: number, n: number): Tensor2D => tf.tidy(() => {
    const bytes = images.subarray(first * size, (first + n) * size);
    return tf.sub(tf.div(floatOfBytes(bytes, [n, size]), 127.5), 1);
  });
  return {
    imageShape, count, size, chunk32,
    chunk: (first, n) => widenResult(() => chunk32(first, n)),
    gather: (indices) => imagesToFloat32(dataset, indices),
  };
}

function rowsOfPixels(where: string, source: Tensor4D): ImageRows {
  assertShape(where, 'images', source, [-1, -1, -1, -1]);
  const [count, ...imageShape] = source.shape;
  assertImages(where, count);
  const size = sizeOf(imageShape);
  const pixels = Float32Array.from(source.dataSync());
  return {
    imageShape, count, size,
    chunk: (first, n) => upload64(pixels.subarray(first * size, (first + n) * size), [n, size]),
    chunk32: (first, n) => tf.tensor2d(pixels.slice(first * size, (first + n) * size), [n, size]),
    gather(indices) {
      const rows = new Float32Array(indices.length * size);
      for (let i = 0; i < indices.length; i++) {
        const from = indices[i]! * size;
        rows.set(pixels.subarray(from, from + size), i * size);
      }
      return rows;
    },
  };
}

const sizeOf = ([H, W, C]: ImageShape): number => H * W * C;

function assertImages(where: string, count: number): void {
  if (!(count >= 1)) throw new RangeError(`${where}: expected at least one image, got ${count}`);
}
