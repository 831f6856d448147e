/**
 * A zip of image files as a data set: the form of EDM's data sets (`dataset_tool.py`), with the
 * labels of a `dataset.json`.
 */
import type {Dataset} from '../types';
import type {ImageCollection} from './image-collection';
import {gatherImages} from './image-collection';
import {sortFiles} from './image-files';
import type {LoadImagesOptions} from './image-options';
import {openImageFiles} from './open-image-files';
import {openZip} from './zip-archive';

/**
 * Loads all images of a zip, ordered by their paths, as `loadImageFolder` does those of a folder.
 * The entries are unpacked in memory, a few at a time: 70,000 images of 64x64x3 take little more
 * than their own 0.9 GB.
 * @param file the zip.
 * @param options size, colour and limits.
 * @returns `[N, H, W, C]` with C = 1 or 3; labels where `dataset.json` has some.
 * @throws Error naming the archive or the entry: unsafe or damaged (`openZip`), no images, unequal
 *     sizes or colours, labels that do not fit. RangeError for options out of range.
 * @example
 * const dots = hg.createDataset({
 *   name: 'dots', images: Uint8Array.of(0, 255), imageShape: [1, 1, 1]});
 * await hg.writeImageZip(hg.collectionOf(dots), 'dots.zip');
 * console.log((await hg.loadImageZip('dots.zip')).hash === dots.hash); // true
 */
export async function loadImageZip(
    file: string, options: LoadImagesOptions = {}): Promise<Dataset> {
  const images = await openImageZip(file, options);
  return gatherImages(images, options.onProgress).finally(() => images.close());
}

/** The images of a zip, read when they are asked for; see `loadImageZip`. */
export async function openImageZip(
    file: string, options: LoadImagesOptions): Promise<ImageCollection> {
  const {sizes, read, close} = await openZip(file);
  const files = sortFiles([...sizes].map(([name, bytes]) => ({name, bytes})));
  return openImageFiles({where: file, ...files, read, close}, options);
}
