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

/**
 * The nearest training image of an image, by number, class and distance in pixels.
 * @param train the training images.
 * @param neighbour of `nearestImages`.
 * @example
 * const train = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 40}, (_, i) => 3 * i), imageShape: [1, 2, 1]});
 * console.log(hg.nearestNote(train, {index: 3, distance: 0.25}));
 * // nearest: training image 3, distance 0.250
 */
export const nearestNote = (train: Dataset, {index, distance}: Neighbour): string =>
    `nearest: ${imageNote(train, index)}, distance ${formatNumber(distance)}`;

/**
 * The nearest training image of each generated image, and whether it counts as a copy.
 * @param train the training images.
 * @param perSample of `memorizationScores`.
 * @example
 * const train = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 40}, (_, i) => 3 * i), imageShape: [1, 2, 1]});
 * const nearest = {index: 3, distance: 0.25};
 * console.log(hg.noveltyNotes(train, [{nearest, gl: 0.1, ratio: 0.2, copied: true}])[0]);
 * // nearest: training image 3, distance 0.250<br>GL 0.100, distance ratio 0.200: a copy
 */
export const noveltyNotes = (
    train: Dataset, perSample: readonly SampleMemorization[]): string[] =>
    perSample.map(({nearest, gl, ratio, copied}) => `${nearestNote(train, nearest)}<br>` +
        `GL ${formatNumber(gl)}, distance ratio ${formatNumber(ratio)}${copied ? ': a copy' : ''}`);

/**
 * The nearest training image of each of any images.
 * @param train the training images.
 * @param images `[n, H, W, C]`, one after another, in [-1, 1].
 * @param imageShape `[H, W, C]`.
 * @throws RangeError as `nearestImages` does.
 * @example
 * const train = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 40}, (_, i) => 3 * i), imageShape: [1, 2, 1]});
 * console.log(await hg.nearestNotes(train, hg.imagesToFloat32(train, [7]), train.imageShape));
 * // [ 'nearest: training image 7, distance 0' ]
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
