/** `openZip` and reading every entry: archives, and entries whose checksum is right. */
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {buffer} from 'node:stream/consumers';
import {deflateRawSync} from 'node:zlib';
import {ZipFile} from 'yazl';
import {openZip} from '../../../src/data/zip-archive';
import {rawZip} from '../../data/raw-zip';
import type {Target} from '../target';

const MAX_BYTES = 2 ** 22;
const text = Buffer.from('some text, more than a few bytes of it, some text');

const small = rawZip([
  {name: 'a.txt', content: text}, {name: 'folder/b.bin', content: Buffer.alloc(300, 7), method: 0},
  {name: 'folder/', content: Buffer.alloc(0), method: 0},
]);

/** As other tools write it: zip64, sizes behind the data, a comment. */
async function streamed(): Promise<Buffer> {
  const zip = new ZipFile();
  const options = {mtime: new Date(2020, 1, 1), forceZip64Format: true};
  zip.addBuffer(text, 'a.txt', options);
  zip.addBuffer(Buffer.alloc(200, 1), 'é.bin', {...options, compress: false});
  zip.end({forceZip64Format: true, comment: 'a comment'});
  return buffer(zip.outputStream);
}

export const target: Target = {
  layers: async () => [
    {name: 'archive', seeds: [small, await streamed()]},
    ...[text, Buffer.alloc(5000, 3)].map((content) => ({
      name: 'deflated data', seeds: [deflateRawSync(content)],
      wrap: (packed: Uint8Array) => rawZip([
        {name: 'a.txt', content, packed}, {name: 'b.txt', content: text},
      ]),
    })),
    {
      name: 'name', seeds: [Buffer.from('folder/a.txt')],
      wrap: (name) =>
        rawZip([{name: Buffer.from(name).toString('latin1', 0, 30_000), content: text}]),
    },
  ],
  words: ['..', '/', '\\', 'PK\x05\x06', 'PK\x01\x02', 'PK\x06\x06', 'PK\x06\x07'],
  async parse(bytes, scratch) {
    const file = path.join(scratch, 'some.zip');
    writeFileSync(file, bytes);
    const zip = await openZip(file);
    try {
      for (const [name, size] of zip.sizes) {
        assert.ok(!/^\/|\\/.test(name) && !name.split('/').includes('..'), 'a name that leaves');
        assert.equal((await zip.read(name, MAX_BYTES)).length, size, 'bytes of an entry');
      }
    } finally {
      zip.close();
    }
  },
  refusal: /^SCRATCH\/some\.zip(\/.*)?: /,
};
