/**
 * Brings the four files of Fashion-MNIST into a folder, from the first source that has them:
 * the authors' repository, the authors' site, Debian's package of the same files.
 */
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {counted} from '../counted';
import {makeFolder, renameFile, writeFile} from '../store/write-file';
import type {OnProgress} from '../types';
import {withDebianPackage} from './debian-package';
import {
  FASHION_MNIST_FILES, readFashionMnistFile, unpackFashionMnist,
} from './fashion-mnist-files';
import type {FashionMnistFile} from './fashion-mnist-files';
import {fetchBytes} from './http';

/** A place that has the files. */
export interface FashionMnistSource {
  /** For messages: its address. */
  readonly name: string;
  /**
   * Gets `files` in order and hands each to `deliver` as soon as it is complete.
   * @param files which are wanted.
   * @param deliver takes a file and its bytes, still packed.
   * @param onBytes told how many bytes of the current file have come.
   * @throws Error saying why a file is not to be had; files delivered before are kept.
   */
  fetch(
      files: readonly FashionMnistFile[],
      deliver: (file: FashionMnistFile, packed: Uint8Array) => void,
      onBytes: (received: number) => void): Promise<void>;
}

/** Where the files go, and who is told what. */
export interface DownloadFashionMnistOptions {
  /** Folder of the four files; made when it is missing. */
  readonly dir: string;
  /** Told of the bytes that have come, of those of the missing files. */
  readonly onProgress?: OnProgress;
  /** Told of what a person should know: a damaged file set aside, the source that answered. */
  readonly notice?: (message: string) => void;
  /** Asked in this order (default: the authors' two addresses, then Debian's package). */
  readonly sources?: readonly FashionMnistSource[];
}

/** What was done. */
export interface DownloadFashionMnistResult {
  /** Names of the files that were fetched now; empty when all were there and right. */
  readonly fetched: readonly string[];
}

/** Four files below one web address; gives up within seconds when nothing answers there. */
export function webSource(base: string): FashionMnistSource {
  return {
    name: base,
    async fetch(files, deliver, onBytes) {
      for (const file of files) {
        deliver(file, await fetchBytes(`${base}/${file.name}`, {onBytes}));
      }
    },
  };
}

/** Debian's package of the files; needs `apt-get` and `dpkg-deb`, but not root. */
export function debianSource(): FashionMnistSource {
  const name = 'dataset-fashion-mnist';
  return {
    name: `Debian package ${name}`,
    fetch: (files, deliver) => withDebianPackage(name, (root) => {
      const folder = path.join(root, 'usr', 'share', 'datasets', 'fashion-mnist');
      for (const file of files) deliver(file, readFileSync(path.join(folder, file.name)));
    }),
  };
}

/** The authors' repository at a fixed commit, the authors' site, Debian. */
const defaultSources = (): FashionMnistSource[] => [
  webSource('https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/' +
      'b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion'),
  webSource('http://fashion-mnist.s3-website.eu-central-1.amazonaws.com'),
  debianSource(),
];

/**
 * Makes sure that `dir` holds the four files of Fashion-MNIST, each with the right SHA-256.
 * Nothing is asked of the network when they are there. A damaged file is renamed to `*.corrupt`
 * and fetched again. Files appear whole or not at all, so an interruption does no harm.
 * @param options the folder, and whom to tell.
 * @throws Error with what each source answered and how to bring the files by hand; Error naming
 *     the file when the disk refuses it.
 * @example
 * const dir = hg.projectPaths().fashionMnist; // Where `make data` has put the four files.
 * const {fetched} = await hg.downloadFashionMnist({dir});
 * console.log(fetched.length); // 0
 */
export async function downloadFashionMnist({
  dir, onProgress = () => {}, notice = () => {}, sources = defaultSources(),
}: DownloadFashionMnistOptions): Promise<DownloadFashionMnistResult> {
  makeFolder(dir);
  const wanted = Object.values(FASHION_MNIST_FILES).filter((file) => !isThere(dir, file, notice));
  const missing = new Set<FashionMnistFile>(wanted);
  const total = packedBytes(wanted);
  const refusals: string[] = [];
  let diskError: unknown;
  for (const source of sources) {
    if (missing.size === 0) break;
    const {name} = source;
    const before = missing.size;
    const report = (received: number): void => onProgress({
      label: 'Fashion-MNIST', done: Math.min(total, total - packedBytes(missing) + received),
      total, detail: name,
    });
    const deliver = (file: FashionMnistFile, packed: Uint8Array): void => {
      unpackFashionMnist(file, packed);
      try {
        writeFile(path.join(dir, file.name), packed);
      } catch (error) {
        throw diskError = error;
      }
      missing.delete(file);
      report(0);
    };
    report(0);
    try {
      await source.fetch([...missing], deliver, report);
    } catch (error) {
      if (diskError !== undefined) throw diskError as Error;
      refusals.push(`${name}: ${(error as Error).message}`);
    }
    const got = before - missing.size;
    if (got > 0) notice(`Fashion-MNIST: ${counted(got, 'file')} from ${name}`);
  }
  if (missing.size > 0) throw notToBeHad(dir, [...missing], refusals);
  return {fetched: wanted.map((file) => file.name)};
}

const packedBytes = (files: Iterable<FashionMnistFile>): number =>
    [...files].reduce((sum, file) => sum + file.packedBytes, 0);

/** Whether the right file is in `dir`; a damaged one is set aside. */
function isThere(dir: string, file: FashionMnistFile, notice: (message: string) => void): boolean {
  try {
    return readFashionMnistFile(dir, file) !== undefined;
  } catch (error) {
    const aside = `${file.name}.corrupt`;
    renameFile(path.join(dir, file.name), path.join(dir, aside));
    notice(`${(error as Error).message}; set aside as ${aside}, fetching it again`);
    return false;
  }
}

function notToBeHad(
    dir: string, missing: readonly FashionMnistFile[], refusals: readonly string[]): Error {
  return new Error([
    'downloadFashionMnist: no source has the files:',
    ...refusals.map((refusal) => `  ${refusal}`),
    `Check the network, or put these files into ${path.resolve(dir)} by hand ` +
        '(SHA-256 of the unpacked content, as `gunzip -c FILE | sha256sum` prints it):',
    ...missing.map((file) => `  ${file.name}  ${file.sha256}`),
  ].join('\n'));
}
