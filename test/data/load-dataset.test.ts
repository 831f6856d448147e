import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {encodePng} from '../../src/data/encode-png';
import {loadDataset} from '../../src/data/load-dataset';
import {rawZip} from './raw-zip';

const scratch = mkdtempSync(path.join(tmpdir(), 'load-dataset-test-'));
after(() => rmSync(scratch, {recursive: true}));
const at = (name: string): string => path.join(scratch, name);

const pixels = Uint8Array.from([10, 20, 30, 40]);

/** An IDX file of three values: magic, sizes, content. */
function idx(magic: number, sizes: readonly number[], content: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  [magic, ...sizes].forEach((word, i) => head.writeUInt32BE(word, 4 * i));
  return Buffer.concat([head, Buffer.from(content)]);
}

test('folder, zip, image and IDX file of the same image are the same data set', async () => {
  const png = await encodePng(pixels, [2, 2, 1]);
  mkdirSync(at('folder/sub'), {recursive: true});
  writeFileSync(at('folder/sub/a.png'), png);
  writeFileSync(at('set.zip'), rawZip([{name: 'a.png', content: png}]));
  writeFileSync(at('named-otherwise'), rawZip([{name: 'a.png', content: png}]));
  writeFileSync(at('a.png'), png);
  writeFileSync(at('plain-images-idx3-ubyte'), idx(0x803, [1, 2, 2], [...pixels]));
  writeFileSync(at('packed-images-idx3-ubyte.gz'), gzipSync(idx(0x803, [1, 2, 2], [...pixels])));
  writeFileSync(at('packed-labels-idx1-ubyte.gz'), gzipSync(idx(0x801, [1], [7])));
  const sources = ['folder', 'set.zip', 'named-otherwise', 'a.png', 'plain-images-idx3-ubyte',
    'packed-images-idx3-ubyte.gz'];
  for (const source of sources) {
    const {name, imageShape, images, labels} = await loadDataset(at(source));
    assert.deepEqual([name, imageShape, [...images]], [source, [2, 2, 1], [...pixels]]);
    assert.equal(labels?.[0], source.startsWith('packed') ? 7 : undefined, source);
  }
});

test('options mean the same for images in memory and in files', async () => {
  const bytes = Array.from({length: 2 * 6 * 4}, (_, i) => (i * 37) % 256);
  mkdirSync(at('two'));
  for (const i of [0, 1]) {
    writeFileSync(at(`two/${i}.png`),
        await encodePng(Uint8Array.from(bytes.slice(24 * i, 24 * i + 24)), [6, 4, 1]));
  }
  writeFileSync(at('two.idx'), idx(0x803, [2, 6, 4], bytes));
  const variants = [
    {}, {size: 3}, {size: [2, 5], crop: 'none'}, {colour: 'rgb'}, {maxImages: 1},
    {xflip: true, size: 3, colour: 'rgb', name: 'mine'},
  ] as const;
  for (const options of variants) {
    const quiet = {...options, warn: () => {}};
    const [files, memory] = await Promise.all(
        [loadDataset(at('two'), quiet), loadDataset(at('two.idx'), quiet)]);
    assert.equal(memory.hash, files.hash, JSON.stringify(options));
    assert.deepEqual(memory.imageShape, files.imageShape);
  }
});

test('labels of an unpacked EDM data set belong to the images of its sub-folders', async () => {
  mkdirSync(at('edm/00000'), {recursive: true});
  const png = await encodePng(pixels, [2, 2, 1]);
  for (const i of [0, 1]) writeFileSync(at(`edm/00000/img0000000${i}.png`), png);
  const json = (labels: unknown): void =>
      writeFileSync(at('edm/dataset.json'), JSON.stringify({labels}));
  json([['00000/img00000001.png', 1], ['00000/img00000000.png', 400]]);
  assert.deepEqual((await loadDataset(at('edm'))).labels, Uint16Array.from([400, 1]));
  json([['00000/img00000001.png', 1]]);
  await assert.rejects(loadDataset(at('edm')), {message:
    `${at('edm/dataset.json')}: no label for "00000/img00000000.png"; add it, or set "labels" to ` +
    'null for none'});
});

test('what is not there or not known is refused', async () => {
  await assert.rejects(loadDataset(at('none')), {message: `${at('none')}: no such file or folder`});
  writeFileSync(at('notes.txt'), 'some text');
  await assert.rejects(loadDataset(at('notes.txt')), /notes\.txt: not a known kind of data/);
  await assert.rejects(loadDataset(at('a.png'), {split: 'test'}), /has no train and test parts/);
  await assert.rejects(loadDataset(at('two.idx'), {maxImages: 0}), /`maxImages` to be an integer/);
});
