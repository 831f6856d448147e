/**
 * Fashion-MNIST: 70,000 photographs of clothes in ten classes, 28x28 grey.
 * @see Xiao, Rasul, Vollgraf 2017, https://arxiv.org/abs/1708.07747
 */
import {setupCommand} from '../paths';
import type {Dataset} from '../types';
import {createDataset} from './dataset';
import {FASHION_MNIST_FILES, readFashionMnistFile} from './fashion-mnist-files';
import type {FashionMnistFile} from './fashion-mnist-files';
import {decodeIdxImages, decodeIdxLabels} from './idx';
import {areaMean, padImages} from './resample';
import type {HeldOutSplit} from './split';

export {FASHION_MNIST_FILES} from './fashion-mnist-files';
export {debianSource, downloadFashionMnist, webSource} from './fashion-mnist-download';
export type {
  DownloadFashionMnistOptions, DownloadFashionMnistResult, FashionMnistSource,
} from './fashion-mnist-download';

/**
 * Names of Fashion-MNIST's classes; a label is a position in this list.
 * @example
 * console.log(hg.FASHION_MNIST_CLASSES[9]); // Ankle boot
 */
export const FASHION_MNIST_CLASSES = Object.freeze([
  'T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag',
  'Ankle boot',
] as const);

/** Heights, and widths, that `loadFashionMnist` makes. */
export type FashionMnistResolution = 7 | 8 | 14 | 16 | 28 | 32;

/** How each is made from 28x28. */
const RECIPES = {
  28: {margin: 0, factor: 1},
  32: {margin: 2, factor: 1},
  16: {margin: 2, factor: 2},
  14: {margin: 0, factor: 2},
  8: {margin: 2, factor: 4},
  7: {margin: 0, factor: 4},
} as const satisfies Record<FashionMnistResolution, object>;

/** Where Fashion-MNIST is, and how large it shall be. */
export interface LoadFashionMnistOptions {
  /** Folder of the four files, as `downloadFashionMnist` fills it. */
  readonly dir: string;
  /**
   * Height and width (default 28). 32, 16 and 8 add a black margin of 2 pixels first; 16, 14, 8
   * and 7 take means of 2x2 or 4x4 blocks, rounded to bytes.
   */
  readonly resolution?: FashionMnistResolution;
}

/**
 * Loads the 60,000 training images and, as the held-out part, the 10,000 test images, with
 * labels (Xiao, Rasul, Vollgraf 2017). The content of each file is checked against its SHA-256.
 * @param options folder and resolution.
 * @throws RangeError for another resolution; Error naming a file that is missing or damaged.
 * @example
 * const dir = hg.projectPaths().fashionMnist;
 * const {train, heldOut} = hg.loadFashionMnist({dir, resolution: 16});
 * console.log(train.name, train.count, heldOut.count); // fashion-mnist-16/train 60000 10000
 * console.log(hg.FASHION_MNIST_CLASSES[train.labels![0]!]); // Ankle boot
 */
export function loadFashionMnist(
    {dir, resolution = 28}: LoadFashionMnistOptions): HeldOutSplit {
  if (!Object.hasOwn(RECIPES, resolution)) {
    throw new RangeError(
        'loadFashionMnist: expected `resolution` to be one of ' +
        `${Object.keys(RECIPES).join(', ')}, got ${resolution}`);
  }
  const {trainImages, trainLabels, heldOutImages, heldOutLabels} = FASHION_MNIST_FILES;
  const name = `fashion-mnist-${resolution}`;
  return {
    train: loadPart(dir, trainImages, trainLabels, `${name}/train`, resolution),
    heldOut: loadPart(dir, heldOutImages, heldOutLabels, `${name}/held-out`, resolution),
  };
}

function loadPart(
    dir: string, imagesFile: FashionMnistFile, labelsFile: FashionMnistFile, name: string,
    resolution: FashionMnistResolution): Dataset {
  const {images, height, width} = decodeIdxImages(content(dir, imagesFile), imagesFile.name);
  const labels = decodeIdxLabels(content(dir, labelsFile), labelsFile.name);
  const original = createDataset({name, images, labels, imageShape: [height, width, 1]});
  const {margin, factor} = RECIPES[resolution];
  const padded = margin === 0 ? original : padImages(original, margin);
  return factor === 1 ? padded : areaMean(padded, factor);
}

function content(dir: string, file: FashionMnistFile): Uint8Array {
  const remedy = `run \`${setupCommand('data')}\` to fetch it`;
  let unpacked: Uint8Array | undefined;
  try {
    unpacked = readFashionMnistFile(dir, file);
  } catch (error) {
    throw new Error(`loadFashionMnist: ${(error as Error).message}; ${remedy} again`,
        {cause: error});
  }
  if (unpacked === undefined) {
    throw new Error(`loadFashionMnist: no file ${file.name} in ${dir}; ${remedy}`);
  }
  return unpacked;
}
