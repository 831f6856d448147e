/**
 * Safetensors: named arrays in one file, readable by every other deep learning library.
 * Layout: 8 bytes little-endian header length, a JSON header, then the raw tensor bytes.
 * @see https://github.com/huggingface/safetensors
 */
import {readFileSync} from 'node:fs';
import * as path from 'node:path';

/** One array of a file. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** The arrays of one file, and the text notes of its header. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of a value, and the array over a buffer. */
type Reader = readonly [bytes: number, over: (buffer: ArrayBuffer) => NamedArray['data']];
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['F32', [4, (buffer) => new Float32Array(buffer)]],
  ['F64', [8, (buffer) => new Float64Array(buffer)]],
  ['I32', [4, (buffer) => new Int32Array(buffer)]],
  ['U8', [1, (buffer) => new Uint8Array(buffer)]],
]);
const MAX_HEADER = 100_000_000;

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * Reads a whole file.
 * @throws Error naming the file and what is wrong with it: truncated, a header that is no JSON,
 *     offsets outside the file, sizes that disagree with the shape, an unknown dtype.
 */
export function readSafetensors(file: string): SafetensorsFile {
  return decodeSafetensors(readFileSync(file), path.basename(file));
}

/** Decodes the bytes of a file; `name` goes into the messages. */
export function decodeSafetensors(bytes: Uint8Array, name: string): SafetensorsFile {
  const fail = (problem: string): never => {
    throw new Error(`${name}: not a valid safetensors file: ${problem}`);
  };
  if (bytes.length < 8) return fail(`expected at least 8 bytes, got ${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > bytes.length) {
    return fail(`header of ${length} bytes is beyond the file (truncated, ${bytes.length} bytes)`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + length));
  if (header === undefined) return fail('the header is not a JSON object');
  const {__metadata__: metadata = {}, ...entries} = header;
  const tensors = new Map<string, NamedArray>();
  for (const [key, value] of Object.entries(entries)) {
    tensors.set(key, decodeEntry(key, value as Entry, bytes, 8 + length, fail));
  }
  return {tensors, metadata: metadata as Record<string, string>};
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const isObject = typeof header === 'object' && header !== null && !Array.isArray(header);
    return isObject ? header as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

function decodeEntry(
    key: string, entry: Entry, bytes: Uint8Array, base: number,
    fail: (problem: string) => never): NamedArray {
  const reader = READERS.get(entry?.dtype);
  if (reader === undefined) return fail(`tensor ${key} has the unsupported dtype ${entry?.dtype}`);
  const [valueBytes, over] = reader;
  if (!Array.isArray(entry.shape) || !entry.shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    return fail(`tensor ${key} has no valid shape`);
  }
  const [begin, end] = Array.isArray(entry.data_offsets) ? entry.data_offsets : [NaN, NaN];
  if (!(begin >= 0 && begin <= end && base + end <= bytes.length)) {
    return fail(`tensor ${key} lies at [${begin}, ${end}), beyond the file (truncated)`);
  }
  const values = (end - begin) / valueBytes;
  const size = sizeOf(entry.shape);
  if (values !== size) {
    return fail(`tensor ${key} of shape [${entry.shape}] needs ${size} values, has ${values}`);
  }
  const copy = new Uint8Array(bytes.subarray(base + begin, base + end)).buffer;
  return {shape: entry.shape, data: over(copy)};
}

/**
 * Encodes arrays as the bytes of a safetensors file.
 * @throws RangeError naming an array whose shape does not fit its values.
 */
export function encodeSafetensors(
    tensors: Readonly<Record<string, NamedArray>>,
    metadata: Readonly<Record<string, string>> = {}): Buffer {
  const header: Record<string, unknown> = {__metadata__: metadata};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [key, {shape, data}] of Object.entries(tensors)) {
    if (data.length !== sizeOf(shape)) {
      throw new RangeError(`encodeSafetensors: expected ${key} of shape [${shape.join(', ')}] to ` +
          `have ${sizeOf(shape)} values, got ${data.length}`);
    }
    const part = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    header[key] = {dtype: dtypeOf(data), shape, data_offsets: [offset, offset + part.length]};
    parts.push(part);
    offset += part.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - text.length % 8) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...parts]);
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function dtypeOf(data: NamedArray['data']): string {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Int32Array ? 'I32' : 'U8';
}
