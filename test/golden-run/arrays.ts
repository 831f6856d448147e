/** Arrays of the references, planes first (NCHW), and images as the project has them (NHWC). */
import {tf} from '../../src/backend/tf';
import type {NamedArray} from '../../src/store/safetensors';
import type {ImageShape} from '../../src/types';

/** Values with a shape. */
export type Values = Pick<NamedArray, 'shape'> & {readonly data: ArrayLike<number>};

/** ||values||. */
export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** `[H, W, C]` of an array `[…, C, H, W]`. */
export function imageShapeOf({shape}: Values): ImageShape {
  const [C, H, W] = shape.slice(-3);
  if (W === undefined) throw new Error(`expected images […, C, H, W], got [${shape.join(', ')}]`);
  return [H!, W, C!];
}

/** `tf.tidy` around what leaves plain values, no tensors. */
export function tidyValues<T>(body: () => T): T {
  let result: T;
  tf.tidy(() => void (result = body()));
  return result!;
}

/** Part k of the leading axis. */
export function part<T extends Values>({data, shape}: T, k: number): Values {
  const size = data.length / shape[0]!;
  return {data: Array.from(data).slice(k * size, (k + 1) * size), shape: shape.slice(1)};
}

/** An array `[…, C, H, W]` as images `[N, H, W, C]`, all leading axes in one. */
export function toImages({data, shape}: Values): tf.Tensor4D {
  const [H, W, C] = imageShapeOf({data, shape});
  return tf.tidy(() => tf.transpose(
      tf.tensor4d(Float32Array.from(data), [data.length / (C * H * W), C, H, W]), [0, 2, 3, 1]));
}

/** Images `[N, H, W, C]` in the order of an array `[N, C, H, W]`. */
export function planesOf(images: tf.Tensor4D): Float32Array {
  return tf.tidy(() => Float32Array.from(tf.transpose(images, [0, 3, 1, 2]).dataSync()));
}

/** For each place in an image `[C, H, W]`, the place of the same pixel in `[H, W, C]`. */
export function pixelOrder([H, W, C]: ImageShape): Uint32Array {
  return Uint32Array.from({length: H * W * C}, (_, at) =>
    (at % (H * W)) * C + Math.floor(at / (H * W)));
}

/** Any number of images with planes first -> pixels first, in float64. */
export function toPixels(data: ArrayLike<number>, imageShape: ImageShape): Float64Array {
  const order = pixelOrder(imageShape);
  const pixels = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const at = i % order.length;
    pixels[i - at + order[at]!] = data[i]!;
  }
  return pixels;
}

/** The other way: pixels first -> planes first. */
export function toPlanes(pixels: ArrayLike<number>, imageShape: ImageShape): Float64Array {
  const order = pixelOrder(imageShape);
  return Float64Array.from(pixels, (_, i) => {
    const at = i % order.length;
    return pixels[i - at + order[at]!]!;
  });
}
