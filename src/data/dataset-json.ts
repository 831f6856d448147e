/**
 * `dataset.json`, the labels in EDM's data sets:
 * `{"labels": [["00000/img00000000.png", 3], …]}`, or null for no labels. A label is a class or a
 * vector of numbers.
 */
import {z} from 'zod';
import {printable, quoted} from '../quoted';
import type {ImageLabels} from './labels';
import {labelsOf} from './labels';

export const DATASET_JSON = 'dataset.json';

const LABEL = 'expected a class (an integer >= 0) or a vector of numbers';
/** Not `z.array`, which makes a copy, and an error for each of millions of bad values. */
const Vector = z.custom<readonly number[]>((value) => Array.isArray(value) && value.length > 0 &&
    value.every((item) => typeof item === 'number' && Number.isFinite(Math.fround(item))), LABEL);
const Label = z.union([
  z.int(LABEL).min(0, LABEL).max(2 ** 31 - 1, LABEL),
  Vector,
], LABEL);
const Pair = z.tuple([z.string(), Label], 'expected a pair of file name and label');
const DatasetJson = z.object({
  // Not `z.array`, which makes a copy.
  labels: z.custom<readonly unknown[] | null>(
      (value) => value === null || Array.isArray(value), 'expected a list or null'),
});

/** A `dataset.json` for `count` images may have this many bytes. */
export const maxDatasetJsonBytes = (count: number): number =>
    Math.min(3 * 2 ** 24, 2 ** 20 + 2 ** 14 * count);

/**
 * The labels of `images`, in their order; nothing when the file has none.
 * @param where path of the file, for messages.
 * @throws Error naming the file: no JSON, another structure, an image without a label, a label
 *     without an image, classes mixed with vectors.
 */
export function parseDatasetJson(
    bytes: Uint8Array, where: string, images: readonly string[]): ImageLabels {
  const pairs = parsePairs(bytes, where, images.length);
  if (pairs === null) return {};
  const byName = new Map(pairs);
  if (byName.size < pairs.length) {
    const seen = new Set<string>();
    const twice = pairs.find(([name]) => seen.size === seen.add(name).size)![0];
    throw new Error(`${where}: ${quoted(twice)} has two labels`);
  }
  const missing = images.filter((name) => !byName.has(name));
  if (missing.length > 0) {
    throw new Error(
        `${where}: no label for ${some(missing)}; add it, or set "labels" to null for none`);
  }
  if (byName.size > images.length) {
    const known = new Set(images);
    const surplus = [...byName.keys()].filter((name) => !known.has(name));
    throw new Error(`${where}: label for ${some(surplus)}, which is not there`);
  }
  return toLabels(images.map((name) => byName.get(name)!), images, where);
}

/** The text of a `dataset.json`; names and labels in the order of the images. */
export function formatDatasetJson(
    images: readonly string[], {labels, labelVectors}: ImageLabels): string {
  const label = (i: number): unknown => {
    if (labelVectors === undefined) return labels![i];
    const {values, size} = labelVectors;
    return Array.from(values.subarray(i * size, (i + 1) * size));
  };
  const none = labels === undefined && labelVectors === undefined;
  return JSON.stringify({labels: none ? null : images.map((name, i) => [name, label(i)])});
}

function parsePairs(
    bytes: Uint8Array, where: string, count: number): z.infer<typeof Pair>[] | null {
  checkLists(bytes, where, count);
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch (error) {
    const reason = printable((error as Error).message.replace(/\s+/g, ' '));
    throw new Error(`${where}: not valid JSON (${reason})`, {cause: error});
  }
  const parsed = DatasetJson.safeParse(content);
  if (!parsed.success) throw refusal(where, '', parsed.error);
  const {labels} = parsed.data;
  if (labels !== null && labels.length > 2 * count) {
    throw new Error(`${where}: has ${labels.length} labels for ${count} images`);
  }
  // One by one, since the errors of all pairs of a bad file would fill the memory.
  return labels?.map((label, i) => {
    const pair = Pair.safeParse(label);
    if (!pair.success) throw refusal(where, `labels[${i}]`, pair.error);
    return pair.data;
  }) ?? null;
}

/** Lists and objects take many times the memory of their text, so they are counted first. */
function checkLists(bytes: Uint8Array, where: string, count: number): void {
  const most = 4 * count + 1000;
  let found = 0;
  for (const byte of bytes) {
    if (byte === 0x5b || byte === 0x7b) found++;  // [ and {
  }
  if (found > most) {
    throw new Error(`${where}: has ${found} lists for ${count} images, at most ${most} expected`);
  }
}

function refusal(where: string, at: string, {issues: [issue]}: z.ZodError): Error {
  const inner = issue!.path.map((part) => typeof part === 'number' ? `[${part}]` : String(part));
  return new Error(
      `${where}: not the labels of a data set: ${at}${inner.join('')}: ${issue!.message}; ` +
      'expected {"labels": [["name.png", 0], …]} or {"labels": null}');
}

function toLabels(
    labels: readonly (number | readonly number[])[], images: readonly string[],
    where: string): ImageLabels {
  if (labels.length === 0) return {};
  const size = Array.isArray(labels[0]) ? labels[0].length : undefined;
  const odd = labels.findIndex((label) =>
      (Array.isArray(label) ? label.length : undefined) !== size);
  if (odd !== -1) {
    const kind = size === undefined ? 'a class' : `a vector of ${size} numbers`;
    throw new Error(
        `${where}: expected ${kind} for ${quoted(images[odd]!)} as for ${quoted(images[0]!)}, ` +
        `got ${JSON.stringify(labels[odd]).slice(0, 40)}`);
  }
  if (size === undefined) return {labels: labelsOf(labels as number[])};
  const values = new Float32Array(size * labels.length);
  labels.forEach((vector, i) => values.set(vector as readonly number[], i * size));
  return {labelVectors: {size, values}};
}

const some = ([first, ...rest]: readonly string[]): string =>
    rest.length === 0 ? quoted(first!) : `${quoted(first!)} and ${rest.length} more`;
