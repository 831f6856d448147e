/**
 * From named image files, wherever they lie, to a data set: headers first, so that unequal images
 * are found before anything is decoded, then pixels, a few images at a time into one array.
 */
import * as path from 'node:path';
import {assertInteger} from '../shapes';
import type {Dataset, OnProgress} from '../types';
import {createDataset} from './dataset';
import type {Labels} from './dataset';
import {decodeImage, inspectImage} from './decode-image';
import type {ImageInfo, ResizeKernel} from './decode-image';

const EXTENSIONS: readonly string[] =
    ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif'];
/** Images decoded at the same time: enough to keep the cores busy, little enough for memory. */
const AT_ONCE = 4;
const MAX_DATASET_BYTES = 2 ** 32;

/** Image files of one source. */
export interface ImageFiles {
  /** Path of the folder or archive, for messages. */
  readonly where: string;
  /** Names of the image files within it, in their order. */
  readonly names: readonly string[];
  /** The file's bytes. @throws Error naming it. */
  read(name: string): Promise<Uint8Array>;
  /** How messages call the file. */
  label(name: string): string;
}

export interface ImageFilesOptions {
  /** Height and width of the result, one number for a square (default: the images' own size). */
  readonly size?: number | readonly [height: number, width: number] | undefined;
  /**
   * How an image of other proportions is brought to `size`: `'centre'` scales it until it covers
   * and cuts off the rest on both sides (default), `'none'` squeezes it.
   */
  readonly crop?: 'centre' | 'none';
  /**
   * `'grey'` makes all images luminance (C = 1), `'rgb'` all sRGB (C = 3), `'keep'` wants all to
   * be of one kind and leaves them (default).
   */
  readonly colour?: 'grey' | 'rgb' | 'keep' | undefined;
  /** How images are resized (default `'lanczos3'`). */
  readonly kernel?: ResizeKernel;
  /** Name of the data set (default: the source's name). */
  readonly name?: string;
  /** Only so many images, the first ones (default all). */
  readonly maxImages?: number | undefined;
  /** Refuse images with more pixels than this, to bound memory (default 2^25, 33 megapixels). */
  readonly maxPixels?: number;
  /** Told of conversions and of ignored files, one line a kind (default `console.warn`). */
  readonly warn?: (message: string) => void;
  readonly onProgress?: OnProgress | undefined;
}

/** Whether a file is an image by its ending. */
export const isImageName = (name: string): boolean =>
    EXTENSIONS.includes(path.extname(name).toLowerCase());

/** What is said when there is no image. */
export const noImages = (where: string, hint = ''): Error => new Error(
    `${where}: no images found (expected files ending in ${EXTENSIONS.join(', ')}${hint})`);

/**
 * Decodes all images of a source.
 * @param labelOf class of each image, when the source has classes.
 * @throws Error naming the source or the file: unequal sizes or colours (with what to pass
 *     instead), a damaged or unusual image. RangeError for options out of range.
 */
export async function datasetOfFiles(
    files: ImageFiles, options: ImageFilesOptions = {},
    labelOf?: (names: readonly string[]) => Labels): Promise<Dataset> {
  const {
    size, crop = 'centre', colour = 'keep', kernel = 'lanczos3', maxImages = Infinity,
    name = path.basename(path.resolve(files.where)), maxPixels = 2 ** 25,
    warn = (message) => console.warn(message), onProgress = () => {},
  } = options;
  const wanted = size === undefined ? undefined : checkedSize(size);
  if (maxImages !== Infinity) assertInteger('datasetOfFiles', 'maxImages', maxImages, 1);
  const {where, label} = files;
  const names = files.names.slice(0, maxImages);
  const labels = labelOf?.(names);
  const report = (what: string) => (done: number): void =>
    onProgress({label: `${what} ${name}`, done, total: names.length});

  const infos = await mapInOrder(names, async (file) =>
    inspectImage(await files.read(file), label(file), maxPixels), report('inspect'));
  announce(where, names, infos, wanted, warn);
  const [height, width] = wanted ?? commonSize(where, names, infos);
  const channels =
      colour === 'grey' ? 1 : colour === 'rgb' ? 3 : commonChannels(where, names, infos);

  const bytes = height * width * channels;
  if (names.length * bytes > MAX_DATASET_BYTES) {
    throw new RangeError(
        `${where}: ${names.length} images of ${height}x${width}x${channels} need ` +
        `${names.length * bytes} bytes, more than ${MAX_DATASET_BYTES}; pass a smaller \`size\``);
  }
  const images = new Uint8Array(names.length * bytes);
  await mapInOrder(names, async (file, i) => {
    const decoding = {size: wanted, crop, channels, kernel, maxPixels} as const;
    const pixels = await decodeImage(await files.read(file), label(file), decoding);
    if (pixels.length !== bytes) throw new Error(`${label(file)}: changed while it was read`);
    images.set(pixels, i * bytes);
  }, report('load'));
  return createDataset({
    name, images, imageShape: [height, width, channels],
    ...(labels === undefined ? {} : {labels}),
  });
}

