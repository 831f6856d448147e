/**
 * A folder of image files as a data set.
 *
 * @example
 * const faces = await loadImageFolder('faces', {size: 32, colour: 'grey'});  // [N, 32, 32, 1]
 * const {train, heldOut} = heldOutSplit(faces, {heldOut: 1000, seed: 0});
 */
import {readFile, readdir, stat} from 'node:fs/promises';
import * as path from 'node:path';
import type {Dataset} from '../types';
import {DATASET_JSON, labelsFromJson} from './dataset-json';
import {datasetOfFiles, isImageName, noImages, some} from './image-files';
import type {ImageFilesOptions} from './image-files';

export interface LoadImageFolderOptions extends ImageFilesOptions {
  /** Also look into sub-folders (default false). */
  readonly recursive?: boolean;
}

/**
 * Loads all images of a folder, ordered by name. Hidden files are passed over. A file
 * `dataset.json` in it gives the classes, as in a zip of EDM's dataset tool.
 *
 * 16-bit and CMYK images are converted and transparent ones laid over black, which `warn` is
 * told; animated images are refused. Each file is read twice, first for its header, so that
 * unequal sizes or colours are found before anything is decoded.
 * @throws Error naming the folder or the file: no images, unequal sizes or colours (with what to
 *     pass instead), a damaged or unusual image, classes that do not fit. RangeError for options
 *     out of range.
 */
export async function loadImageFolder(
    dir: string, options: LoadImageFolderOptions = {}): Promise<Dataset> {
  const {recursive = false, warn = (message: string) => console.warn(message)} = options;
  const {images: names, others} = await listFolder(dir, recursive);
  if (names.length === 0) {
    throw noImages(dir, recursive ? '' : '; sub-folders are searched with `recursive: true`');
  }
  const ignored = others.filter((name) => name !== DATASET_JSON);
  if (ignored.length > 0) warn(`${dir}: ignored ${some(ignored)}, not an image by its ending`);
  const label = (file: string): string => path.join(dir, file);
  const read = (file: string): Promise<Uint8Array> => readFile(label(file));
  const json = others.includes(DATASET_JSON) ? await read(DATASET_JSON) : undefined;
  return datasetOfFiles({where: dir, names, read, label}, {...options, warn},
      labelsFromJson(json, dir, warn));
}

/** Files of `dir` by their path below it, with `/`, in the order of their code units. */
async function listFolder(
    dir: string, recursive: boolean): Promise<{images: string[]; others: string[]}> {
  const entries = await readdir(dir, {recursive, withFileTypes: true}).catch((error: Error) => {
    throw new Error(`${dir}: cannot be read as a folder (${error.message})`, {cause: error});
  });
  const [images, others]: [string[], string[]] = [[], []];
  for (const entry of entries) {
    const file = path.join(path.relative(dir, entry.parentPath), entry.name);
    const parts = file.split(path.sep);
    if (parts.some((part) => part.startsWith('.'))) continue;
    const isFile = entry.isSymbolicLink() ?
      (await stat(path.join(dir, file))).isFile() : entry.isFile();
    if (!isFile) continue;
    (isImageName(file) ? images : others).push(parts.join('/'));
  }
  return {images: images.sort(), others: others.sort()};
}
