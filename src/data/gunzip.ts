/** Gzip decompression that cannot expand without limit and says what is wrong with a bad file. */
import {constants, gunzipSync} from 'node:zlib';
import type {Gunzip} from 'node:zlib';

/** Results beyond this come in pieces. */
const MAX_CHUNK = 2 ** 30;

/** Whether the bytes begin as gzip data does (RFC 1952). */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The first unpacked bytes of what `isGzip` has accepted, for a look at a header; incomplete data
 * is no error here.
 * @returns at most a few MiB, possibly nothing.
 */
export function gunzipStart(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes.subarray(0, 4096), {finishFlush: constants.Z_SYNC_FLUSH});
  } catch (error) {
    throw explain(error, name, Infinity);
  }
}

/**
 * Unpacks a whole gzip file.
 * @param name the file's name, for messages.
 * @param maxBytes memory for the result is never taken beyond this many bytes.
 * @throws Error naming the file: no gzip data, data that ends early, is corrupt, is followed by
 *     other data, or unpacks to more than `maxBytes`.
 */
export function gunzip(bytes: Uint8Array, name: string, maxBytes: number): Uint8Array {
  if (!isGzip(bytes)) throw new Error(`${name}: not a gzip file`);
  let result: {buffer: Buffer; engine: Gunzip};
  try {
    // In one piece: the pieces of a large result, put together, would be there twice. Memory that
    // the result does not reach is not taken.
    const chunkSize = Math.max(64, Math.min(maxBytes + 1, MAX_CHUNK));
    const options = {maxOutputLength: maxBytes, chunkSize, info: true};
    // With `info` Node returns the engine too, which its type declarations do not know.
    result = gunzipSync(bytes, options) as unknown as typeof result;
  } catch (error) {
    throw explain(error, name, maxBytes);
  }
  if (result.engine.bytesWritten < bytes.length) throw new Error(followed(name));
  return result.buffer;
}

function explain(error: unknown, name: string, maxBytes: number): Error {
  const {code, message} = error as NodeJS.ErrnoException;
  if (code === 'ERR_BUFFER_TOO_LARGE') {
    return new Error(
        `${name}: unpacks to more than the expected ${maxBytes} bytes`, {cause: error});
  }
  if (code === 'Z_BUF_ERROR') {
    return new Error(
        `${name}: gzip data ends early (file is truncated or the download is incomplete)`);
  }
  // The first bytes were seen to be right, so this is about what comes after the end.
  if (message === 'incorrect header check') return new Error(followed(name));
  return new Error(`${name}: gzip data is corrupt (${message})`);
}

const followed = (name: string): string =>
    `${name}: trailing data follows the end of the gzip data`;
