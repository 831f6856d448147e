/**
 * A zip of image files as a data set: the layout of EDM's dataset tool (`00000/img00000000.png`,
 * classes in `dataset.json`), or any other zip with images in it. Nothing is written to disk.
 *
 * @example
 * const ffhq = await loadImageZip('ffhq-64x64.zip', {onProgress: terminalProgress()});
 */
import {buffer} from 'node:stream/consumers';
import * as path from 'node:path';
import {crc32} from 'node:zlib';
import * as yauzl from 'yauzl';
import type {Dataset} from '../types';
import {DATASET_JSON, labelsFromJson} from './dataset-json';
import {datasetOfFiles, isImageName, noImages, some} from './image-files';
import type {ImageFilesOptions} from './image-files';

/** An image file may unpack to so many bytes, and the list of classes to so many. */
const MAX_IMAGE_FILE = 2 ** 26;
const MAX_JSON = 2 ** 26;
const MAX_ENTRIES = 2 ** 22;

/**
 * Loads all images of a zip, ordered by name; memory is taken for the pixels of the data set and a
 * few files at a time.
 *
 * An archive with names that leave it, with encrypted entries or with a name twice is refused, and
 * so is an entry that unpacks to more than 64 MiB or to another size than it says. Conversions are
 * those of `loadImageFolder`.
 * @throws Error naming the archive and the entry: no zip, damaged, refused, no images, unequal
 *     sizes or colours, a damaged or unusual image, classes that do not fit. RangeError for
 *     options out of range.
 */
export async function loadImageZip(
    file: string, options: ImageFilesOptions = {}): Promise<Dataset> {
  const {warn = (message: string) => console.warn(message)} = options;
  const zip = await openZip(file);
  try {
    const entries = await listEntries(zip, file);
    const all = [...entries.keys()].sort();
    const names = all.filter(isImageName);
    if (names.length === 0) throw noImages(file);
    const ignored = all.filter((name) => !isImageName(name) && name !== DATASET_JSON);
    if (ignored.length > 0) warn(`${file}: ignored ${some(ignored)}, not an image by its ending`);
    const label = (name: string): string => `${file}: ${name}`;
    const read = (name: string, most = MAX_IMAGE_FILE): Promise<Uint8Array> =>
      readEntry(zip, entries.get(name)!, label(name), most);
    const json =
        entries.has(DATASET_JSON) ? await read(DATASET_JSON, MAX_JSON) : undefined;
    return await datasetOfFiles(
        {where: file, names, read: (name) => read(name), label},
        {name: path.parse(file).name, ...options, warn}, labelsFromJson(json, file, warn));
  } finally {
    zip.close();
  }
}

function openZip(file: string): Promise<yauzl.ZipFile> {
  const options = {autoClose: false, lazyEntries: true, strictFileNames: true} as const;
  return yauzl.openPromise(file, options).catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ? `${file}: there is no such file` :
      `${file}: not a zip archive, or damaged (${error.message})`, {cause: error});
  });
}

/** Files of the archive by name, without folders and hidden files. */
async function listEntries(zip: yauzl.ZipFile, file: string): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  if (zip.entryCount > MAX_ENTRIES) {
    throw new Error(`${file}: expected at most ${MAX_ENTRIES} entries, got ${zip.entryCount}`);
  }
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (name.endsWith('/') || name.split('/').some((part) => part.startsWith('.'))) continue;
      if (entry.isEncrypted()) throw new Error(`expected no encrypted entry, got ${name}`);
      if (entries.has(name)) throw new Error(`expected each name once, got ${name} twice`);
      entries.set(name, entry);
    }
  } catch (error) {
    // Also for names that are absolute, have backslashes or lead outside.
    throw new Error(`${file}: refused: ${(error as Error).message}; no entry was read`,
        {cause: error});
  }
  return entries;
}

async function readEntry(
    zip: yauzl.ZipFile, entry: yauzl.Entry, label: string, most: number): Promise<Uint8Array> {
  if (entry.uncompressedSize > most) {
    throw new Error(`${label}: refused: unpacks to ${entry.uncompressedSize} bytes, more than ` +
        `the allowed ${most}`);
  }
  let bytes: Uint8Array;
  try {
    // yauzl ends a stream that unpacks to another size than the entry says.
    bytes = await buffer(await zip.openReadStreamPromise(entry));
  } catch (error) {
    throw new Error(`${label}: cannot be unpacked, the archive is damaged ` +
        `(${(error as Error).message})`, {cause: error});
  }
  if (crc32(bytes) !== entry.crc32) {
    throw new Error(`${label}: its checksum is wrong, the archive is damaged`);
  }
  return bytes;
}
