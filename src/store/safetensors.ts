/**
 * Safetensors: named arrays in one file, readable by every other deep learning library.
 * Layout: 8 bytes little-endian header length, a JSON header, then the raw tensor bytes.
 * @see https://github.com/huggingface/safetensors
 */
import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import * as path from 'node:path';
import {printable} from '../quoted';
import {headerLength, LENGTH_BYTES, parseHeader} from './safetensors-header';
import type {Fail, SafetensorsHeader, TensorInfo} from './safetensors-header';
import {decodeValues} from './safetensors-values';
import type {NamedArray} from './safetensors-values';

export type {TensorInfo} from './safetensors-header';
export {describeNonFinite, FLOAT_DTYPES} from './safetensors-values';
export type {NamedArray} from './safetensors-values';
export {encodeSafetensors, writeSafetensors} from './safetensors-writer';

/** The arrays of one file, and the text notes of its header. */
export interface SafetensorsFile {
  /** By name, in the order of the file's bytes. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** `__metadata__` of the header. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file whose header was read and checked; its tensors stay on disk until they are asked for. */
export interface SafetensorsReader {
  /** Name for messages. */
  readonly file: string;
  /** In the order of the file's bytes. */
  readonly names: readonly string[];
  /** `__metadata__` of the header. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Type and shape of a tensor.
   * @param name one of `names`.
   * @throws RangeError when there is no such tensor.
   */
  info(name: string): TensorInfo;
  /**
   * Reads one tensor, as `decodeValues` converts it.
   * @param name one of `names`.
   * @param rows only these entries of the first axis (default all).
   * @throws RangeError when there is no such tensor, or no array holds its values; Error when the
   *     file can no longer be read or has changed.
   */
  read(name: string, rows?: {readonly first: number; readonly count: number}): NamedArray;
}

/** Copies bytes `[begin, end)`, counted from the end of the header. */
type Bytes = (begin: number, end: number) => ArrayBuffer;

/**
 * Opens a file: reads its header only. For files that do not fit in memory, or of which little is
 * needed.
 * @param file its path.
 * @param options `name`: what messages call it (default: the file's name without its folder).
 * @throws Error naming the file and what is wrong with it: not there, truncated, a header that is
 *     no JSON or too long, a name twice, an unknown dtype, sizes that disagree, offsets outside the
 *     file or overlapping, bytes that belong to no tensor.
 * @example
 * const values = Float32Array.of(1, 2, 3, 4, 5, 6);
 * hg.writeSafetensors('images.safetensors', [{name: 'x', shape: [3, 2]}], [values]);
 * const file = hg.openSafetensors('images.safetensors');
 * console.log(file.names, file.info('x').shape); // [ 'x' ] [ 3, 2 ]
 * console.log(file.read('x', {first: 2, count: 1}).data); // Float32Array(2) [ 5, 6 ]
 */
export function openSafetensors(
    file: string, {name = path.basename(file)}: {readonly name?: string} = {}): SafetensorsReader {
  return withFile(file, (fd) => {
    const {size, mtimeMs} = fstatSync(fd);
    const fail = failure(name);
    const start = new Uint8Array(readAt(fd, 0, Math.min(size, LENGTH_BYTES), name));
    const length = headerLength(start, size, fail);
    const json = new Uint8Array(readAt(fd, LENGTH_BYTES, length, name));
    const base = LENGTH_BYTES + length;
    const unchanged = (other: number): void => {
      const now = fstatSync(other);
      if (now.size === size && now.mtimeMs === mtimeMs) return;
      throw new Error(`${name}: the file has changed since it was opened`);
    };
    const bytes: Bytes = (begin, end) => withFile(file, (other) => {
      unchanged(other);
      return readAt(other, base + begin, end - begin, name);
    });
    return reader(name, parseHeader(json, size - base, fail), bytes);
  });
}

/**
 * Reads a whole file.
 * @param file its path.
 * @throws Error and RangeError as `openSafetensors` and the reader's `read` do.
 * @example
 * const bias = Float32Array.of(0.5, -1);
 * hg.writeSafetensors('b.safetensors', [{name: 'bias', shape: [2]}], [bias], {step: '400'});
 * const {tensors, metadata} = hg.readSafetensors('b.safetensors');
 * console.log(tensors.get('bias')?.data, metadata['step']); // Float32Array(2) [ 0.5, -1 ] 400
 */
export const readSafetensors = (file: string): SafetensorsFile => readAll(openSafetensors(file));

/** Decodes the bytes of a file; `name` goes into the messages. */
export function decodeSafetensors(content: Uint8Array, name: string): SafetensorsFile {
  const fail = failure(name);
  const length = headerLength(content, content.length, fail);
  const base = LENGTH_BYTES + length;
  const json = content.subarray(LENGTH_BYTES, base);
  const header = parseHeader(json, content.length - base, fail);
  return readAll(reader(name, header, (begin, end) =>
    new Uint8Array(content.subarray(base + begin, base + end)).buffer));
}

function reader(file: string, header: SafetensorsHeader, bytes: Bytes): SafetensorsReader {
  const {tensors, metadata} = header;
  const info = (name: string): TensorInfo => {
    const found = tensors.get(name);
    if (found !== undefined) return found;
    throw new RangeError(`${file}: expected a tensor ${name}, there is none ` +
        `(it has ${printable([...tensors.keys()].join(', '), 1000)})`);
  };
  return {
    file, names: [...tensors.keys()], metadata, info,
    read(name, rows) {
      const {dtype, shape, begin, end} = info(name);
      const [N = 1, ...rest] = shape;
      const {first, count} = rows ?? {first: 0, count: N};
      const last = first + count;
      const rowBytes = N === 0 ? 0 : (end - begin) / N;
      try {
        if (rows !== undefined && (shape.length === 0 || first < 0 || last > N)) {
          throw new RangeError(`rows ${first} to ${last} are not in [${shape.join(', ')}]`);
        }
        const data =
            decodeValues(dtype, bytes(begin + first * rowBytes, begin + last * rowBytes));
        return {shape: shape.length === 0 ? [] : [count, ...rest], data};
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new RangeError(
            `${file}: tensor ${printable(name, 200)}: ${error.message}`, {cause: error});
      }
    },
  };
}

const readAll = ({names, metadata, read}: SafetensorsReader): SafetensorsFile =>
    ({tensors: new Map(names.map((name) => [name, read(name)])), metadata});

const failure = (name: string): Fail => (problem) => {
  throw new Error(`${name}: not a valid safetensors file: ${problem}`);
};

function withFile<T>(file: string, use: (fd: number) => T): T {
  const fd = openFile(file);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function openFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new Error(`${file}: cannot be read: ${(error as Error).message}`, {cause: error});
  }
}

function readAt(fd: number, position: number, length: number, name: string): ArrayBuffer {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = readSync(fd, bytes, done, length - done, position + done);
    if (count === 0) throw new Error(`${name}: the file ends at byte ${position + done}`);
    done += count;
  }
  return bytes.buffer;
}
