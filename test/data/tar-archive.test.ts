import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {buffer} from 'node:stream/consumers';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {pack} from 'tar-stream';
import type {Header} from 'tar-stream';
import {readTar} from '../../src/data/tar-archive';

const scratch = mkdtempSync(path.join(tmpdir(), 'tar-archive-test-'));
after(() => rmSync(scratch, {recursive: true}));
const file = path.join(scratch, 'some.tar.gz');

type Entry = Partial<Header> & {readonly name: string; readonly content?: string};

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const {content = '', ...header} of entries) {
    if (header.type === undefined) tar.entry(header as Header, content);
    else tar.entry(header as Header, '');
  }
  tar.finalize();
  return buffer(tar);
}

/** Reads files a.txt and b.txt of at most 10 bytes. */
async function read(bytes: Uint8Array, maxBytes = 1e6): Promise<string[]> {
  writeFileSync(file, bytes);
  const found: string[] = [];
  await readTar(file, {
    maxBytes, limit: (name) => /^[ab]\.txt$/.test(name) ? 10 : undefined,
    use: (name, content) => found.push(`${name}=${Buffer.from(content)}`),
  });
  return found;
}

const refused = async (bytes: Uint8Array, message: RegExp, maxBytes?: number): Promise<void> =>
    assert.rejects(read(bytes, maxBytes), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(`${file}: `), error.message);
      return true;
    });

const good: readonly Entry[] = [
  {name: 'x/b.txt', content: 'two'}, {name: 'x/other', content: 'long and not wanted'},
  {name: 'x/a.txt', content: 'one'},
];

test('wanted files are read, packed or not, in the order of the archive', async () => {
  const tar = await tarOf(good);
  for (const bytes of [tar, gzipSync(tar)]) {
    assert.deepEqual(await read(bytes), ['x/b.txt=two', 'x/a.txt=one']);
  }
});

test('paths that leave the archive, and links, are refused', async () => {
  for (const name of ['../a.txt', 'x/../../a.txt', '/etc/a.txt']) {
    await refused(await tarOf([{name, content: '1'}]), /unsafe entry '.*a\.txt'/);
  }
  for (const type of ['symlink', 'link'] as const) {
    await refused(await tarOf([{name: 'a.txt', type, linkname: '/etc/passwd'}]),
        new RegExp(`entry 'a.txt' is a ${type}`));
  }
});

test('files beyond their limit, and an archive beyond its own, are refused', async () => {
  const long = await tarOf([{name: 'a.txt', content: 'eleven char'}]);
  await refused(long, /has 11 bytes, expected 10/);
  await refused(await tarOf([...good, ...good]), /'x\/b\.txt' is there twice/);
  const zeros = await tarOf([{name: 'zeros', content: '\0'.repeat(5e6)}]);
  await refused(gzipSync(zeros), /unpacks to more than the allowed 1000000 bytes/);
});

test('what is cut short, damaged or no archive is refused', async () => {
  const packed = gzipSync(await tarOf([{name: 'other', content: 'x'.repeat(1e5)}, ...good]));
  await refused(packed.subarray(0, packed.length - 20), /ends early/);
  await refused((await tarOf(good)).subarray(0, 700), /ends early/);
  const damaged = Buffer.from(packed);
  damaged[damaged.length - 6]! ^= 0xff;
  await refused(damaged, /gzip data is corrupt/);
  await refused(Buffer.alloc(2000, 'no archive'), /not a tar archive, or corrupt/);
  await refused(Buffer.alloc(0), /file is empty/);
});

test('an error of the one who takes the files is passed on, and named once', async () => {
  writeFileSync(file, await tarOf(good));
  const failing = (message: string): Promise<void> => readTar(file, {
    maxBytes: 1e6, limit: () => 100,
    use() {
      throw new Error(message);
    },
  });
  await assert.rejects(failing(`${file}/x: bad`), {message: `${file}/x: bad`});
  await assert.rejects(failing('bad'), {message: `${file}: bad`});
});
