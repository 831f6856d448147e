/**
 * Tar archives from anywhere, packed with gzip or not, through tar-stream: read in one pass,
 * nothing is written to disk, and nothing can expand beyond a bound.
 */
import {createReadStream} from 'node:fs';
import {open} from 'node:fs/promises';
import * as path from 'node:path';
import {PassThrough} from 'node:stream';
import type {Readable, Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import * as tar from 'tar-stream';
import {shown} from '../quoted';
import {isGzip} from './gunzip';

export interface ReadTarOptions {
  /** The most bytes that a file of this name (its last part) may have; undefined: not wanted. */
  readonly limit: (name: string) => number | undefined;
  /** The most bytes the whole archive may unpack to. */
  readonly maxBytes: number;
  /**
   * Takes each wanted file, in the order of the archive. Its errors are passed on; such as do not
   * begin with the path of the archive and a slash get it put before them.
   */
  readonly use: (name: string, bytes: Uint8Array) => void;
}

/**
 * Reads the wanted files of an archive.
 * @throws Error naming the archive or its entry: no tar, damaged, larger than allowed, an entry
 *     that is a link or whose path leaves the archive, two files of one name.
 */
export async function readTar(
    file: string, {limit, maxBytes, use}: ReadTarOptions): Promise<void> {
  const extract = tar.extract();
  const unpack = isGzip(await firstBytes(file)) ? createGunzip() : new PassThrough();
  const pumping = pipeline(
      createReadStream(file), unpack, atMost(maxBytes), extract as unknown as Writable);
  pumping.catch(() => {});  // Awaited below, possibly after it has failed.
  const seen = new Set<string>();
  try {
    for await (const entry of extract as AsyncIterable<TarEntry>) {
      const {name, size = 0, type} = entry.header;
      checkEntry(name, type);
      const most = type === 'file' ? limit(path.posix.basename(name)) : undefined;
      if (most === undefined) {
        entry.resume();
        continue;
      }
      if (size > most) {
        throw new Error(`entry '${shown(name)}' has ${size} bytes, expected ${most}`);
      }
      if (seen.size === seen.add(path.posix.basename(name)).size) {
        throw new Error(`entry '${shown(name)}' is there twice`);
      }
      use(name, await content(entry));
    }
    await pumping;
  } catch (error) {
    extract.destroy();
    throw explain(file, error as NodeJS.ErrnoException);
  }
}

type TarEntry = Readable & {readonly header: tar.Header};

function checkEntry(name: string, type: tar.Header['type']): void {
  if (path.posix.isAbsolute(name) || name.split(/[/\\]/).includes('..')) {
    throw new Error(`unsafe entry '${shown(name)}': the path leaves the archive; refused`);
  }
  if (type !== 'file' && type !== 'directory') {
    throw new Error(`entry '${shown(name)}' is a ${type}, expected files only; refused`);
  }
}

async function content(entry: TarEntry): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function atMost(maxBytes: number) {
  return async function* limited(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let total = 0;
    for await (const chunk of source) {
      total += chunk.length;
      if (total > maxBytes) throw new Error(`unpacks to more than the allowed ${maxBytes} bytes`);
      yield chunk;
    }
  };
}

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch((error: Error) => {
    throw new Error(`${file}: cannot be read (${error.message})`, {cause: error});
  });
  const {buffer, bytesRead} =
      await handle.read(Buffer.alloc(2), 0, 2, 0).finally(() => handle.close());
  if (bytesRead === 0) throw new Error(`${file}: file is empty`);
  return buffer;
}

function explain(file: string, error: NodeJS.ErrnoException): Error {
  const {code, message} = error;
  if (message.startsWith(`${file}/`)) return error;  // Of `use`, which knows the entry.
  const reason = code === 'Z_BUF_ERROR' || message === 'Unexpected end of data' ?
    'archive ends early (file is truncated or the download is incomplete)' :
    code?.startsWith('Z_') ? `gzip data is corrupt (${message})` :
      message.startsWith('Invalid tar header') ? 'not a tar archive, or corrupt' : message;
  return new Error(`${file}: ${reason}`, {cause: error});
}
