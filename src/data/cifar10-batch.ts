/** One batch of CIFAR-10: 10,000 images, in the binary form or as a Python pickle. */
import {readPickle} from './pickle';
import type {PickleValue} from './pickle';

/** Images of a batch. */
export const BATCH_IMAGES = 10_000;
/** 32 x 32 pixels of three bytes. */
export const IMAGE_BYTES = 3072;
/** Pixels and labels, with room for the names of files in a pickle (Python 3 doubles bytes). */
export const MAX_BATCH_BYTES = 2 * BATCH_IMAGES * (IMAGE_BYTES + 64);

const CLASSES = 10;
const PLANE = 1024;
const RECORD = 1 + IMAGE_BYTES;

export interface CifarBatch {
  /** `[10000, 32, 32, 3]` row by row. */
  readonly pixels: Uint8Array;
  /** Class of each image, 0 to 9. */
  readonly classes: Uint8Array;
}

/**
 * The images of a batch; a name ending in `.bin` means the binary form.
 * @param name path of the file, for messages.
 * @throws Error naming the file: another size, a label out of range, a pickle that is refused.
 */
export function parseBatch(bytes: Uint8Array, name: string): CifarBatch {
  const [rows, classes] = name.endsWith('.bin') ? binary(bytes, name) : pickled(bytes, name);
  const wrong = classes.findIndex((label) => !(label >= 0 && label < CLASSES));
  if (wrong !== -1) {
    throw new Error(
        `${name}: expected labels 0 to ${CLASSES - 1}, got ${classes[wrong]} at image ${wrong}`);
  }
  return {pixels: interleave(rows), classes: Uint8Array.from(classes)};
}

type Rows = readonly [rows: Uint8Array[], classes: number[]];

/** Records of a label and three planes. */
function binary(bytes: Uint8Array, name: string): Rows {
  if (bytes.length !== BATCH_IMAGES * RECORD) {
    throw new Error(
        `${name}: expected ${BATCH_IMAGES} records of ${RECORD} bytes, got ${bytes.length} bytes ` +
        '(file is truncated or not of CIFAR-10)');
  }
  const starts = Array.from({length: BATCH_IMAGES}, (_, i) => i * RECORD);
  return [
    starts.map((at) => bytes.subarray(at + 1, at + RECORD)), starts.map((at) => bytes[at]!),
  ];
}

/** A dictionary with `data`, `[10000, 3072]`, and `labels`. */
function pickled(bytes: Uint8Array, name: string): Rows {
  const batch = readPickle(bytes, name);
  const field = (key: string): PickleValue | undefined =>
      batch instanceof Map ? batch.get(key) : undefined;
  const [data, labels] = [field('data'), field('labels')];
  const isArray = data instanceof Object && 'kind' in data && data.kind === 'array';
  if (!isArray || !(data.values instanceof Uint8Array) ||
      data.shape.join() !== `${BATCH_IMAGES},${IMAGE_BYTES}`) {
    throw new Error(
        `${name}: expected \`data\` to be bytes of shape [${BATCH_IMAGES}, ${IMAGE_BYTES}], got ` +
        (isArray ? `shape [${data.shape.join(', ')}]` : 'no array'));
  }
  const {values} = data;
  const classes = labels instanceof Object && 'kind' in labels && labels.kind === 'array' ?
    Array.from(labels.values) : labels;
  if (!Array.isArray(classes) || classes.length !== BATCH_IMAGES ||
      !classes.every((label): label is number => typeof label === 'number')) {
    throw new Error(`${name}: expected \`labels\` to be a list of ${BATCH_IMAGES} classes`);
  }
  const rows = Array.from({length: BATCH_IMAGES}, (_, i) =>
      values.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES));
  return [rows, classes];
}

/** From a plane for each colour to the colours of a pixel side by side. */
function interleave(rows: readonly Uint8Array[]): Uint8Array {
  const pixels = new Uint8Array(rows.length * IMAGE_BYTES);
  let to = 0;
  for (const row of rows) {
    for (let i = 0; i < PLANE; i++) {
      pixels[to++] = row[i]!;
      pixels[to++] = row[PLANE + i]!;
      pixels[to++] = row[2 * PLANE + i]!;
    }
  }
  return pixels;
}
