/** Needs the files of `data/fashion-mnist`, which `make data` brings. */
import assert from 'node:assert/strict';
import {copyFileSync, mkdtempSync, rmSync, symlinkSync, truncateSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {
  FASHION_MNIST_CLASSES, FASHION_MNIST_FILES, loadFashionMnist,
} from '../../src/data/fashion-mnist';
import type {FashionMnistResolution} from '../../src/data/fashion-mnist';
import {disjointHalves, subset} from '../../src/data/split';
import type {Dataset} from '../../src/types';
import {ROOT} from '../helpers';

const DATA = path.join(ROOT, 'data', 'fashion-mnist');
const scratch = mkdtempSync(path.join(tmpdir(), 'fashion-mnist-test-'));
after(() => rmSync(scratch, {recursive: true}));
const full = loadFashionMnist({dir: DATA});
const at16 = loadFashionMnist({dir: DATA, resolution: 16});

/** The pixels of image n as a key of a map. */
function key({images, imageShape: [height, width, channels]}: Dataset, n: number): string {
  const size = height * width * channels;
  return Buffer.from(images.buffer, images.byteOffset + n * size, size).toString('latin1');
}
const keys = (dataset: Dataset): Set<string> =>
    new Set(Array.from({length: dataset.count}, (_, n) => key(dataset, n)));

test('all 70,000 images come with their labels, 7,000 of each class', () => {
  const {train, heldOut} = full;
  assert.deepEqual([train.count, heldOut.count], [60_000, 10_000]);
  assert.deepEqual(train.imageShape, [28, 28, 1]);
  assert.equal(train.name, 'fashion-mnist-28/train');
  assert.equal(heldOut.name, 'fashion-mnist-28/held-out');
  for (const [dataset, each] of [[train, 6000], [heldOut, 1000]] as const) {
    const counts = new Array(FASHION_MNIST_CLASSES.length).fill(0);
    for (const label of dataset.labels!) counts[label]++;
    assert.deepEqual(counts, new Array(10).fill(each));
  }
});

test('the mean pixel is the published one', () => {
  // 0.2860 is what the field's tutorials normalise Fashion-MNIST with.
  const {images} = full.train;
  const mean = images.reduce((a, b) => a + b, 0) / images.length / 255;
  assert.ok(Math.abs(mean - 0.2860) < 5e-5, `mean ${mean}`);
});

test('no held-out image is among the training images, at either resolution', () => {
  for (const {train, heldOut} of [full, at16]) {
    const seen = keys(train);
    const shared = Array.from({length: heldOut.count}, (_, n) => n)
        .filter((n) => seen.has(key(heldOut, n)));
    assert.deepEqual(shared, [], `${heldOut.name} images that are in ${train.name}`);
  }
});

test('subsets and halves of the training part never reach the held-out part', () => {
  const {train, heldOut} = at16;
  const forbidden = keys(heldOut);
  const [a, b] = disjointHalves(train, {n: 1024, seed: 0});
  assert.equal(subset(train, {n: 1024, seed: 0}).hash, a.hash);
  for (const part of [a, b]) {
    for (const image of keys(part)) assert.ok(!forbidden.has(image));
  }
  const [inA, inB] = [keys(a), keys(b)];
  assert.equal([...inA].filter((image) => inB.has(image)).length, 0);
});

test('16x16 is 28x28 with a margin of two pixels, averaged over 2x2 blocks', () => {
  assert.deepEqual(at16.train.imageShape, [16, 16, 1]);
  assert.equal(at16.train.name, 'fashion-mnist-16/train');
  assert.deepEqual(at16.train.labels, full.train.labels);
  const byte = (n: number, y: number, x: number): number =>
    y < 0 || y >= 28 || x < 0 || x >= 28 ? 0 : full.train.images[(n * 28 + y) * 28 + x]!;
  for (const n of [0, 1, 59_999]) {
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 16; x++) {
        const [top, left] = [2 * y - 2, 2 * x - 2];
        const mean = (byte(n, top, left) + byte(n, top, left + 1) +
            byte(n, top + 1, left) + byte(n, top + 1, left + 1)) / 4;
        assert.equal(at16.train.images[(n * 16 + y) * 16 + x], Math.round(mean));
      }
    }
  }
});

test('every resolution has its shape and keeps the mean brightness', () => {
  const total = full.heldOut.images.reduce((a, b) => a + b, 0);
  for (const resolution of [7, 8, 14, 32] as const) {
    const {heldOut} = loadFashionMnist({dir: DATA, resolution});
    assert.deepEqual(heldOut.imageShape, [resolution, resolution, 1]);
    const padded = resolution % 8 === 0 ? 32 : 28;
    const area = (padded / resolution) ** 2;
    const sum = heldOut.images.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum * area / total - 1) < 5e-3, `${resolution}: ${sum * area / total}`);
  }
});

test('hashes are those of the published images, so runs can be shared between machines', () => {
  assert.match(full.train.hash, /^a0810f2721ff/);
  assert.match(full.heldOut.hash, /^e4788bcaa38a/);
  assert.match(at16.train.hash, /^9457dffe949e/);
  assert.match(at16.heldOut.hash, /^c6ee9006a3ba/);
});

test('another resolution, a missing file and a damaged file are refused', () => {
  assert.throws(
      () => loadFashionMnist({dir: DATA, resolution: 20 as unknown as FashionMnistResolution}),
      {name: 'RangeError', message:
        'loadFashionMnist: expected `resolution` to be one of 7, 8, 14, 16, 28, 32, got 20'});
  const dir = mkdtempSync(path.join(scratch, 'dir-'));
  assert.throws(() => loadFashionMnist({dir}), {message:
    `loadFashionMnist: no file train-images-idx3-ubyte.gz in ${dir}; ` +
    'run `make data` to fetch it'});
  const {trainImages, trainLabels} = FASHION_MNIST_FILES;
  symlinkSync(path.join(DATA, trainImages.name), path.join(dir, trainImages.name));
  copyFileSync(path.join(DATA, trainLabels.name), path.join(dir, trainLabels.name));
  truncateSync(path.join(dir, trainLabels.name), 20_000);
  assert.throws(() => loadFashionMnist({dir}), {message:
    'loadFashionMnist: train-labels-idx1-ubyte.gz: gzip data ends early (file is truncated or ' +
    'the download is incomplete); run `make data` to fetch it again'});
});
