/**
 * Image files made a collection of one size and colour. Headers are read first, so that unequal
 * sizes or colours and missing labels are found before anything is decoded.
 */
import * as path from 'node:path';
import {printable} from '../quoted';
import {assertInteger} from '../shapes';
import type {ImageShape} from '../types';
import {DATASET_JSON, maxDatasetJsonBytes, parseDatasetJson} from './dataset-json';
import type {ImageInfo} from './decode-image';
import {decodeImage, inspectImage, isOpaque} from './decode-image';
import {firstOf, groupFiles, listGroups} from './describe-files';
import type {ImageCollection} from './image-collection';
import {firstImages, withFlips} from './image-collection';
import type {ImageFiles} from './image-files';
import {EXTENSIONS} from './image-files';
import type {LoadImagesOptions} from './image-options';
import {checkedSize} from './image-options';
import type {ImageLabels} from './labels';
import {AT_ONCE, readInOrder} from './read-in-order';

/** Above this, images are read one at a time: bytes of a file, or pixels of an image. */
const LARGE = 2 ** 22;

/** The most bytes a file of `maxPixels` pixels may have: 8-bit RGBA without compression. */
const maxFileBytes = (maxPixels: number): number => 4 * maxPixels + 2 ** 20;

/** Closes `files` when the collection is closed, or at once when it cannot be made. */
export async function openImageFiles(
    files: ImageFiles, options: LoadImagesOptions): Promise<ImageCollection> {
  try {
    return await open(files, options);
  } catch (error) {
    files.close();
    throw error;
  }
}

async function open(files: ImageFiles, {
  size, crop = 'centre', colour = 'keep', maxImages = Infinity,
  name = path.basename(path.resolve(files.where)), maxPixels = 2 ** 26, xflip = false,
  warn = (message) => console.warn(message), onProgress = () => {},
}: LoadImagesOptions): Promise<ImageCollection> {
  const {where} = files;
  const wanted = checkedSize(size);
  if (maxImages !== Infinity) assertInteger('images', 'maxImages', maxImages, 1);
  if (files.images.length === 0) {
    throw new Error(
        `${where}: no images found (expected files ending in ${EXTENSIONS.join(', ')})`);
  }
  if (files.others.length > 0) {
    warn(`${where}: ignored ${firstOf(files.others)}, not an image by its ending`);
  }
  const labels = await readLabels(files);
  const names = files.images.slice(0, maxImages).map((file) => file.name);
  const label = (i: number): string => path.join(where, printable(names[i]!));
  const read = (i: number): Promise<Uint8Array> => files.read(names[i]!, maxFileBytes(maxPixels));

  const infos: ImageInfo[] = [];
  const inspect = async (i: number): Promise<ImageInfo> =>
      inspectImage(await read(i), label(i), maxPixels);
  const largestFile = files.images.reduce((most, {bytes}) => Math.max(most, bytes), 0);
  for await (const info of readInOrder(names.length, atOnceFor(largestFile), inspect)) {
    infos.push(info);
    onProgress({label: `${name}, headers`, done: infos.length, total: names.length});
  }
  const largest = infos.reduce((most, {height, width}) => Math.max(most, height * width), 0);
  const atOnce = Math.min(atOnceFor(largest), atOnceFor(largestFile));
  const transparent = await findTransparent(infos, atOnce, async (i) =>
      !await isOpaque(await read(i), label(i), maxPixels));
  announce(where, names, infos, transparent, wanted).forEach((line) => warn(line));

  const [height, width] = wanted ?? commonSize(where, names, infos);
  const channels = colour === 'grey' ? 1 : colour === 'rgb' ? 3 :
    commonChannels(where, names, infos);
  const imageShape: ImageShape = [height, width, channels];
  const render = {size: wanted, crop, channels} as const;
  const whole = {
    name, count: files.images.length, imageShape, atOnce, ...labels, files: names,
    async image(i: number) {
      const pixels = await decodeImage(await read(i), label(i), infos[i]!, render, maxPixels);
      if (pixels.length === height * width * channels) return pixels;
      throw new Error(`${label(i)}: changed while it was read`);
    },
    close: () => files.close(),
  };
  const images = firstImages(whole, maxImages);
  return xflip ? withFlips(images) : images;
}

const atOnceFor = (size: number): number => size > LARGE ? 1 : AT_ONCE;

async function readLabels(files: ImageFiles): Promise<ImageLabels> {
  if (!files.hasLabels) return {};
  const {images, where} = files;
  const bytes = await files.read(DATASET_JSON, maxDatasetJsonBytes(images.length));
  return parseDatasetJson(bytes, path.join(where, DATASET_JSON), images.map(({name}) => name));
}

/** Which images with an alpha channel are transparent somewhere. */
async function findTransparent(
    infos: readonly ImageInfo[], atOnce: number, look: (i: number) => Promise<boolean>,
): Promise<Set<number>> {
  const candidates = [...infos.keys()].filter((i) => infos[i]!.hasAlpha);
  const transparent = new Set<number>();
  let next = 0;
  for await (const found of readInOrder(candidates.length, atOnce, (k) => look(candidates[k]!))) {
    if (found) transparent.add(candidates[next]!);
    next++;
  }
  return transparent;
}

/** What reading involves: one line for each kind of conversion. */
function announce(
    where: string, names: readonly string[], infos: readonly ImageInfo[],
    transparent: ReadonlySet<number>, size: readonly [number, number] | undefined): string[] {
  const notes = infos.flatMap((info, i) => {
    const enlarged = size !== undefined && (info.height < size[0] || info.width < size[1]);
    return [
      ...info.notes,
      ...transparent.has(i) ? ['transparent parts laid over black'] : [],
      ...enlarged ? ['enlarged to the wanted size'] : [],
    ].map((note) => [note, names[i]!] as const);
  });
  return [...groupFiles(notes)].map(([note, which]) => `${where}: ${firstOf(which)}: ${note}`);
}

function commonSize(
    where: string, names: readonly string[], infos: readonly ImageInfo[]): [number, number] {
  const kinds = groupFiles(
      infos.map(({height, width}, i) => [`${height}x${width}`, names[i]!] as const));
  if (kinds.size > 1) {
    throw new Error(
        `${where}: expected images of one size, got ${listGroups(kinds)} (height x width); ` +
        'pass `size` (--resolution) to bring them to one');
  }
  return [infos[0]!.height, infos[0]!.width];
}

function commonChannels(
    where: string, names: readonly string[], infos: readonly ImageInfo[]): 1 | 3 {
  const kinds = groupFiles(
      infos.map(({channels}, i) => [channels === 1 ? 'grey' : 'RGB', names[i]!] as const));
  if (kinds.size > 1) {
    throw new Error(
        `${where}: expected images of one kind, got ${listGroups(kinds)}; ` +
        'pass `colour: \'grey\'` or `colour: \'rgb\'` (--colour)');
  }
  return infos[0]!.channels;
}
