/**
 * Data sets: images as bytes in memory. Nothing here needs TensorFlow; `imagesToTensor` of
 * `dataset-tensor.ts` leads there.
 */
import {createHash} from 'node:crypto';
import {assertInteger} from '../shapes';
import type {Dataset, ImageShape, Labels, LabelVectors} from '../types';
import {checkLabels, labelFields, selectLabels} from './labels';

/**
 * Byte b as a pixel in [-1, 1]: b/127.5 - 1, each step rounded to float32 as EDM's code does.
 * @see Karras, Aittala, Aila, Laine 2022, whose networks are trained on this scale.
 */
const PIXEL_OF_BYTE = Float32Array.from({length: 256}, (_, byte) => Math.fround(byte / 127.5) - 1);

/** What a data set is made of. */
export interface CreateDatasetOptions {
  /** Name for tables and run records. */
  readonly name: string;
  /** Pixels 0..255, `[N, H, W, C]` row by row; kept, not copied: do not change them later. */
  readonly images: Uint8Array;
  /** Class of each image, `[N]`. */
  readonly labels?: Labels | undefined;
  /** Label vector of each image, instead of classes. */
  readonly labelVectors?: LabelVectors | undefined;
  /** Name of each image's file, `[N]`. */
  readonly files?: readonly string[] | undefined;
  /** `[H, W, C]` of one image. */
  readonly imageShape: ImageShape;
}

/**
 * Makes a data set of bytes. Its hash is computed when it is first asked for.
 * @param options bytes, shape and name, and labels where there are some.
 * @throws RangeError when the sizes disagree or there is no image.
 * @example
 * const dots = hg.createDataset({
 *   name: 'dots', images: Uint8Array.of(0, 255, 255, 0), imageShape: [1, 2, 1]});
 * console.log(dots.count, dots.hash.slice(0, 8)); // 2 38c905a9
 */
export function createDataset(
    {name, images, labels, labelVectors, files, imageShape}: CreateDatasetOptions): Dataset {
  const [height, width, channels] = imageShape;
  assertInteger('createDataset', 'imageShape[0]', height, 1);
  assertInteger('createDataset', 'imageShape[1]', width, 1);
  assertInteger('createDataset', 'imageShape[2]', channels, 1);
  const pixels = height * width * channels;
  const count = images.length / pixels;
  if (count === 0 || !Number.isInteger(count)) {
    throw new RangeError(
        `createDataset: expected \`images\` of ${name} to hold whole images of ${pixels} bytes ` +
        `(shape [${imageShape.join(', ')}]), at least one, got ${images.length} bytes`);
  }
  checkLabels({labels, labelVectors, files}, count, name);
  let hash: string | undefined;
  return Object.freeze({
    name, images, count, imageShape: Object.freeze([height, width, channels] as const),
    ...labelFields({labels, labelVectors, files}),
    get hash() {
      return hash ??= createHash('sha256')
          .update(`${count},${height},${width},${channels};`).update(images).digest('hex');
    },
  });
}

/**
 * The images at `indices`, in that order, as a data set of their own, with their labels.
 * @param dataset copied from.
 * @param indices positions of images, from 0; one may come several times.
 * @param name of the result.
 * @throws RangeError naming the first index that is no image of the data set.
 * @example
 * const greys = hg.createDataset({
 *   name: 'greys', images: Uint8Array.of(10, 20, 30), imageShape: [1, 1, 1]});
 * console.log(hg.selectImages(greys, [2, 0], 'two greys').images); // Uint8Array(2) [ 30, 10 ]
 */
export function selectImages(
    dataset: Dataset, indices: ArrayLike<number>, name: string): Dataset {
  const images = new Uint8Array(indices.length * pixelCount(dataset));
  forEachImage('selectImages', dataset, indices, (image, at) => images.set(image, at));
  return createDataset(
      {name, images, imageShape: dataset.imageShape, ...selectLabels(dataset, indices)});
}

/**
 * Images as float32 in [-1, 1] (byte/127.5 - 1, as EDM scales them), `[n, H, W, C]` row by row.
 * @param dataset copied from.
 * @param indices which images, in which order (default: all).
 * @throws RangeError naming the first index that is no image of the data set.
 * @example
 * const dots = hg.createDataset({
 *   name: 'dots', images: Uint8Array.of(0, 51, 204, 255), imageShape: [1, 2, 1]});
 * console.log(Array.from(hg.imagesToFloat32(dots), (pixel) => pixel.toFixed(1)).join(' '));
 * // -1.0 -0.6 0.6 1.0
 */
export function imagesToFloat32(dataset: Dataset, indices?: ArrayLike<number>): Float32Array {
  if (indices === undefined) return toPixels(dataset.images);
  const pixels = new Float32Array(indices.length * pixelCount(dataset));
  forEachImage('imagesToFloat32', dataset, indices, (image, at) => toPixels(image, pixels, at));
  return pixels;
}

/** Anything that holds or takes images of one shape: a data set, a denoiser. */
export interface OfImageShape {
  readonly name: string;
  readonly imageShape: ImageShape;
}

/**
 * Throws unless both hold, or take, images of the same shape.
 * @throws RangeError naming both and their shapes.
 */
export function checkSameShape(where: string, expected: OfImageShape, got: OfImageShape): void {
  if (expected.imageShape.every((size, axis) => size === got.imageShape[axis])) return;
  throw new RangeError(
      `${where}: expected images of shape [${expected.imageShape.join(', ')}] as in ` +
      `${expected.name}, got [${got.imageShape.join(', ')}] from ${got.name}; ` +
      'load the data at the other resolution or use another model');
}

const pixelCount = ({imageShape: [height, width, channels]}: Dataset): number =>
    height * width * channels;

/** Calls `use` with the bytes of each image and where they go in a row of images. */
function forEachImage(
    where: string, dataset: Dataset, indices: ArrayLike<number>,
    use: (image: Uint8Array, at: number) => void): void {
  const size = pixelCount(dataset);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!Number.isInteger(index) || index < 0 || index >= dataset.count) {
      throw new RangeError(
          `${where}: expected indices of images 0..${dataset.count - 1} of ${dataset.name}, ` +
          `got ${index} at position ${i}`);
    }
    use(dataset.images.subarray(index * size, (index + 1) * size), i * size);
  }
}

function toPixels(
    bytes: Uint8Array, pixels = new Float32Array(bytes.length), at = 0): Float32Array {
  for (let i = 0; i < bytes.length; i++) pixels[at + i] = PIXEL_OF_BYTE[bytes[i]!]!;
  return pixels;
}