function checkedSize(
    size: NonNullable<ImageFilesOptions['size']>): readonly [number, number] {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  assertInteger('datasetOfFiles', 'size (height)', height, 1);
  assertInteger('datasetOfFiles', 'size (width)', width, 1);
  return [height, width];
}

/** Tells what reading involves: one line for each kind of conversion. */
function announce(
    dir: string, files: readonly string[], infos: readonly ImageInfo[],
    size: readonly [number, number] | undefined, warn: (message: string) => void): void {
  const notes = infos.flatMap((info, i) => {
    const enlarged = size !== undefined && (info.height < size[0] || info.width < size[1]);
    const all = enlarged ? [...info.notes, 'enlarged to the wanted size'] : info.notes;
    return all.map((note) => [note, files[i]!] as const);
  });
  for (const [note, which] of groupFiles(notes)) warn(`${dir}: ${some(which)}: ${note}`);
}

function commonSize(
    dir: string, files: readonly string[], infos: readonly ImageInfo[]): [number, number] {
  const kinds = groupFiles(
      infos.map(({height, width}, i) => [`${height}x${width}`, files[i]!] as const));
  if (kinds.size > 1) {
    throw new Error(
        `${dir}: expected images of one size, got ${list(kinds)} (height x width); ` +
        'pass `size` (on the command line --resolution) to bring them to one');
  }
  return [infos[0]!.height, infos[0]!.width];
}

function commonChannels(
    dir: string, files: readonly string[], infos: readonly ImageInfo[]): 1 | 3 {
  const kinds = groupFiles(
      infos.map(({channels}, i) => [channels === 1 ? 'grey' : 'RGB', files[i]!] as const));
  if (kinds.size > 1) {
    throw new Error(
        `${dir}: expected images of one kind, got ${list(kinds)}; ` +
        'pass `colour` (on the command line --colour) as grey or rgb');
  }
  return infos[0]!.channels;
}

/** The files of each kind, from pairs of kind and file. */
function groupFiles(pairs: Iterable<readonly [string, string]>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [kind, file] of pairs) {
    const members = groups.get(kind);
    if (members === undefined) groups.set(kind, [file]);
    else members.push(file);
  }
  return groups;
}

/** `28x28 (a.png and 1 more), 24x24 (c.png)`: the most frequent kinds first, at most five. */
function list(kinds: ReadonlyMap<string, readonly string[]>): string {
  const sorted = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  const shown = sorted.slice(0, 5).map(([kind, files]) => `${kind} (${some(files)})`);
  return [...shown, ...sorted.length > 5 ? [`${sorted.length - 5} more`] : []].join(', ');
}

/** `a.png and 3 more`. */
export const some = ([first, ...rest]: readonly string[]): string =>
    rest.length === 0 ? first! : `${first} and ${rest.length} more`;

/** Maps with a few items in progress at a time; the first error ends it. */
async function mapInOrder<T, R>(
    items: readonly T[], map: (item: T, i: number) => Promise<R>,
    onDone: (done: number) => void): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      try {
        results[i] = await map(items[i]!, i);
        onDone(++done);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({length: AT_ONCE}, worker));
  return results;
}
