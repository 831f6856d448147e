/**
 * A look at the end of a zip before yauzl gets it. In a large archive the last record (zip64 end of
 * central directory locator) says where the record before it begins; yauzl 3.4.0 asks Node for that
 * place unchecked, in a callback, and one beyond 2^53 ends the process.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.14 to 4.3.16.
 */
import {fstatSync, readSync} from 'node:fs';

/** The end record without its comment, the longest comment, and the locator before both. */
const [END_BYTES, MAX_COMMENT, LOCATOR_BYTES] = [22, 2 ** 16 - 1, 20];
/** The record that the locator leads to has at least so many. */
const ZIP64_END_BYTES = 56;

/**
 * Whether the open file `fd` has such a locator that leads out of it.
 * @throws Error of the file system.
 */
export function hasStrayLocator(fd: number): boolean {
  const {size} = fstatSync(fd);
  const tail = Buffer.alloc(Math.min(size, LOCATOR_BYTES + END_BYTES + MAX_COMMENT));
  const bytes = tail.subarray(0, readSync(fd, tail, 0, tail.length, size - tail.length));
  // As yauzl does: the last end record counts, whatever comes after it.
  const end = bytes.length < END_BYTES ? -1 :
    bytes.lastIndexOf('PK\x05\x06', bytes.length - END_BYTES, 'latin1');
  const at = end - LOCATOR_BYTES;
  if (at < 0 || bytes.toString('latin1', at, at + 4) !== 'PK\x06\x07') return false;
  return bytes.readBigUInt64LE(at + 8) > BigInt(size - ZIP64_END_BYTES);
}
