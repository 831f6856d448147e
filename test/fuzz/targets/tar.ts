/** `readTar`: archives, packed ones, and headers whose checksum is right. */
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {gzipSync} from 'node:zlib';
import {readTar} from '../../../src/data/tar-archive';
import {tarOf} from '../tar-bytes';
import type {Target} from '../target';

const LIMIT = 3000;
/** The mutated tars unpack to less, the packed bombs to more. */
const MAX_BYTES = 1e6;
const CHECKSUM = {at: 148, length: 8};
const BLOCK = 512;

const archive = (): Promise<Buffer> => tarOf([
  {name: 'folder/a.txt', content: Buffer.from('some text')},
  {name: 'folder/other', content: Buffer.alloc(2000, 5)},
  {name: `folder/${'long/'.repeat(40)}b.txt`, content: Buffer.alloc(700, 6)},
]);

/** The first header with the sum of its bytes where it belongs. */
function withChecksum(bytes: Uint8Array): Buffer {
  const tar = Buffer.from(bytes);
  if (tar.length < BLOCK) return tar;
  tar.fill(0x20, CHECKSUM.at, CHECKSUM.at + CHECKSUM.length);
  const sum = tar.subarray(0, BLOCK).reduce((a, b) => a + b, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM.at, 'latin1');
  return tar;
}

export const target: Target = {
  layers: async () => {
    const tar = await archive();
    const packed = (bytes: Uint8Array): Buffer => gzipSync(bytes, {level: 1});
    return [
      {name: 'tar', seeds: [tar]}, {name: 'gzip', seeds: [gzipSync(tar)]},
      {name: 'tar inside gzip', seeds: [tar], wrap: packed},
      {name: 'header', seeds: [tar], wrap: withChecksum},
      {name: 'header inside gzip', seeds: [tar], wrap: (bytes) => packed(withChecksum(bytes))},
      {
        name: 'pax records', seeds: [Buffer.from('21 path=folder/a.txt\n')],
        wrap: (bytes) => Buffer.concat([paxHeader(bytes), tar]),
      },
    ];
  },
  words: ['../', '77777777777', '00000000000', '10 size=9\n', '\x80', '1', '5', 'x', 'L', 'g'],
  async parse(bytes, scratch) {
    const file = path.join(scratch, 'some.tar');
    writeFileSync(file, bytes);
    const names = new Set<string>();
    await readTar(file, {
      maxBytes: MAX_BYTES, limit: (name) => name.endsWith('.txt') ? LIMIT : undefined,
      use(name, content) {
        assert.ok(content.length <= LIMIT, 'a file larger than its limit');
        assert.ok(!name.startsWith('/') && !name.split('/').includes('..'), 'a path that leaves');
        assert.ok(!names.has(path.posix.basename(name)), 'a file twice');
        names.add(path.posix.basename(name));
      },
    });
  },
  refusal: /^SCRATCH\/some\.tar: /,
};

/** An extended header (of the next entry) with these records. */
function paxHeader(records: Uint8Array): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write('PaxHeader');
  const size = records.length.toString(8).padStart(11, '0');
  header.write(`0000644\x000000000\x000000000\0${size}\0`, 100);
  header.write('x', 156);
  header.write('ustar\x0000', 257, 'latin1');
  const padding = Buffer.alloc((BLOCK - records.length % BLOCK) % BLOCK);
  return Buffer.concat([withChecksum(header), records, padding]);
}
