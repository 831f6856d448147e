/**
 * IDX files, packed with gzip or not: the format of MNIST, Fashion-MNIST and their relatives.
 * Layout: a big-endian magic number (type of the values, number of axes), one 32-bit size for
 * each axis, then the values.
 * @see http://yann.lecun.com/exdb/mnist for the format.
 */
import {readFileSync, statSync} from 'node:fs';
import * as path from 'node:path';
import type {Dataset} from '../types';
import {createDataset} from './dataset';
import {gunzip, gunzipStart, isGzip} from './gunzip';

const IMAGES_MAGIC = 0x00000803;
const LABELS_MAGIC = 0x00000801;
/** Deflate packs at most 1032 bytes into one. */
const MAX_GZIP_RATIO = 1032;
const DEFAULT_MAX_BYTES = 2 ** 29;

/** What a reader of IDX files accepts. */
export interface IdxOptions {
  /** Refuse files that have, or unpack to, more bytes than this (default 512 MiB). */
  readonly maxBytes?: number;
}

/** The images of one IDX file. */
export interface IdxImages {
  /** Pixels 0..255, `[N, H, W]` row by row. */
  readonly images: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** What goes with the images of an IDX file. */
export interface ReadIdxDatasetOptions extends IdxOptions {
  /** The file of the labels, when there is one. */
  readonly labels?: string;
  /** Name of the data set (default: the name of the images' file). */
  readonly name?: string;
}

/**
 * Reads a data set of grey images (C = 1) from IDX files, the format of MNIST and its relatives.
 * @param file the images, packed with gzip or not.
 * @param options file of the labels, name, limit.
 * @throws Error naming the file and what is wrong with it, see `decodeIdxImages`; RangeError when
 *     images and labels disagree in number.
 * @example
 * import {writeFileSync} from 'node:fs';
 * // Magic number, N = 1, H = 1 and W = 2 in four bytes each, then the pixels.
 * writeFileSync('dots.idx', Buffer.from('00000803 00000001 00000001 00000002 00ff'
 *     .replaceAll(' ', ''), 'hex'));
 * const {imageShape, images} = hg.readIdxDataset('dots.idx');
 * console.log(imageShape, images.join(' ')); // [ 1, 2, 1 ] 0 255
 */
export function readIdxDataset(
    file: string, {labels, name = path.basename(file), maxBytes}: ReadIdxDatasetOptions = {},
): Dataset {
  const {images, height, width} =
      decodeIdxImages(readFile(file, maxBytes), path.basename(file), {maxBytes});
  const classes = labels === undefined ? {} :
    {labels: decodeIdxLabels(readFile(labels, maxBytes), path.basename(labels), {maxBytes})};
  return createDataset({name, images, imageShape: [height, width, 1], ...classes});
}

/**
 * The images in the bytes of an IDX file.
 * @param name the file's name, for messages.
 * @throws Error naming the file: empty, not an IDX file of byte images, cut short, damaged,
 *     longer than its header says, or with sizes that cannot be true (found out before any memory
 *     is taken for them).
 */
export function decodeIdxImages(
    bytes: Uint8Array, name: string, options: IdxOptions = {}): IdxImages {
  const {values, sizes: [count, height, width]} =
      decode(bytes, name, {magic: IMAGES_MAGIC, what: 'images', ...options});
  return {images: values, count: count!, height: height!, width: width!};
}

/**
 * The labels in the bytes of an IDX file, `[N]`.
 * @param name the file's name, for messages.
 * @throws Error naming the file, as `decodeIdxImages` does.
 */
export function decodeIdxLabels(
    bytes: Uint8Array, name: string, options: IdxOptions = {}): Uint8Array {
  return decode(bytes, name, {magic: LABELS_MAGIC, what: 'labels', ...options}).values;
}

interface Format extends IdxOptions {
  readonly magic: number;
  readonly what: 'images' | 'labels';
}

interface Decoded {
  readonly sizes: number[];
  readonly values: Uint8Array;
}

function decode(
    bytes: Uint8Array, name: string, {magic, what, maxBytes = DEFAULT_MAX_BYTES}: Format): Decoded {
  if (bytes.length === 0) throw new Error(`${name}: file is empty`);
  const packed = isGzip(bytes);
  const sizes = readHeader(packed ? gunzipStart(bytes, name) : bytes, name, magic, what, packed);
  const promise = `header promises ${describe(sizes, what)}`;
  const [offset, size] = [4 + 4 * sizes.length, sizes.reduce((a, b) => a * b, 1)];
  if (size === 0) throw new Error(`${name}: ${promise}: there is nothing in the file`);
  if (packed) checkPromise(bytes, name, offset + size, promise, maxBytes);
  const content = packed ? unpack(bytes, name, offset + size, promise) : bytes;
  const values = content.subarray(offset);
  if (values.length < size) {
    const each = size / sizes[0]!;
    throw new Error(
        `${name}: ${promise} but only ${Math.floor(values.length / each)} are present ` +
        '(the file is cut short)');
  }
  if (values.length > size) throw new Error(tooLong(name, promise));
  return {sizes, values};
}

function readHeader(
    start: Uint8Array, name: string, magic: number, what: Format['what'],
    packed: boolean): number[] {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const found = start.length < 4 ? undefined : view.getUint32(0);
  if (found !== undefined && found !== magic) {
    throw new Error(
        `${name}: not an IDX file of unsigned-byte ${what} (magic ${hex(found)}, ` +
        `expected ${hex(magic)})`);
  }
  const axes = magic & 0xff;
  if (start.length < 4 + 4 * axes) {
    throw new Error(
        `${name}: ${packed ? 'gzip data ends early' : 'too short'}: an IDX header of ${what} has ` +
        `${4 + 4 * axes} bytes, got ${start.length} (file is truncated or incomplete)`);
  }
  return Array.from({length: axes}, (_, axis) => view.getUint32(4 + 4 * axis));
}

/** Refuses sizes that cannot be true, or are not wanted, before memory is taken for them. */
function checkPromise(
    bytes: Uint8Array, name: string, expected: number, promise: string, maxBytes: number): void {
  if (expected > bytes.length * MAX_GZIP_RATIO) {
    throw new Error(
        `${name}: ${promise} (${expected} bytes), more than ${bytes.length} bytes of gzip can ` +
        'hold: the file is damaged or truncated');
  }
  if (expected > maxBytes) {
    throw new Error(
        `${name}: ${promise} (${expected} bytes), more than the allowed ${maxBytes} bytes; ` +
        'raise `maxBytes` if this is true');
  }
}

function unpack(bytes: Uint8Array, name: string, expected: number, promise: string): Uint8Array {
  try {
    return gunzip(bytes, name, expected);
  } catch (error) {
    const {cause} = error as Error;
    if ((cause as NodeJS.ErrnoException | undefined)?.code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw new Error(tooLong(name, promise), {cause: error});
  }
}

const tooLong = (name: string, promise: string): string =>
    `${name}: ${promise} but trailing data follows them`;

function describe([count, ...size]: number[], what: Format['what']): string {
  return `${count} ${what}${size.length === 0 ? '' : ` of ${size.join('x')}`}`;
}

const hex = (word: number): string => `0x${word.toString(16).toUpperCase().padStart(8, '0')}`;

function readFile(file: string, maxBytes = DEFAULT_MAX_BYTES): Uint8Array {
  let size: number;
  try {
    ({size} = statSync(file));
    if (size <= maxBytes) return readFileSync(file);
  } catch (error) {
    throw new Error(`${file}: cannot be read (${(error as Error).message})`, {cause: error});
  }
  throw new Error(
      `${file}: has ${size} bytes, more than the allowed ${maxBytes}; raise \`maxBytes\``);
}
