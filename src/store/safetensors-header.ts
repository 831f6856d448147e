/**
 * The header of a safetensors file, checked before anything of it is used: every tensor lies inside
 * the file, has the bytes that its shape needs, and the tensors fill the file without overlaps and
 * holes.
 */
import {z} from 'zod';
import {printable} from '../quoted';
import {zodProblems} from '../zod-problems';
import {DTYPE_BITS} from './safetensors-values';

/** What the header says of one tensor. */
export interface TensorInfo {
  /** As the format writes it: `F32`, `BF16`, `I64`, … */
  readonly dtype: string;
  /** Axes from the outermost to the innermost; `[]` for a single number. */
  readonly shape: readonly number[];
  /** Where its bytes begin, counted from the end of the header. */
  readonly begin: number;
  /** Where they end: behind the last one. */
  readonly end: number;
}

export interface SafetensorsHeader {
  /** By name, in the order of the bytes. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Ends the reading: throws an error that names the file. */
export type Fail = (problem: string) => never;

/** The 8 bytes before the header. */
export const LENGTH_BYTES = 8;
/** Room for 100,000 tensors; the header's objects take some 20 times the memory of its text. */
const MAX_HEADER_BYTES = 1 << 24;

/** Lists, records and commas; 100,000 tensors need a million, each of them takes memory. */
const MAX_HEADER_ITEMS = 1 << 21;
/** Characters of a foreign name or text in a message. */
const MAX_SHOWN = 200;

const metadataSchema = z.record(z.string(), z.string());
const whole = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(), shape: z.array(whole), data_offsets: z.tuple([whole, whole]),
});

/**
 * Length of the header's JSON.
 * @param start the file's first 8 bytes (or what there is).
 * @param fileBytes size of the whole file.
 */
export function headerLength(start: Uint8Array, fileBytes: number, fail: Fail): number {
  if (fileBytes < LENGTH_BYTES) return fail(`expected at least 8 bytes, got ${fileBytes}`);
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (length > BigInt(fileBytes - LENGTH_BYTES)) {
    return fail(`the header of ${length} bytes is beyond the file (truncated, ${fileBytes} bytes)`);
  }
  if (length > BigInt(MAX_HEADER_BYTES)) {
    return fail(`the header of ${length} bytes is longer than ${MAX_HEADER_BYTES}`);
  }
  return Number(length);
}

/** @param dataBytes how many bytes follow the header. */
export function parseHeader(json: Uint8Array, dataBytes: number, fail: Fail): SafetensorsHeader {
  const {__metadata__: notes = {}, ...entries} = jsonObject(json, fail);
  const metadata = metadataSchema.safeParse(notes);
  if (!metadata.success) return fail('the header\'s __metadata__ is not a record of texts');
  const tensors = Object.entries(entries)
      .map(([name, entry]) => [name, tensorInfo(name, entry, dataBytes, fail)] as const)
      .sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  checkCover(tensors, dataBytes, fail);
  return {tensors: new Map(tensors), metadata: metadata.data};
}

function jsonObject(json: Uint8Array, fail: Fail): Record<string, unknown> {
  let items = 0;
  for (const byte of json) {
    if (byte === 0x5b || byte === 0x7b || byte === 0x2c) items++;  // [ { and ,
  }
  if (items > MAX_HEADER_ITEMS) {
    return fail(`the header has ${items} items, more than ${MAX_HEADER_ITEMS}`);
  }
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(json);
    value = JSON.parse(text);
  } catch {
    return fail('the header is not a JSON object');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail('the header is not a JSON object');
  }
  const repeated = repeatedName(text);
  if (repeated !== undefined) return fail(`the header has the name ${repeated} twice`);
  return value as Record<string, unknown>;
}

/** The first name that an object's valid JSON has twice at its own level; JSON.parse drops one. */
function repeatedName(text: string): string | undefined {
  const tokens = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, string, colon] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && colon !== undefined) {
      const name = JSON.parse(string!) as string;
      if (seen.has(name)) return printable(name, MAX_SHOWN);
      seen.add(name);
    }
  }
  return undefined;
}

function tensorInfo(key: string, entry: unknown, dataBytes: number, fail: Fail): TensorInfo {
  const name = printable(key, MAX_SHOWN);
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) {
    return fail(`tensor ${name} has no valid dtype, shape and data_offsets: ` +
        zodProblems(parsed.error));
  }
  const {dtype, shape, data_offsets: [begin, end]} = parsed.data;
  const bits = DTYPE_BITS.get(dtype);
  if (bits === undefined) {
    return fail(`tensor ${name} has the unknown dtype ${printable(dtype, MAX_SHOWN)}`);
  }
  if (begin > end || end > dataBytes) {
    return fail(
        `tensor ${name} lies at offsets [${begin}, ${end}), beyond the file (truncated)`);
  }
  const needed = shape.reduce((a, b) => a * b, 1) * bits / 8;
  if (needed !== end - begin) {
    return fail(`tensor ${name}, ${dtype} of shape [${shape.join(', ')}], needs ${needed} bytes, ` +
        `has ${end - begin}`);
  }
  return {dtype, shape, begin, end};
}

/** @param tensors by position. */
function checkCover(
    tensors: readonly (readonly [string, TensorInfo])[], dataBytes: number, fail: Fail): void {
  let at = 0;
  let before = 'the header';
  for (const [key, {begin, end}] of tensors) {
    const name = printable(key, MAX_SHOWN);
    if (begin < at) fail(`tensor ${name} overlaps ${before}: it begins at offset ${begin} < ${at}`);
    if (begin > at) fail(`bytes ${at} to ${begin} belong to no tensor (a hole before ${name})`);
    [at, before] = [end, name];
  }
  if (at < dataBytes) fail(`the last ${dataBytes - at} bytes belong to no tensor`);
}
