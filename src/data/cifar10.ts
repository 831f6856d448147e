/**
 * CIFAR-10: 60,000 photographs of ten classes, 32x32 RGB, in its Python or binary version, as the
 * archive or unpacked. The 50,000 training and the 10,000 test images stay apart.
 * @see Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html for both formats
 *
 * @example
 * const {train, heldOut} = await loadCifar10('cifar-10-python.tar.gz');
 */
import {readFile, readdir, stat} from 'node:fs/promises';
import * as path from 'node:path';
import type {Dataset, OnProgress} from '../types';
import {readCifarPickle} from './cifar-pickle';
import {createDataset} from './dataset';
import type {HeldOutSplit} from './split';
import {readTar} from './tar';

/** Names of the classes; a label is a position in this list. */
export const CIFAR10_CLASSES = Object.freeze([
  'airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck',
] as const);

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;
const BATCH_IMAGES = 10_000;
const TRAIN_BATCHES = ['1', '2', '3', '4', '5'].map((n) => `data_batch_${n}`);
const BATCHES = [...TRAIN_BATCHES, 'test_batch'];
/** A batch has about 31 MB, the whole set 186 MB. */
const MAX_BATCH = 2 ** 26;
const MAX_ARCHIVE = 2 ** 30;

interface Batch {
  /** `[10000, 32, 32, 3]`. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** `data_batch_1` or `data_batch_1.bin` -> `data_batch_1`; undefined for other files. */
function batchName(file: string): string | undefined {
  const name = path.posix.basename(file).replace(/\.bin$/, '');
  return BATCHES.includes(name) ? name : undefined;
}

/** Whether a path looks like CIFAR-10: an archive of its name, or a folder with its batches. */
export async function isCifar10(source: string): Promise<boolean> {
  if (/^cifar-10-(python|binary)\.(tar\.gz|tgz|tar)$/.test(path.basename(source))) return true;
  const names = await readdir(source).catch(() => []);
  return names.some((name) => batchName(name) !== undefined);
}

/**
 * Loads the training and, as the held-out part, the test images.
 * @param source `cifar-10-python.tar.gz`, `cifar-10-binary.tar.gz`, or the folder of either.
 * @throws Error naming the file: a batch that is missing, damaged, or of another size.
 */
export async function loadCifar10(
    source: string, {onProgress = () => {}}: {readonly onProgress?: OnProgress | undefined} = {}):
    Promise<HeldOutSplit> {
  const batches = new Map<string, Batch>();
  const add = (file: string, bytes: Uint8Array): void => {
    const name = batchName(file)!;
    if (batches.has(name)) throw new Error(`${source}: ${name} is there twice`);
    const decode = file.endsWith('.bin') ? binaryBatch : pickledBatch;
    batches.set(name, decode(bytes, `${source}: ${path.posix.basename(file)}`));
    onProgress({label: 'load cifar-10', done: batches.size, total: BATCHES.length});
  };
  if ((await stat(source).catch(() => undefined))?.isDirectory()) {
    for (const file of (await readdir(source)).filter(batchName).sort()) {
      add(file, await readFile(path.join(source, file)));
    }
  } else {
    await readTar(source, {
      wanted: (name) => batchName(name) !== undefined, maxFileBytes: MAX_BATCH,
      maxBytes: MAX_ARCHIVE,
    }, add);
  }
  const missing = BATCHES.filter((name) => !batches.has(name));
  if (missing.length > 0) {
    throw new Error(`${source}: not the whole of CIFAR-10, missing: ${missing.join(', ')}`);
  }
  return {
    train: joined(TRAIN_BATCHES.map((name) => batches.get(name)!), 'cifar-10/train'),
    heldOut: joined([batches.get('test_batch')!], 'cifar-10/held-out'),
  };
}

function binaryBatch(bytes: Uint8Array, where: string): Batch {
  const size = BATCH_IMAGES * (1 + PIXELS);
  if (bytes.length !== size) {
    throw new Error(`${where}: expected ${size} bytes (${BATCH_IMAGES} images), got ` +
        `${bytes.length}`);
  }
  const labels = new Uint8Array(BATCH_IMAGES);
  const planes = new Uint8Array(BATCH_IMAGES * PIXELS);
  for (let i = 0; i < BATCH_IMAGES; i++) {
    const start = i * (1 + PIXELS);
    labels[i] = bytes[start]!;
    planes.set(bytes.subarray(start + 1, start + 1 + PIXELS), i * PIXELS);
  }
  return checked({images: interleaved(planes), labels}, where);
}

function pickledBatch(bytes: Uint8Array, where: string): Batch {
  const content = readCifarPickle(bytes, where);
  const [data, labels] = content instanceof Map ?
    [content.get('data'), content.get('labels')] : [];
  if (!(data instanceof Uint8Array) || data.length !== BATCH_IMAGES * PIXELS ||
      !Array.isArray(labels) || labels.length !== BATCH_IMAGES) {
    throw new Error(`${where}: expected \`data\` of ${BATCH_IMAGES} x ${PIXELS} bytes and as many ` +
        '`labels`');
  }
  return checked({
    images: interleaved(data),
    labels: Uint8Array.from(labels, (label) => typeof label === 'number' ? label : 255),
  }, where);
}

function checked(batch: Batch, where: string): Batch {
  const bad = batch.labels.findIndex((label) => label >= CIFAR10_CLASSES.length);
  if (bad >= 0) {
    throw new Error(`${where}: expected labels 0..9, got ${batch.labels[bad]} at image ${bad}`);
  }
  return batch;
}

/** Planes `[N, 3, 32, 32]` as images `[N, 32, 32, 3]`. */
function interleaved(planes: Uint8Array): Uint8Array {
  const images = new Uint8Array(planes.length);
  for (let at = 0, i = 0; i < planes.length; i += PIXELS) {
    for (let pixel = i; pixel < i + PLANE; pixel++) {
      images[at++] = planes[pixel]!;
      images[at++] = planes[pixel + PLANE]!;
      images[at++] = planes[pixel + 2 * PLANE]!;
    }
  }
  return images;
}

function joined(parts: readonly Batch[], name: string): Dataset {
  return createDataset({
    name, imageShape: [SIDE, SIDE, 3],
    images: concatenated(parts.map(({images}) => images)),
    labels: concatenated(parts.map(({labels}) => labels)),
  });
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0));
  parts.reduce((at, part) => {
    whole.set(part, at);
    return at + part.length;
  }, 0);
  return whole;
}
