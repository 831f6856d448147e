import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {inflateRawSync} from 'node:zlib';
import {openZip} from '../../src/data/zip-archive';
import type {RawEntry} from './raw-zip';
import {deflatedZeros, rawZip} from './raw-zip';

const scratch = mkdtempSync(path.join(tmpdir(), 'zip-archive-test-'));
after(() => rmSync(scratch, {recursive: true}));

const file = path.join(scratch, 'some.zip');
const text = (content: string): Uint8Array => Buffer.from(content);
const a: RawEntry = {name: 'a.txt', content: text('first')};

/** Opens the archive of `entries` and reads one of them. */
async function read(entries: readonly RawEntry[], name = 'a.txt', maxBytes = 100): Promise<string> {
  writeFileSync(file, rawZip(entries));
  const zip = await openZip(file);
  try {
    return Buffer.from(await zip.read(name, maxBytes)).toString();
  } finally {
    zip.close();
  }
}

const refused = (entries: readonly RawEntry[], message: RegExp, name?: string): Promise<void> =>
    assert.rejects(read(entries, name), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(file), error.message);
      return true;
    });

test('stored and deflated entries are read; folders are none', async () => {
  const stored = {name: 'b/c.txt', content: text('second'), method: 0};
  const all = [a, {name: 'b/', content: text(''), method: 0}, stored];
  assert.equal(await read(all), 'first');
  assert.equal(await read(all, 'b/c.txt'), 'second');
  const zip = await openZip(file);
  assert.deepEqual([...zip.sizes], [['a.txt', 5], ['b/c.txt', 6]]);
  zip.close();
});

test('what is no zip, or half of one, is refused', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('text'), rawZip([a]).subarray(0, -30)]) {
    writeFileSync(file, bytes);
    await assert.rejects(openZip(file), {message: /some\.zip: not a zip archive, or cut short/});
  }
  const damaged = rawZip([a]);
  damaged.write('XX', damaged.indexOf('PK\x01\x02'));
  writeFileSync(file, damaged);
  await assert.rejects(openZip(file), {message: /some\.zip: zip archive is damaged/});
  await assert.rejects(openZip(path.join(scratch, 'none.zip')), {message: /cannot be read/});
});

test('names that leave the archive or hide something are refused', async () => {
  const names = [
    '../x.png', 'a/../../x', '/etc/x', 'C:/x', 'a\\..\\x', 'line\nbreak', 'esc\u001b[2J', '',
  ];
  for (const name of names) await refused([a, {...a, name}], /unsafe entry '[^\n\u001b]*'/);
});

test('double names, encrypted entries and other methods are refused by name', async () => {
  await refused([a, a], /entry 'a\.txt' is there twice/);
  await refused([{...a, flags: 1}], /entry 'a\.txt' is encrypted/);
  await refused([{...a, method: 12, packed: text('?????')}], /'a\.txt' is packed by method 12/);
});

test('entries that share their bytes are refused', async () => {
  await refused([a, {...a, name: 'b.txt', offset: 0}], /overlaps what follows/);
});

test('an entry larger than allowed is refused before it is unpacked', async () => {
  const zeros = deflatedZeros(20);
  assert.equal(inflateRawSync(zeros).length, 20 * 2 ** 20);
  await refused([{...a, packed: zeros, size: 20 * 2 ** 20}],
      /a\.txt: unpacks to 20971520 bytes, more than the allowed 100/);
  await refused([{...a, size: 2 ** 31}], /promises 2147483648 bytes, more than 7 packed bytes/);
});

test('10 GB of zeros behind a small claim are not unpacked', async () => {
  const before = process.memoryUsage().rss;
  await refused([{...a, packed: deflatedZeros(10_000), size: 50}], /zip entry is corrupt/);
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 100e6, `memory grew by ${grown} bytes`);
});

test('entries shorter than claimed, of another checksum or damaged are refused', async () => {
  await refused([{...a, size: 6}], /a\.txt: zip entry is corrupt or truncated/);
  await refused([{...a, crc: 1}], /its checksum is wrong/);
  await refused([{...a, packed: Buffer.alloc(30, 0xff)}], /zip entry is corrupt or truncated/);
});

/** An archive with the locator of zip64 (large) archives, which leads to `offset`. */
function withLocator(offset: bigint): Buffer {
  const zip = rawZip([a]);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(offset, 8);
  return Buffer.concat([zip.subarray(0, -22), locator, zip.subarray(-22)]);
}

test('records that lie beyond the end are refused; they could end the process', async () => {
  for (const offset of [2n ** 63n, 2n ** 53n, 10_000n, 100n]) {
    writeFileSync(file, withLocator(offset));
    await assert.rejects(openZip(file), {message:
      `${file}: not a zip archive, or cut short (its zip64 records lie beyond its end)`});
  }
  writeFileSync(file, withLocator(0n));
  await assert.rejects(openZip(file), /invalid zip64 end of central directory record signature/);
  const far = rawZip([a]);
  far.writeUInt32LE(0xffff_fff0, far.length - 6);
  writeFileSync(file, far);
  await assert.rejects(openZip(file), /damaged \(its directory lies beyond its end\)/);
});

test('names are shown without what a terminal would obey', async () => {
  await refused([{...a, name: '../\u0085\u202ea'}], /unsafe entry '\.\.\/\\u0085\\u202ea'/);
  const {message} = await read([{...a, name: 'x'.repeat(9000), flags: 0x801}]).then(
      () => assert.fail('was accepted'), (error: Error) => error);
  assert.ok(message.length < 500, `${message.length} characters`);
});
