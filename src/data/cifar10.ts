/**
 * CIFAR-10: 50,000 training and 10,000 test photographs of 32x32 pixels in ten classes, from the
 * python or the binary archive, packed or unpacked.
 * @see https://www.cs.toronto.edu/~kriz/cifar.html for the archives and their layout.
 */
import {existsSync, readFileSync, statSync} from 'node:fs';
import * as path from 'node:path';
import type {Dataset, OnProgress} from '../types';
import type {CifarBatch} from './cifar10-batch';
import {BATCH_IMAGES, IMAGE_BYTES, MAX_BATCH_BYTES, parseBatch} from './cifar10-batch';
import {createDataset} from './dataset';
import type {HeldOutSplit} from './split';
import {readTar} from './tar-archive';

/**
 * Names of CIFAR-10's classes 0 to 9; a label is a position in this list.
 * @example
 * console.log(hg.CIFAR10_CLASSES[3]); // cat
 */
export const CIFAR10_CLASSES: readonly string[] = [
  'airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck',
];

/** The batches in their order, as the python archive names them; the last one is the test set. */
const BATCHES: readonly string[] =
    [...[1, 2, 3, 4, 5].map((number) => `data_batch_${number}`), 'test_batch'];
const TRAIN_BATCHES = 5;
const FOLDERS: readonly string[] = ['.', 'cifar-10-batches-py', 'cifar-10-batches-bin'];
/** The archives unpack to 180 MB. */
const MAX_ARCHIVE_BYTES = 2 ** 28;

/** Where CIFAR-10 is. */
export interface LoadCifar10Options {
  /**
   * `cifar-10-python.tar.gz`, `cifar-10-binary.tar.gz`, or the folder that one of them unpacks to.
   */
  readonly path: string;
  /** Name of the data sets (default `'cifar-10'`), followed by `/train` and `/held-out`. */
  readonly name?: string;
  /** Told after each of the six batches. */
  readonly onProgress?: OnProgress;
}

/**
 * Loads the training images and, as the held-out part, the test images, both `[N, 32, 32, 3]` with
 * labels 0 to 9 (Krizhevsky 2009). Nothing is unpacked to disk.
 * @param options the archive or folder.
 * @throws Error naming the archive or the batch: missing, damaged, of another size, a label out of
 *     range, a pickle with anything but data in it.
 * @example
 * const path = 'cifar-10-python.tar.gz'; // From https://www.cs.toronto.edu/~kriz/cifar.html
 * const parts = await hg.loadCifar10({path}).catch((error: Error) => error);
 * console.log(parts instanceof Error ? parts.message : parts.train.count);
 * // cifar-10-python.tar.gz: no such file or folder
 */
export async function loadCifar10(
    {path: source, name = 'cifar-10', onProgress = () => {}}: LoadCifar10Options,
): Promise<HeldOutSplit> {
  const images = new Uint8Array(BATCHES.length * BATCH_IMAGES * IMAGE_BYTES);
  const labels = new Uint8Array(BATCHES.length * BATCH_IMAGES);
  const found = new Set<string>();
  await readBatches(source, (file, {pixels, classes}) => {
    const batch = path.parse(file).name;
    const first = BATCHES.indexOf(batch) * BATCH_IMAGES;
    images.set(pixels, first * IMAGE_BYTES);
    labels.set(classes, first);
    found.add(batch);
    onProgress({label: name, done: found.size, total: BATCHES.length});
  });
  const missing = BATCHES.filter((batch) => !found.has(batch));
  if (missing.length > 0) {
    throw new Error(
        `${source}: expected the six batches of CIFAR-10, missing ${missing.join(', ')}; ` +
        'get the archive anew');
  }
  const part = (title: string, first: number, end?: number): Dataset => createDataset({
    name: `${name}/${title}`, imageShape: [32, 32, 3], labels: labels.subarray(first, end),
    images: images.subarray(first * IMAGE_BYTES, end === undefined ? end : end * IMAGE_BYTES),
  });
  const trained = TRAIN_BATCHES * BATCH_IMAGES;
  return {train: part('train', 0, trained), heldOut: part('held-out', trained)};
}

/** The folder with the batches in or below `dir`, when there is one. */
export const cifar10Folder = (dir: string): string | undefined =>
    FOLDERS.map((name) => path.join(dir, name)).find((folder) => batchIn(folder, BATCHES[0]!));

async function readBatches(
    source: string, use: (file: string, batch: CifarBatch) => void): Promise<void> {
  if (!existsSync(source)) throw new Error(`${source}: no such file or folder`);
  if (!statSync(source).isDirectory()) {
    await readTar(source, {
      maxBytes: MAX_ARCHIVE_BYTES,
      limit: (file) => BATCHES.includes(file.replace(/\.bin$/, '')) ? MAX_BATCH_BYTES : undefined,
      use: (file, bytes) => use(file, parseBatch(bytes, path.join(source, file))),
    });
    return;
  }
  const folder = cifar10Folder(source) ?? source;
  for (const batch of BATCHES) {
    const file = batchIn(folder, batch);
    if (file === undefined) continue;
    const {size} = statSync(file);
    if (size > MAX_BATCH_BYTES) {
      throw new Error(`${file}: has ${size} bytes, more than a batch of CIFAR-10 can have`);
    }
    use(file, parseBatch(readFileSync(file), file));
  }
}

function batchIn(folder: string, batch: string): string | undefined {
  const files = [path.join(folder, batch), path.join(folder, `${batch}.bin`)];
  return files.find((file) => existsSync(file));
}
