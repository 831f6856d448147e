/**
 * Images that are read when they are asked for. Every source of images becomes one of these, and
 * from there a data set in memory or a zip on disk.
 */
import type {Dataset, ImageShape, OnProgress} from '../types';
import {createDataset} from './dataset';
import {flipPixels} from './flip';
import type {ImageLabels} from './labels';
import {selectLabels} from './labels';
import {AT_ONCE, readInOrder} from './read-in-order';

/** The most bytes that one data set may take in memory; Node's arrays end here. */
const MAX_DATASET_BYTES = 2 ** 32;

/** Images that can be read one by one, in a folder, an archive, or memory. */
export interface ImageCollection extends ImageLabels {
  /** Name for tables and run records. */
  readonly name: string;
  /** N. */
  readonly count: number;
  /** `[H, W, C]` of each image. */
  readonly imageShape: ImageShape;
  /** How many images may be read at the same time, for the sake of memory. */
  readonly atOnce: number;
  /**
   * Reads image i: a new array or a view, `[H, W, C]`.
   * @param i from 0.
   */
  image(i: number): Promise<Uint8Array>;
  /** Closes the files behind it. */
  close(): void;
}

/**
 * Reads all images into one array. At no time is there a second copy of more than a few.
 * @throws RangeError when they need more than 4 GiB; Error of the images.
 */
export async function gatherImages(
    images: ImageCollection, onProgress: OnProgress = () => {}): Promise<Dataset> {
  const {name, count, imageShape, labels, labelVectors, files} = images;
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  if (count * size > MAX_DATASET_BYTES) {
    throw new RangeError(
        `${name}: ${count} images of ${imageShape.join('x')} need ${count * size} bytes, more ` +
        `than ${MAX_DATASET_BYTES}; pass a smaller \`size\` or \`maxImages\``);
  }
  const pixels = new Uint8Array(count * size);
  let done = 0;
  for await (const image of readInOrder(count, images.atOnce, (i) => images.image(i))) {
    pixels.set(image, done * size);
    onProgress({label: name, done: ++done, total: count});
  }
  return createDataset({name, images: pixels, imageShape, labels, labelVectors, files});
}

/**
 * The images of a data set as a collection, for what takes images from wherever they come.
 * @param dataset borrowed: the images are views of its bytes.
 * @example
 * const dots = hg.createDataset({
 *   name: 'dots', images: Uint8Array.of(0, 255), imageShape: [1, 1, 1]});
 * console.log(await hg.collectionOf(dots).image(1)); // Uint8Array(1) [ 255 ]
 */
export function collectionOf(dataset: Dataset): ImageCollection {
  const {name, count, imageShape, images, labels, labelVectors, files} = dataset;
  const size = images.length / count;
  return {
    name, count, imageShape, labels, labelVectors, files, atOnce: AT_ONCE,
    image: async (i) => images.subarray(i * size, (i + 1) * size),
    close: () => {},
  };
}

/** The first `count` images, or all when there are not as many. */
export function firstImages(images: ImageCollection, count: number): ImageCollection {
  if (count >= images.count) return images;
  return {...images, count, ...selectLabels(images, Array.from({length: count}, (_, i) => i))};
}

/** The images followed by their mirror images: twice as many, as EDM's `xflip` gives. */
export function withFlips(images: ImageCollection): ImageCollection {
  const {count, imageShape} = images;
  return {
    ...images, count: 2 * count,
    ...selectLabels(images, Array.from({length: 2 * count}, (_, i) => i % count)),
    image: async (i) => i < count ? images.image(i) :
      flipPixels(await images.image(i - count), imageShape),
  };
}
