/**
 * A data set from wherever it lies: a folder of images, a zip of EDM's dataset tool, CIFAR-10, an
 * IDX file, or one image.
 *
 * @example
 * const train = await loadDataset('cifar-10-python.tar.gz', {part: 'train'});
 */
import {existsSync} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import * as path from 'node:path';
import type {Dataset} from '../types';
import {isCifar10, loadCifar10} from './cifar10';
import {selectImages} from './dataset';
import {readIdxDataset} from './idx';
import {datasetOfFiles, isImageName} from './image-files';
import type {ImageFilesOptions} from './image-files';
import {loadImageFolder} from './image-folder';
import {loadImageZip} from './image-zip';

export interface LoadDatasetOptions extends ImageFilesOptions {
  /** Which part of a source that has two, as CIFAR-10 (default `'train'`). */
  readonly part?: 'train' | 'held-out';
}

/**
 * Loads the images of a source that is told by its kind and name. IDX files are those of MNIST's
 * names (`…-idx3-ubyte`, with or without `.gz`); labels are taken from the file beside it. `size`,
 * `crop` and `colour` concern image files.
 * @throws Error naming the source: not there, of no known kind, or what its reader objects to.
 */
export async function loadDataset(
    source: string, options: LoadDatasetOptions = {}): Promise<Dataset> {
  const {part = 'train', maxImages = Infinity} = options;
  const info = await stat(source).catch(() => undefined);
  if (info === undefined) throw new Error(`${source}: there is no such file or folder`);
  if (await isCifar10(source)) {
    const {train, heldOut} = await loadCifar10(source, options);
    return first(part === 'train' ? train : heldOut, maxImages);
  }
  if (info.isDirectory()) return loadImageFolder(source, {...options, recursive: true});
  const file = source.toLowerCase();
  if (file.endsWith('.zip')) return loadImageZip(source, options);
  if (isImageName(file)) {
    const [where, name] = [path.dirname(source), path.basename(source)];
    return datasetOfFiles({
      where: source, names: [name], label: () => source,
      read: () => readFile(path.join(where, name)),
    }, options);
  }
  if (/idx.*\.gz$|idx\d-ubyte$|\.idx$/.test(file)) {
    const labels = source.replace(/images([.-])idx3/, 'labels$1idx1');
    return first(readIdxDataset(
        source, labels !== source && existsSync(labels) ? {labels} : {}), maxImages);
  }
  throw new Error(`${source}: not a data set of a known kind; expected a folder of images, a .zip, ` +
      'cifar-10-python.tar.gz or cifar-10-binary.tar.gz, an IDX file (…-idx3-ubyte.gz), or an image');
}

const first = (dataset: Dataset, maxImages: number): Dataset => dataset.count <= maxImages ?
  dataset :
  selectImages(dataset, Uint32Array.from({length: maxImages}, (_, i) => i), dataset.name);
