/** The images of a profile: what they are, and where they come from. */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {loadFashionMnist} from '../data/fashion-mnist';
import type {FashionMnistResolution} from '../data/fashion-mnist';
import {loadImageZip} from '../data/image-zip';
import type {HeldOutSplit} from '../data/split';
import {projectPaths} from '../paths';
import type {Dataset, ImageShape, OnProgress} from '../types';
import {loadOwnImages} from './own-images';

/** Fashion-MNIST, which `make data` brings: 60,000 training and 10,000 held-out images. */
export interface FashionMnistData {
  /** Tells the kinds of images apart. */
  readonly kind: 'fashion-mnist';
  /** Side of the images: 28, or padded and averaged down. */
  readonly resolution: FashionMnistResolution;
}

/** Two data set zips in EDM's layout, which their user makes from images of her own. */
export interface ZipData {
  /** Tells the kinds of images apart. */
  readonly kind: 'zips';
  /** Name in captions. */
  readonly title: string;
  /** `[H, W, C]` of the images. */
  readonly imageShape: ImageShape;
  /** The training images. */
  readonly train: ZipFile;
  /** Images that no training sees. */
  readonly heldOut: ZipFile;
}

/** One of the zips, and how it is made. */
export interface ZipFile {
  /** Name in `data/`. */
  readonly file: string;
  /** Number of images. */
  readonly images: number;
  /** What it is made of, in words. */
  readonly source: string;
  /** Arguments of `npx hidden-gaussian dataset` before `-o`. */
  readonly arguments: string;
}

/** Images of one's own, at the resolution of the profile whose images they replace. */
export interface OwnData {
  /** Tells the kinds of images apart. */
  readonly kind: 'own';
  /** Name in captions. */
  readonly title: string;
  /** Anything that `loadDataset` reads. */
  readonly source: string;
  /** `[H, W, C]`. */
  readonly imageShape: ImageShape;
  /** Sizes of the two parts. */
  readonly images: {readonly train: number; readonly heldOut: number};
}

/** The images of a profile. */
export type ProfileData = FashionMnistData | ZipData | OwnData;

/** Sizes of Fashion-MNIST's two parts. */
const FASHION_MNIST_IMAGES = {train: 60_000, heldOut: 10_000} as const;

export const profileImageShape = (data: ProfileData): ImageShape =>
    data.kind === 'fashion-mnist' ? [data.resolution, data.resolution, 1] : data.imageShape;

/** For example `FFHQ 64×64`. */
export function profileDataTitle(data: ProfileData): string {
  const [H, W] = profileImageShape(data);
  return `${data.kind === 'fashion-mnist' ? 'Fashion-MNIST' : data.title} ${H}×${W}`;
}

/** Images in all of a profile's training part and of its held-out part. */
export function profileImageCounts(data: ProfileData): {train: number; heldOut: number} {
  switch (data.kind) {
    case 'fashion-mnist': return FASHION_MNIST_IMAGES;
    case 'zips': return {train: data.train.images, heldOut: data.heldOut.images};
    case 'own': return data.images;
  }
}

/** The zips of a profile that are not in the data folder. */
const missingZips = ({train, heldOut}: ZipData, folder: string): readonly ZipFile[] =>
    [train, heldOut].filter(({file}) => !existsSync(path.join(folder, file)));

const howToMake = ({file, images, source, arguments: from}: ZipFile): string =>
    `${file} (${images.toLocaleString('en-US')} images, of ${source}): ` +
    `\`npx hidden-gaussian dataset ${from} -o data/${file}\``;

/**
 * A line for each zip of a profile: whether it is there, or how it is made.
 * @param folder where the zips are looked for (default `data/`).
 */
export function describeZips(data: ProfileData, folder = projectPaths().data): string[] {
  if (data.kind !== 'zips') return [];
  const missing = missingZips(data, folder);
  return [data.train, data.heldOut].map((zip) =>
    missing.includes(zip) ? `to be made: ${howToMake(zip)}` : `found: data/${zip.file}`);
}

/** Where a profile's images lie, and who is told how far loading is. */
export interface LoadProfileImagesOptions {
  /** Folder of the zips, and of Fashion-MNIST's folder (default `data/`). */
  readonly data?: string;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Loads the images of a profile.
 * @param profile its name and images.
 * @throws Error when files are missing, saying which command brings or makes them, or when a zip
 *     holds other images than the profile's.
 */
export async function loadProfileImages(
    {name, data}: {readonly name: string; readonly data: ProfileData},
    options: LoadProfileImagesOptions = {}): Promise<HeldOutSplit> {
  const {data: folder = projectPaths().data, onProgress} = options;
  if (data.kind === 'fashion-mnist') {
    const dir = path.join(folder, path.basename(projectPaths().fashionMnist));
    return loadFashionMnist({dir, resolution: data.resolution});
  }
  if (data.kind === 'own') {
    const {source, imageShape: [size], images} = data;
    return loadOwnImages({source, size}, {leastHeldOut: images.heldOut, onProgress});
  }
  const missing = missingZips(data, folder);
  if (missing.length > 0) {
    throw new Error(`profile ${name}: expected its data set zips in data/, missing ` +
        `${missing.map(howToMake).join(', and ')}; \`npx hidden-gaussian plan --profile ${name}\` ` +
        'says what training on them takes');
  }
  const load = async (zip: ZipFile): Promise<Dataset> => {
    const {file, images} = zip;
    const dataset = await loadImageZip(path.join(folder, file), {onProgress});
    const shape = dataset.imageShape.join('x');
    if (dataset.count !== images || shape !== data.imageShape.join('x')) {
      throw new Error(`${path.join(folder, file)}: profile ${name} expects ${images} images of ` +
          `${data.imageShape.join('x')}, got ${dataset.count} of ${shape}; make it anew as ` +
          howToMake(zip));
    }
    return dataset;
  };
  return {train: await load(data.train), heldOut: await load(data.heldOut)};
}
