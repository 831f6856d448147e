import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {encodePng} from '../../src/data/encode-png';
import {loadImageZip} from '../../src/data/image-zip';
import type {LoadImagesOptions} from '../../src/data/image-options';
import type {RawEntry} from './raw-zip';
import {deflatedZeros, rawZip} from './raw-zip';

const scratch = mkdtempSync(path.join(tmpdir(), 'image-zip-test-'));
after(() => rmSync(scratch, {recursive: true}));
const file = path.join(scratch, 'set.zip');

/** An entry of a 2x2 grey image with bytes first, first + 1, … */
async function image(name: string, first: number): Promise<RawEntry> {
  const pixels = Uint8Array.from([0, 1, 2, 3], (i) => first + i);
  return {name, content: await encodePng(pixels, [2, 2, 1])};
}

const json = (content: unknown): RawEntry =>
    ({name: 'dataset.json', content: Buffer.from(JSON.stringify(content))});

async function load(entries: readonly RawEntry[], options: LoadImagesOptions = {}) {
  const said: string[] = [];
  writeFileSync(file, rawZip(entries));
  const dataset = await loadImageZip(file, {...options, warn: (line) => said.push(line)});
  return {dataset, said};
}

test('images come in the order of their paths, with the labels of dataset.json', async () => {
  const {dataset, said} = await load([
    await image('00001/img00000002.png', 30), json({labels: [
      ['00000/img00000001.png', 300], ['00001/img00000002.png', 1], ['00000/img00000000.png', 5],
    ]}),
    await image('00000/img00000001.png', 20), await image('00000/img00000000.png', 10),
  ]);
  assert.deepEqual([dataset.name, dataset.imageShape, said], ['set.zip', [2, 2, 1], []]);
  assert.deepEqual([...dataset.images], [10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33]);
  assert.deepEqual(dataset.labels, Uint16Array.from([5, 300, 1]));
});

test('maxImages takes the first ones; xflip adds mirror images with their labels', async () => {
  const labels = [['a.png', 4], ['b.png', 5], ['c.png', 6]];
  const entries = [await image('a.png', 10), await image('b.png', 20), await image('c.png', 30),
    json({labels})];
  const {dataset} = await load(entries, {maxImages: 2, xflip: true});
  assert.deepEqual([...dataset.images],
      [10, 11, 12, 13, 20, 21, 22, 23, 11, 10, 13, 12, 21, 20, 23, 22]);
  assert.deepEqual([...dataset.labels!], [4, 5, 4, 5]);
  assert.notEqual(dataset.hash, (await load(entries, {maxImages: 2})).dataset.hash);
});

test('other files are left alone, however large, and named', async () => {
  const bomb = {name: 'z.bin', content: Buffer.alloc(1), packed: deflatedZeros(100), size: 2 ** 20};
  const {dataset, said} = await load([await image('a.png', 1), bomb]);
  assert.equal(dataset.count, 1);
  assert.deepEqual(said, [`${file}: ignored z.bin, not an image by its ending`]);
});

test('damaged content is refused with the name of the entry', async () => {
  const good = await image('a.png', 1);
  const cut = {name: 'b.png', content: good.content.subarray(0, 40)};
  await assert.rejects(load([good, cut]), {message: /set\.zip\/b\.png: image data is corrupt/});
  await assert.rejects(load([good, {...good, name: 'b.png', crc: 5}]),
      {message: /set\.zip\/b\.png: .*checksum/});
  await assert.rejects(load([good, {name: 'dataset.json', content: Buffer.from('{')}]),
      {message: /set\.zip\/dataset\.json: not valid JSON/});
  await assert.rejects(load([json({labels: null})]), {message: /set\.zip: no images found/});
});

test('a dataset.json or an image that claims more than its share is refused', async () => {
  const good = await image('a.png', 1);
  const large = (name: string): RawEntry =>
      ({name, content: Buffer.alloc(1), packed: deflatedZeros(1000), size: 1000 * 2 ** 20});
  await assert.rejects(load([good, large('dataset.json')]), {message: /dataset\.json: unpacks to/});
  await assert.rejects(load([good, large('b.png')]), {message: /b\.png: unpacks to 1048576000/});
});

test('a header of 100000 x 100000 pixels and a checksum wrong in a PNG are refused', async () => {
  const {content} = await image('a.png', 1);
  const huge = Buffer.from(content);
  huge.writeUInt32BE(100_000, 16);
  huge.writeUInt32BE(100_000, 20);
  const damaged = Buffer.from(content);
  damaged[damaged.indexOf('IDAT') + 8]! ^= 0xff;
  for (const bytes of [huge, damaged]) {
    await assert.rejects(load([{name: 'a.png', content: bytes}]),
        {message: /set\.zip\/a\.png: (image data is corrupt|has more than the allowed)/});
  }
});
