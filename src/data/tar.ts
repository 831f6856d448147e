/** The files of a tar archive, packed with gzip or not, one after another and of bounded size. */
import {createReadStream} from 'node:fs';
import {buffer} from 'node:stream/consumers';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import * as tar from 'tar-stream';

export interface ReadTarOptions {
  /** Whether a file is wanted; the others are passed over. */
  readonly wanted: (name: string) => boolean;
  /** Refuse wanted files larger than this. */
  readonly maxFileBytes: number;
  /** Give up on archives that unpack to more than this. */
  readonly maxBytes: number;
}

/**
 * Hands the wanted files to `onFile` in the archive's order; nothing is written to disk.
 * @throws Error naming the archive: not there, damaged, or larger than allowed.
 */
export async function readTar(
    file: string, {wanted, maxFileBytes, maxBytes}: ReadTarOptions,
    onFile: (name: string, bytes: Uint8Array) => void): Promise<void> {
  const extract = tar.extract();
  let total = 0;
  const reading = (async () => {
    for await (const entry of extract) {
      const {name, size = 0, type} = entry.header;
      total += size;
      if (total > maxBytes) throw new Error(`unpacks to more than the allowed ${maxBytes} bytes`);
      if (type !== 'file' || !wanted(name)) {
        entry.resume();
        continue;
      }
      if (size > maxFileBytes) {
        throw new Error(`${name} has ${size} bytes, more than the expected ${maxFileBytes}`);
      }
      onFile(name, await buffer(entry));
    }
  })();
  try {
    const unpack = file.endsWith('.gz') || file.endsWith('.tgz') ? [createGunzip()] : [];
    await Promise.all([pipeline([createReadStream(file), ...unpack, extract]), reading]);
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    throw new Error(code === 'ENOENT' ? `${file}: there is no such file` :
      code === 'Z_BUF_ERROR' || message === 'Unexpected end of data' ?
        `${file}: the archive ends early (file is truncated or the download is incomplete)` :
        `${file}: cannot be read as a tar archive: ${message}`, {cause: error});
  }
}
