/** The images of a profile: what they are, and where they come from. */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import type {FashionMnistResolution} from '../data/fashion-mnist';
import {projectPaths} from '../paths';
import type {ImageShape} from '../types';

/** Fashion-MNIST, which `make data` brings: 60,000 training and 10,000 held-out images. */
export interface FashionMnistData {
  readonly kind: 'fashion-mnist';
  /** Side of the images: 28, or padded and averaged down. */
  readonly resolution: FashionMnistResolution;
}

/** Two data set zips in EDM's layout, which their user makes from images of her own. */
export interface ZipData {
  readonly kind: 'zips';
  /** Name in captions. */
  readonly title: string;
  readonly imageShape: ImageShape;
  readonly train: ZipFile;
  /** Images that no training sees. */
  readonly heldOut: ZipFile;
}

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

export type ProfileData = FashionMnistData | ZipData;

/** Sizes of Fashion-MNIST's two parts. */
const FASHION_MNIST_IMAGES = {train: 60_000, heldOut: 10_000} as const;

export const profileImageShape = (data: ProfileData): ImageShape =>
    data.kind === 'zips' ? data.imageShape : [data.resolution, data.resolution, 1];

/** For example `FFHQ 64×64`. */
export function profileDataTitle(data: ProfileData): string {
  const [H, W] = profileImageShape(data);
  return `${data.kind === 'zips' ? data.title : 'Fashion-MNIST'} ${H}×${W}`;
}

/** Images in all of a profile's training part and of its held-out part. */
export const profileImageCounts = (data: ProfileData): {train: number; heldOut: number} =>
    data.kind === 'zips' ? {train: data.train.images, heldOut: data.heldOut.images} :
      FASHION_MNIST_IMAGES;

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
  if (data.kind === 'fashion-mnist') return [];
  const missing = missingZips(data, folder);
  return [data.train, data.heldOut].map((zip) =>
    missing.includes(zip) ? `to be made: ${howToMake(zip)}` : `found: data/${zip.file}`);
}

/** Why a workspace cannot load the images of a profile of zips itself, and what to do. */
export function explainZips(
    profile: string, data: ZipData, folder = projectPaths().data): string {
  const missing = missingZips(data, folder);
  const plan = `\`npx hidden-gaussian plan --profile ${profile}\` says what training on them takes`;
  return missing.length === 0 ?
    `profile ${profile}: load data/${data.train.file} and data/${data.heldOut.file} and pass them ` +
      `to openWorkspace as \`images\`; ${plan}` :
    `profile ${profile}: expected its data set zips in data/, missing ` +
      `${missing.map(howToMake).join(', and ')}; ${plan}`;
}
