/**
 * Writes images as a data set zip of EDM's `dataset_tool.py`: `00000/img00000000.png`, …, a
 * thousand images a folder, and `dataset.json`, all stored without compression. The same images
 * give the same bytes.
 */
import {createWriteStream} from 'node:fs';
import {Readable} from 'node:stream';
import type {PassThrough} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {ZipFile} from 'yazl';
import {replaceFile} from '../store/replace-file';
import type {OnProgress} from '../types';
import {DATASET_JSON, formatDatasetJson} from './dataset-json';
import {encodePng} from './encode-png';
import type {ImageCollection} from './image-collection';
import {readInOrder} from './read-in-order';

/** The same for every entry. Zips have local times, so this one leaves no trace of the zone. */
const entryOptions = () => ({
  compress: false, mtime: new Date(1981, 0, 1), mode: 0o100644, forceDosTimestamp: true,
});

/** `00012/img00012345.png` for image 12,345. */
export function imageName(i: number): string {
  const digits = String(i).padStart(8, '0');
  return `${digits.slice(0, 5)}/img${digits}.png`;
}

/**
 * Writes a zip as EDM's `dataset_tool.py` does: PNGs and `dataset.json`, stored without
 * compression. Only a few images are in memory at a time; the same images give the same bytes.
 * @param images with their labels; the caller closes them.
 * @param file replaced when it exists, once the new one is whole.
 * @param onProgress told after each image.
 * @throws Error of the images; Error naming the file when it cannot be written.
 * @example
 * const dots = hg.createDataset({
 *   name: 'dots', images: Uint8Array.of(0, 255), labels: Uint8Array.of(0, 1),
 *   imageShape: [1, 1, 1]});
 * await hg.writeImageZip(hg.collectionOf(dots), 'dots.zip');
 * console.log((await hg.loadImageZip('dots.zip')).labels); // Uint8Array(2) [ 0, 1 ]
 */
export async function writeImageZip(
    images: ImageCollection, file: string, onProgress: OnProgress = () => {}): Promise<void> {
  const {count, name, imageShape} = images;
  const names = Array.from({length: count}, (_, i) => imageName(i));
  const encode = async (i: number): Promise<Buffer> => encodePng(await images.image(i), imageShape);
  const options = entryOptions();
  await replaceFile(file, async (temporary) => {
    const zip = new ZipFile();
    zip.on('error', (error: Error) => (zip.outputStream as PassThrough).destroy(error));
    const pngs = readInOrder(count, images.atOnce, encode);
    names.forEach((entry, i) => {
      // Not `addBuffer`, which keeps every buffer until the end.
      zip.addReadStreamLazy(entry, options, (give) => {
        pngs.next().then(({value}) => {
          give(null, Readable.from([value]));
          onProgress({label: name, done: i + 1, total: count});
        }, (error) => give(error, Readable.from([])));
      });
    });
    zip.addBuffer(Buffer.from(formatDatasetJson(names, images)), DATASET_JSON, options);
    zip.end();
    try {
      await pipeline(zip.outputStream, createWriteStream(temporary));
    } finally {
      await pngs.return(undefined);
    }
  });
}
