/**
 * Any source of images as a data set: a folder, a zip, one image, CIFAR-10, an IDX file.
 */
import {existsSync} from 'node:fs';
import {open, stat} from 'node:fs/promises';
import * as path from 'node:path';
import {assertInteger} from '../shapes';
import type {Dataset} from '../types';
import {cifar10Folder, loadCifar10} from './cifar10';
import {renderPixels} from './decode-image';
import {gunzipStart, isGzip} from './gunzip';
import {readIdxDataset} from './idx';
import type {ImageCollection} from './image-collection';
import {collectionOf, firstImages, gatherImages, withFlips} from './image-collection';
import {isImageName} from './image-files';
import {openImageFile, openImageFolder} from './image-folder';
import type {LoadImagesOptions} from './image-options';
import {checkedSize} from './image-options';
import {openImageZip} from './image-zip';

/** How images are brought to one size and colour, and which part of a source is meant. */
export interface LoadDatasetOptions extends LoadImagesOptions {
  /** Which part of CIFAR-10 (default `'train'`); the other sources have no parts. */
  readonly split?: 'train' | 'test';
}

/** An IDX file may have this many bytes, packed and unpacked. */
const MAX_IDX_BYTES = 2 ** 28;
/** Where a tar archive says that it is one, and how. */
const TAR_MAGIC = {at: 257, text: 'ustar'} as const;

/**
 * Loads the images at `source`. What it is, its content says: a folder of images (with sub-folders
 * and `dataset.json`) or of CIFAR-10's batches, a zip, an image, an IDX file of images (packed
 * with gzip or not; the labels' file beside it is used), a CIFAR-10 archive (docs/data.md).
 * @param source path of the file or folder.
 * @param options size, colour, part and limits.
 * @throws Error naming the source or the file in it; RangeError for options out of range.
 * @example
 * const dir = hg.projectPaths().fashionMnist;
 * const images = await hg.loadDataset(
 *     `${dir}/t10k-images-idx3-ubyte.gz`, {maxImages: 100, size: 8, colour: 'rgb'});
 * console.log(images.count, images.imageShape); // 100 [ 8, 8, 3 ]
 */
export async function loadDataset(
    source: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  const images = await openDataset(source, options);
  return gatherImages(images, options.onProgress).finally(() => images.close());
}

/**
 * The images at `source`, read when they are asked for: for more of them than memory holds.
 * @param source path of a file or folder, as for `loadDataset`.
 * @param options size, colour, part and limits.
 * @returns a collection, which the caller closes.
 * @throws as `loadDataset`; errors of a single image come when it is read.
 * @example
 * const file = `${hg.projectPaths().fashionMnist}/t10k-images-idx3-ubyte.gz`;
 * const images = await hg.openDataset(file, {size: 14});
 * console.log(images.count, (await images.image(0)).length); // 10000 196
 * images.close();
 */
export async function openDataset(
    source: string, options: LoadDatasetOptions = {}): Promise<ImageCollection> {
  const kind = await kindOf(source);
  if (options.split !== undefined && kind !== 'cifar10') {
    throw new Error(`${source}: has no train and test parts; leave \`split\` out`);
  }
  switch (kind) {
    case 'folder': return openImageFolder(source, options);
    case 'zip': return openImageZip(source, options);
    case 'image': return openImageFile(source, options);
    case 'idx': return rendered(readIdx(source, options), options);
    case 'cifar10': {
      const {train, heldOut} = await loadCifar10(
          {path: source, name: options.name, onProgress: options.onProgress});
      return rendered(options.split === 'test' ? heldOut : train, options);
    }
  }
}

/** What is at `source`, judged by its content. @throws Error when there is nothing that is known. */
export async function kindOf(
    source: string): Promise<'folder' | 'zip' | 'image' | 'idx' | 'cifar10'> {
  const info = await stat(source).catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ?
      `${source}: no such file or folder` : `${source}: cannot be read (${error.message})`,
    {cause: error});
  });
  if (info.isDirectory()) return cifar10Folder(source) === undefined ? 'folder' : 'cifar10';
  if (!info.isFile()) throw new Error(`${source}: expected a file or a folder`);
  const start = await startOf(source);
  const name = source.toLowerCase();
  if (name.endsWith('.zip') || Buffer.from(start.subarray(0, 2)).toString() === 'PK') return 'zip';
  if (isImageName(name)) return 'image';
  if (/\.(tar|tgz|tar\.gz)$/.test(name) || isTar(start, source)) return 'cifar10';
  if (/(\.gz|ubyte|\.idx)$/.test(name) || start[2] === 0x08) return 'idx';
  throw new Error(
      `${source}: not a known kind of data; expected a folder of images, a .zip, an image, ` +
      'an archive of CIFAR-10 (.tar.gz) or an IDX file (.gz)');
}

/** The first bytes of a file. */
async function startOf(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch((error: Error) => {
    throw new Error(`${file}: cannot be read (${error.message})`, {cause: error});
  });
  const {buffer, bytesRead} =
      await handle.read(Buffer.alloc(4096), 0, 4096, 0).finally(() => handle.close());
  return buffer.subarray(0, bytesRead);
}

function isTar(start: Uint8Array, name: string): boolean {
  const content = isGzip(start) ? gunzipStart(start, name) : start;
  const {at, text} = TAR_MAGIC;
  return Buffer.from(content.subarray(at, at + text.length)).toString('latin1') === text;
}

/** An IDX file with the labels that lie beside it under the usual name. */
function readIdx(file: string, {name}: LoadDatasetOptions): Dataset {
  const labelsName = path.basename(file).replace(/images([-.])idx3/, 'labels$1idx1');
  const labels = path.join(path.dirname(file), labelsName);
  return readIdxDataset(file, {
    maxBytes: MAX_IDX_BYTES, ...name === undefined ? {} : {name},
    ...labels !== file && existsSync(labels) ? {labels} : {},
  });
}

/** A data set in memory, brought to the size and colour that the options ask for. */
function rendered(dataset: Dataset, {
  size, crop = 'centre', colour = 'keep', maxImages = Infinity, xflip = false,
}: LoadDatasetOptions): ImageCollection {
  if (maxImages !== Infinity) assertInteger('images', 'maxImages', maxImages, 1);
  const [height, width, own] = dataset.imageShape;
  const wanted = checkedSize(size);
  const channels = colour === 'grey' ? 1 : colour === 'rgb' ? 3 : own as 1 | 3;
  const originals = firstImages(collectionOf(dataset), maxImages);
  const images: ImageCollection = {
    ...originals,
    imageShape: [...wanted ?? [height, width] as const, channels],
    image: async (i) => renderPixels(await originals.image(i), dataset.imageShape,
        {size: wanted, crop, channels}),
  };
  return xflip ? withFlips(images) : images;
}
