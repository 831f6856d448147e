/**
 * Mirror images (x-flips), EDM's way to twice the data. They belong to data whose mirror images
 * are as likely as the images, such as faces or most photographs; not to digits, letters, or
 * clothes that all face one way, and never to test sets.
 */
import type {Dataset, ImageShape} from '../types';
import {createDataset} from './dataset';
import {selectLabels} from './labels';

/**
 * The images followed by their mirror images, in the same order: 2N images. Takes twice the
 * memory of the data set; `xflip` of the readers does the same without the first copy.
 * @param dataset copied from.
 * @returns named `<name>/xflip`, with another hash.
 * @example
 * const row = hg.createDataset({
 *   name: 'row', images: Uint8Array.of(1, 2, 3), imageShape: [1, 3, 1]});
 * console.log(hg.flipImages(row).images.join(' ')); // 1 2 3 3 2 1
 */
export function flipImages(dataset: Dataset): Dataset {
  const {name, images, count, imageShape} = dataset;
  const both = new Uint8Array(2 * images.length);
  both.set(images);
  // Images lie below each other, so N·H rows can be mirrored as one tall image.
  const [height, width, channels] = imageShape;
  both.set(flipPixels(images, [count * height, width, channels]), images.length);
  return createDataset({
    name: `${name}/xflip`, images: both, imageShape,
    ...selectLabels(dataset, Array.from({length: 2 * count}, (_, i) => i % count)),
  });
}

/** One image `[H, W, C]` with its columns in reverse order, as a new array. */
export function flipPixels(
    pixels: Uint8Array, [height, width, channels]: ImageShape): Uint8Array {
  const flipped = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [(y * width + x) * channels, (y * width + width - 1 - x) * channels];
      for (let c = 0; c < channels; c++) flipped[to + c] = pixels[from + c]!;
    }
  }
  return flipped;
}
