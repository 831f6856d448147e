/**
 * A folder of image files as a data set.
 *
 * @example
 * const faces = await loadImageFolder('faces', {size: 32, colour: 'grey'});  // [N, 32, 32, 1]
 * const {train, heldOut} = heldOutSplit(faces, {heldOut: 1000, seed: 0});
 */
import {readFile, readdir, stat} from 'node:fs/promises';
import * as path from 'node:path';
import {assertInteger} from '../shapes';
import type {Dataset, OnProgress} from '../types';
import {createDataset} from './dataset';
import {decodeImage, inspectImage} from './decode-image';
import type {ImageInfo, ResizeKernel} from './decode-image';

const EXTENSIONS: readonly string[] =
    ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif'];
/** Images decoded at the same time: enough to keep the cores busy, little enough for memory. */
const AT_ONCE = 4;
const MAX_DATASET_BYTES = 2 ** 32;

export interface LoadImageFolderOptions {
  /** Height and width of the result, one number for a square (default: the images' own size). */
  readonly size?: number | readonly [height: number, width: number];
  /**
   * How an image of other proportions is brought to `size`: `'centre'` scales it until it covers
   * and cuts off the rest on both sides (default), `'none'` squeezes it.
   */
  readonly crop?: 'centre' | 'none';
  /**
   * `'grey'` makes all images luminance (C = 1), `'rgb'` all sRGB (C = 3), `'keep'` wants all to
   * be of one kind and leaves them (default).
   */
  readonly colour?: 'grey' | 'rgb' | 'keep';
  /** How images are resized (default `'lanczos3'`). */
  readonly kernel?: ResizeKernel;
  /** Also look into sub-folders (default false). */
  readonly recursive?: boolean;
  /** Name of the data set (default: the folder's name). */
  readonly name?: string;
  /** Refuse images with more pixels than this, to bound memory (default 2^26, 67 megapixels). */
  readonly maxPixels?: number;
  /** Told of conversions and of ignored files, one line a kind (default `console.warn`). */
  readonly warn?: (message: string) => void;
  readonly onProgress?: OnProgress;
}

/**
 * Loads all images of a folder, ordered by name. Hidden files are passed over.
 *
 * 16-bit and CMYK images are converted and transparent ones laid over black, which `warn` is
 * told; animated images are refused. Each file is read twice, first for its header, so that
 * unequal sizes or colours are found before anything is decoded.
 * @throws Error naming the folder or the file: no images, unequal sizes or colours (with what to
 *     pass instead), a damaged or unusual image. RangeError for options out of range.
 */
export async function loadImageFolder(dir: string, {
  size, crop = 'centre', colour = 'keep', kernel = 'lanczos3', recursive = false,
  name = path.basename(path.resolve(dir)), maxPixels = 2 ** 26,
  warn = (message) => console.warn(message), onProgress = () => {},
}: LoadImageFolderOptions = {}): Promise<Dataset> {
  const wanted = size === undefined ? undefined : checkedSize(size);
  const {images: files, others} = await listFolder(dir, recursive);
  if (files.length === 0) {
    throw new Error(
        `${dir}: no images found (expected files ending in ${EXTENSIONS.join(', ')}` +
        `${recursive ? '' : '; sub-folders are searched with `recursive: true`'})`);
  }
  if (others.length > 0) warn(`${dir}: ignored ${some(others)}, not an image by its ending`);
  const read = (file: string): Promise<Uint8Array> => readFile(path.join(dir, file));
  const label = (file: string): string => path.join(dir, file);

  const infos = await mapInOrder(files, async (file) =>
      inspectImage(await read(file), label(file), maxPixels));
  announce(dir, files, infos, wanted, warn);
  const [height, width] = wanted ?? commonSize(dir, files, infos);
  const channels = colour === 'grey' ? 1 : colour === 'rgb' ? 3 : commonChannels(dir, files, infos);

  const bytes = height * width * channels;
  if (files.length * bytes > MAX_DATASET_BYTES) {
    throw new RangeError(
        `${dir}: ${files.length} images of ${height}x${width}x${channels} need ` +
        `${files.length * bytes} bytes, more than ${MAX_DATASET_BYTES}; pass a smaller \`size\``);
  }
  const images = new Uint8Array(files.length * bytes);
  let done = 0;
  await mapInOrder(files, async (file, i) => {
    const options = {size: wanted, crop, channels, kernel, maxPixels} as const;
    const pixels = await decodeImage(await read(file), label(file), options);
    if (pixels.length !== bytes) throw new Error(`${label(file)}: changed while it was read`);
    images.set(pixels, i * bytes);
    onProgress({label: name, done: ++done, total: files.length});
  });
  return createDataset({name, images, imageShape: [height, width, channels]});
}

function checkedSize(
    size: NonNullable<LoadImageFolderOptions['size']>): readonly [number, number] {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  assertInteger('loadImageFolder', 'size (height)', height, 1);
  assertInteger('loadImageFolder', 'size (width)', width, 1);
  return [height, width];
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
    const isImage = EXTENSIONS.includes(path.extname(file).toLowerCase());
    (isImage ? images : others).push(parts.join('/'));
  }
  return {images: images.sort(), others: others.sort()};
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
        'pass `size` to bring them to one');
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
        'pass `colour: \'grey\'` or `colour: \'rgb\'`');
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

const some = ([first, ...rest]: readonly string[]): string =>
    rest.length === 0 ? first! : `${first} and ${rest.length} more`;

/** Maps with a few items in progress at a time; the first error ends it. */
async function mapInOrder<T, R>(
    items: readonly T[], map: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      try {
        results[i] = await map(items[i]!, i);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({length: AT_ONCE}, worker));
  return results;
}
