/**
 * A folder of image files as a data set, with the labels of a `dataset.json` where there is one.
 */
import {readFile, readdir, realpath, stat} from 'node:fs/promises';
import * as path from 'node:path';
import type {Dataset} from '../types';
import type {ImageCollection} from './image-collection';
import {gatherImages} from './image-collection';
import type {ImageFile, ImageFiles} from './image-files';
import {sortFiles} from './image-files';
import type {LoadImagesOptions} from './image-options';
import {openImageFiles} from './open-image-files';

/**
 * Loads all images of a folder and its sub-folders, ordered by their paths. Hidden files are
 * passed over.
 *
 * 16-bit and CMYK images are converted and transparent ones laid over black, which `warn` is
 * told; animated images are refused. Each file is read twice, first for its header. Links are
 * followed to files in the same folder only.
 * @param dir the folder.
 * @param options size, colour and limits.
 * @returns `[N, H, W, C]` with C = 1 or 3; labels where `dataset.json` has some.
 * @throws Error naming the folder or the file: no images, unequal sizes or colours (with what to
 *     pass instead), a damaged or unusual image, labels that do not fit, a link out of the folder.
 *     RangeError for options out of range.
 * @example
 * import {mkdirSync, writeFileSync} from 'node:fs';
 * mkdirSync('dots');
 * const gif = 'R0lGODdhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs='; // One white pixel.
 * writeFileSync('dots/white.gif', Buffer.from(gif, 'base64'));
 * const dots = await hg.loadImageFolder('dots', {size: 2, colour: 'grey'});
 * console.log(dots.imageShape, dots.images.join(' ')); // [ 2, 2, 1 ] 255 255 255 255
 */
export async function loadImageFolder(
    dir: string, options: LoadImagesOptions = {}): Promise<Dataset> {
  return gatherImages(await openImageFolder(dir, options), options.onProgress);
}

/** The images of a folder, read when they are asked for; see `loadImageFolder`. */
export async function openImageFolder(
    dir: string, options: LoadImagesOptions): Promise<ImageCollection> {
  return openImageFiles(folderFiles(dir, await listFolder(dir)), options);
}

/** One image file as a collection of one image. */
export async function openImageFile(
    file: string, options: LoadImagesOptions): Promise<ImageCollection> {
  const {size: bytes} = await stat(file);
  const [dir, name] = [path.dirname(file), path.basename(file)];
  return openImageFiles(folderFiles(dir, [{name, bytes}]), {name, ...options});
}

function folderFiles(where: string, files: readonly ImageFile[]): ImageFiles {
  return {
    where, ...sortFiles(files),
    async read(name, maxBytes) {
      const file = path.join(where, name);
      const {size} = await stat(file);
      if (size > maxBytes) {
        throw new Error(`${file}: has ${size} bytes, more than the allowed ${maxBytes}`);
      }
      return readFile(file);
    },
    close: () => {},
  };
}

async function listFolder(dir: string): Promise<ImageFile[]> {
  const options = {recursive: true, withFileTypes: true} as const;
  const entries = await readdir(dir, options).catch((error: Error) => {
    throw new Error(`${dir}: cannot be read as a folder (${error.message})`, {cause: error});
  });
  const root = await realpath(dir);
  const files: ImageFile[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) await checkLink(file, root);
    const info = await stat(file);
    if (!info.isFile()) continue;
    files.push({name: path.relative(dir, file).split(path.sep).join('/'), bytes: info.size});
  }
  return files;
}

/** A link may lead to anything on the machine; only what is in the folder was asked for. */
async function checkLink(file: string, root: string): Promise<void> {
  const target = await realpath(file).catch((error: Error) => {
    throw new Error(`${file}: is a link that leads nowhere; remove it`, {cause: error});
  });
  if (!target.startsWith(root + path.sep)) {
    throw new Error(`${file}: is a link to a file outside the folder; put a copy there instead`);
  }
}
