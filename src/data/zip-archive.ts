/**
 * Zip archives from anywhere, through yauzl: nothing is unpacked to disk, no entry can expand
 * beyond a bound, and an archive with unsafe names or overlapping entries is refused as a whole.
 */
import {closeSync, openSync} from 'node:fs';
import {crc32} from 'node:zlib';
import * as yauzl from 'yauzl';
import {printable, shown} from '../quoted';
import {hasStrayLocator} from './zip64-locator';

/** Deflate packs at most 1032 bytes into one. */
const MAX_DEFLATE_RATIO = 1032;
/** Bytes of an entry's local header before its name. */
const LOCAL_HEADER = 30;
/** A directory of more entries would fill the memory. */
const MAX_ENTRIES = 2 ** 21;

/** An open archive. */
export interface ZipArchive {
  /** Unpacked size in bytes of each file by its name, as the directory of the archive says. */
  readonly sizes: ReadonlyMap<string, number>;
  /**
   * Unpacks one file.
   * @throws Error naming archive and file: more than `maxBytes`, not as long as the directory
   *     says, or other content than the checksum says.
   */
  read(name: string, maxBytes: number): Promise<Uint8Array>;
  close(): void;
}

/**
 * Opens an archive and checks its directory. Zip64 is supported; encryption and methods other than
 * stored and deflated are not.
 * @throws Error naming the archive: no zip file, a damaged directory, or an entry that is unsafe
 *     (leaves the archive, absolute, control characters), double, encrypted, packed in another way
 *     or overlaps another one.
 */
export async function openZip(file: string): Promise<ZipArchive> {
  const zip = await openFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === undefined ?
      `${file}: not a zip archive, or cut short (${error.message.split('.')[0]})` :
      `${file}: cannot be read (${error.message})`, {cause: error});
  });
  try {
    const entries = await readDirectory(file, zip);
    return {
      sizes: new Map([...entries].map(([name, {uncompressedSize}]) => [name, uncompressedSize])),
      read: (name, maxBytes) => unpack(zip, entries.get(name)!, `${file}/${shown(name)}`, maxBytes),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function openFile(file: string): Promise<yauzl.ZipFile> {
  const fd = openSync(file, 'r');
  try {
    if (hasStrayLocator(fd)) throw new Error('its zip64 records lie beyond its end');
    return await yauzl.fromFdPromise(fd, {autoClose: false, decodeStrings: false});
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

async function readDirectory(file: string, zip: yauzl.ZipFile): Promise<Map<string, yauzl.Entry>> {
  const {entryCount, readEntryCursor: directoryAt, fileSize} = zip as unknown as
      {entryCount: number; readEntryCursor: number; fileSize: number};
  if (entryCount > MAX_ENTRIES) {
    throw new Error(`${file}: expected at most ${MAX_ENTRIES} entries, got ${entryCount}`);
  }
  if (directoryAt > fileSize) {
    throw new Error(`${file}: zip archive is damaged (its directory lies beyond its end)`);
  }
  const entries = new Map<string, yauzl.Entry>();
  const all: yauzl.Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      all.push(entry);
      const name = safeName(file, entry);
      if (name.endsWith('/')) continue;
      checkEntry(file, name, entry);
      if (entries.has(name)) {
        throw new Error(
            `${file}: entry '${shown(name)}' is there twice; make the archive anew`);
      }
      entries.set(name, entry);
    }
  } catch (error) {
    const {message} = error as Error;
    if (message.startsWith(`${file}: `)) throw error;
    throw new Error(`${file}: zip archive is damaged (${printable(message)})`, {cause: error});
  }
  checkOverlaps(file, all, directoryAt);
  return entries;
}

/** The name of an entry, when it is one that stays inside a folder. */
function safeName(file: string, entry: yauzl.Entry): string {
  const {generalPurposeBitFlag: flags, extraFields} = entry;
  const raw = entry.fileName as unknown as Buffer;  // For `decodeStrings: false`.
  const name = yauzl.getFileNameLowLevel(flags, raw, extraFields, true);
  if (name === '' || yauzl.validateFileName(name) !== null) {
    throw new Error(
        `${file}: unsafe entry '${shown(name)}': the path leaves the archive, is absolute or ` +
        'has a backslash; refused');
  }
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) {
    throw new Error(
        `${file}: unsafe entry '${shown(name)}': its name has control characters; refused`);
  }
  return name;
}

function checkEntry(file: string, name: string, entry: yauzl.Entry): void {
  const {compressionMethod, compressedSize, uncompressedSize} = entry;
  if (entry.isEncrypted()) {
    throw new Error(
        `${file}: entry '${shown(name)}' is encrypted; pack the archive without a password`);
  }
  if (!entry.canDecodeFileData()) {
    throw new Error(
        `${file}: entry '${shown(name)}' is packed by method ${compressionMethod}, expected 0 ` +
        '(stored) or 8 (deflated); pack the archive anew');
  }
  if (uncompressedSize > compressedSize * MAX_DEFLATE_RATIO) {
    throw new Error(
        `${file}: entry '${shown(name)}' promises ${uncompressedSize} bytes, more than ` +
        `${compressedSize} packed bytes can hold: the archive is damaged`);
  }
}

/** Refuses archives that use the same bytes for several entries, as some zip bombs do. */
function checkOverlaps(file: string, entries: readonly yauzl.Entry[], directoryAt: number): void {
  const sorted = [...entries].sort(
      (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  sorted.forEach((entry, i) => {
    const {relativeOffsetOfLocalHeader: start, compressedSize, fileNameRaw} = entry;
    const end = start + LOCAL_HEADER + fileNameRaw.length + compressedSize;
    if (end > (sorted[i + 1]?.relativeOffsetOfLocalHeader ?? directoryAt)) {
      throw new Error(
          `${file}: entry '${shown(safeName(file, entry))}' overlaps what follows it: the ` +
          'archive is damaged or a zip bomb; refused');
    }
  });
}

async function unpack(
    zip: yauzl.ZipFile, entry: yauzl.Entry, name: string, maxBytes: number): Promise<Uint8Array> {
  const size = entry.uncompressedSize;
  if (size > maxBytes) {
    throw new Error(`${name}: unpacks to ${size} bytes, more than the allowed ${maxBytes}`);
  }
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry) as AsyncIterable<Buffer>) {
      if (length + chunk.length > size) throw new Error('it is longer than the directory says');
      length += chunk.copy(bytes, length);
    }
    if (length < size) throw new Error('it is shorter than the directory says');
    if (crc32(bytes) !== entry.crc32) throw new Error('its checksum is wrong');
  } catch (error) {
    throw new Error(
        `${name}: zip entry is corrupt or truncated (${(error as Error).message})`, {cause: error});
  }
  return bytes;
}
