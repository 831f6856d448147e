/**
 * The four files of Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, MIT licence) and how to tell whether
 * a copy is right.
 *
 * The sums are of the *unpacked* IDX content: every distributor packs the same content, but not
 * with the same gzip header. They agree with the MD5 sums that the data set's README publishes.
 */
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {gunzip} from './gunzip';

/** One of the four files of Fashion-MNIST. */
export interface FashionMnistFile {
  /** As the authors call it. */
  readonly name: string;
  /** SHA-256 of the unpacked content. */
  readonly sha256: string;
  /** Size of the unpacked content. */
  readonly unpackedBytes: number;
  /** Size of the packed file, within a few bytes: for progress only. */
  readonly packedBytes: number;
}

export const FASHION_MNIST_FILES = {
  trainImages: {
    name: 'train-images-idx3-ubyte.gz',
    sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    unpackedBytes: 47_040_016,
    packedBytes: 26_421_880,
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte.gz',
    sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    unpackedBytes: 60_008,
    packedBytes: 29_515,
  },
  heldOutImages: {
    name: 't10k-images-idx3-ubyte.gz',
    sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    unpackedBytes: 7_840_016,
    packedBytes: 4_422_102,
  },
  heldOutLabels: {
    name: 't10k-labels-idx1-ubyte.gz',
    sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    unpackedBytes: 10_008,
    packedBytes: 5_148,
  },
} as const satisfies Record<string, FashionMnistFile>;

/**
 * Unpacks one file's bytes and checks that they are the published ones.
 * @throws Error naming the file and what is wrong with it.
 */
export function unpackFashionMnist(file: FashionMnistFile, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) throw new Error(`${file.name}: file is empty`);
  const content = gunzip(bytes, file.name, file.unpackedBytes);
  const sum = createHash('sha256').update(content).digest('hex');
  if (sum !== file.sha256) {
    throw new Error(
        `${file.name}: expected content with SHA-256 ${file.sha256}, got ${sum}: ` +
        'the file is damaged or not the published one');
  }
  return content;
}

/**
 * Reads and checks one file of `dir`.
 * @returns its unpacked content, or undefined when there is no such file.
 * @throws Error naming the file and what is wrong with it.
 */
export function readFashionMnistFile(dir: string, file: FashionMnistFile): Uint8Array | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path.join(dir, file.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file.name}: cannot be read (${(error as Error).message})`, {cause: error});
  }
  return unpackFashionMnist(file, bytes);
}
