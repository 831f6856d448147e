/** What a figure tells about an image when the pointer is on it. */
import type {SampleMemorization} from '../analysis/memorization';
import {nearestImages} from '../analysis/nearest';
import type {Neighbour} from '../analysis/nearest';
import {sampleTensor} from '../analysis/samples';
import {className} from '../data/class-names';
import {formatNumber} from '../tables/format';
import type {Dataset, ImageShape} from '../types';

/**
 * An image of a data set by number and class.
 * @param part what the images are (default `'training image'`).
 * @param dataset whose image it is.
 * @param index its position in the data set.
 * @example
 * const train = hg.createDataset({
 *   name: 'tiny', images: new Uint8Array(8), imageShape: [2, 2, 1],
 * });
 * console.log(hg.imageNote(train, 1)); // training image 1
 */
export function imageNote(dataset: Dataset, index: number, part = 'training image'): string {
  const name = className(dataset, index);
  return `${part} ${formatNumber(index)}${name === undefined ? '' : ` (${name})`}`;
}

/** The nearest training image of an image, by number, class and distance in pixels. */
export const nearestNote = (train: Dataset, {index, distance}: Neighbour): string =>
    `nearest: ${imageNote(train, index)}, distance ${formatNumber(distance)}`;

/** The same for each generated image, and whether it counts as a copy. */
export const noveltyNotes = (
    train: Dataset, perSample: readonly SampleMemorization[]): string[] =>
    perSample.map(({nearest, gl, ratio, copied}) => `${nearestNote(train, nearest)}<br>` +
        `GL ${formatNumber(gl)}, distance ratio ${formatNumber(ratio)}${copied ? ': a copy' : ''}`);

/**
 * The nearest training image of each of any images.
 * @param images `[n, H, W, C]`, one after another, in [-1, 1].
 */
export async function nearestNotes(
    train: Dataset, images: Float32Array, imageShape: ImageShape): Promise<string[]> {
  const count = images.length / imageShape.reduce((a, b) => a * b, 1);
  const queries = sampleTensor({samples: images, count, imageShape});
  try {
    const found = await nearestImages(train, queries);
    return found.map(([nearest]) => nearestNote(train, nearest!));
  } finally {
    queries.dispose();
  }
}
