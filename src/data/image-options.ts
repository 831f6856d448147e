/** What all readers of images have in common. */
import {assertInteger} from '../shapes';
import type {OnProgress} from '../types';

/** How images are brought to one size and colour, and what bounds the work. */
export interface LoadImagesOptions {
  /**
   * Height and width of the result, one number for a square (default: the images' own size).
   * Images are resized with Lanczos filters, as EDM's tool does (`lanczos.ts`).
   */
  readonly size?: number | readonly [height: number, width: number];
  /**
   * How an image of other proportions is brought to `size`: `'centre'` cuts the largest part of
   * the right proportions out of its centre (default), `'none'` squeezes it.
   */
  readonly crop?: 'centre' | 'none';
  /**
   * `'grey'` makes all images luminance (C = 1), `'rgb'` all sRGB (C = 3), `'keep'` wants all to
   * be of one kind and leaves them (default).
   */
  readonly colour?: 'grey' | 'rgb' | 'keep';
  /** Read only the first so many images (default: all). */
  readonly maxImages?: number;
  /**
   * Also the mirror images, after the others: 2N images in twice the memory (default false). For
   * data whose mirror images are as likely as the images (`flip.ts`).
   */
  readonly xflip?: boolean;
  /** Name of the data set (default: the name of the folder or file). */
  readonly name?: string;
  /**
   * Refuse images with more pixels than this, AVIF with more than half of it, to bound memory
   * (default 2^26, 67 megapixels).
   */
  readonly maxPixels?: number;
  /** Told of conversions and of ignored files, one line a kind (default `console.warn`). */
  readonly warn?: (message: string) => void;
  /** Told after each image. */
  readonly onProgress?: OnProgress;
}

/**
 * `size` as height and width.
 * @throws RangeError unless they are integers >= 1.
 */
export function checkedSize(
    size: LoadImagesOptions['size']): readonly [height: number, width: number] | undefined {
  if (size === undefined) return undefined;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  assertInteger('images', 'size (height)', height, 1);
  assertInteger('images', 'size (width)', width, 1);
  return [height, width];
}
