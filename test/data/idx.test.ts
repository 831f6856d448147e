import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {decodeIdxImages, decodeIdxLabels, readIdxDataset} from '../../src/data/idx';

const words = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
};
const pixels = Buffer.from([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 255]);
const plain = Buffer.concat([words(0x803, 2, 2, 3), pixels]);
const packed = gzipSync(plain);
const labels = Buffer.concat([words(0x801, 2), Buffer.from([3, 9])]);
const refused = (bytes: Uint8Array, message: RegExp): void =>
    assert.throws(() => decodeIdxImages(bytes, 'f.gz'), {name: 'Error', message});

test('images are read the same from plain and from packed files', () => {
  for (const bytes of [plain, packed]) {
    const {images, ...size} = decodeIdxImages(bytes, 'f');
    assert.deepEqual(size, {count: 2, height: 2, width: 3});
    assert.deepEqual([...images], [...pixels]);
  }
  assert.deepEqual([...decodeIdxLabels(gzipSync(labels), 'l')], [3, 9]);
});

test('readIdxDataset joins images and labels into a data set', (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'idx-test-'));
  t.after(() => rmSync(dir, {recursive: true}));
  const [images, classes] = [path.join(dir, 'images.gz'), path.join(dir, 'labels')];
  writeFileSync(images, packed);
  writeFileSync(classes, labels);
  const dataset = readIdxDataset(images, {labels: classes});
  assert.deepEqual([dataset.name, dataset.count], ['images.gz', 2]);
  assert.deepEqual(dataset.imageShape, [2, 3, 1]);
  assert.deepEqual([...dataset.labels!], [3, 9]);
  assert.equal(readIdxDataset(images, {name: 'mine'}).name, 'mine');
  writeFileSync(classes, Buffer.concat([words(0x801, 1), Buffer.from([3])]));
  assert.throws(() => readIdxDataset(images, {labels: classes}), /expected 2 labels.*got 1/);
  assert.throws(() => readIdxDataset(path.join(dir, 'none')), /none: cannot be read \(ENOENT/);
});

test('a packed file cut anywhere is refused by name', () => {
  for (const end of [1, 5, 12, 20, packed.length - 9, packed.length - 1]) {
    refused(packed.subarray(0, end), /^f\.gz: .*(truncated|cut short|magic)/);
  }
  refused(packed.subarray(0, packed.length - 1), /^f\.gz: gzip data ends early \(file is trunc/);
});

test('a flipped bit in packed data is refused', () => {
  const damaged = Buffer.from(packed);
  damaged[damaged.length - 6]! ^= 1;  // In the checksum that closes the file.
  refused(damaged, /^f\.gz: gzip data is corrupt \(incorrect data check\)$/);
});

test('data after the end is refused, inside and outside the packing', () => {
  refused(Buffer.concat([plain, Buffer.from([1])]),
      /^f\.gz: header promises 2 images of 2x3 but trailing data follows them$/);
  refused(gzipSync(Buffer.concat([plain, Buffer.from([1])])), /but trailing data follows them$/);
  for (const trailing of [[1, 2, 3], [0, 0, 0]]) {
    refused(Buffer.concat([packed, Buffer.from(trailing)]),
        /^f\.gz: trailing data follows the end of the gzip data$/);
  }
});

test('a plain file that is too short says how many images are there', () => {
  refused(plain.subarray(0, 23), /^f\.gz: header promises 2 images of 2x3 but only 1 are present/);
  refused(plain.subarray(0, 10), /^f\.gz: too short: an IDX header of images has 16 bytes, got 10/);
});

test('labels given as images, and anything else, are told by the magic number', () => {
  refused(labels, /magic 0x00000801, expected 0x00000803/);
  refused(Buffer.from('<!DOCTYPE html>'), /magic 0x3C21444F, expected 0x00000803/);
  assert.throws(() => decodeIdxLabels(plain, 'l'), {message:
    'l: not an IDX file of unsigned-byte labels (magic 0x00000803, expected 0x00000801)'});
});

test('sizes that cannot be true are refused before memory is taken for them', () => {
  const huge = Buffer.concat([words(0x803, 0xffffffff, 0xffffffff, 0xffffffff), pixels]);
  const before = process.memoryUsage().arrayBuffers;
  refused(gzipSync(huge), /more than \d+ bytes of gzip can hold: the file is damaged/);
  refused(huge, /but only 0 are present/);
  refused(Buffer.concat([words(0x803, 0, 28, 28)]), /promises 0 images of 28x28: there is nothing/);
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20);
});

test('a gzip file is not unpacked beyond its promise or the allowed size', () => {
  const zeros = Buffer.alloc(2 ** 24);
  const bomb = gzipSync(Buffer.concat([words(0x803, 1, 1024, 1024), zeros]));
  refused(bomb, /promises 1 images of 1024x1024 but trailing data follows them/);
  const honest = gzipSync(Buffer.concat([words(0x803, 16, 1024, 1024), zeros]));
  assert.throws(() => decodeIdxImages(honest, 'f', {maxBytes: 2 ** 20}), {message:
    'f: header promises 16 images of 1024x1024 (16777232 bytes), more than the allowed 1048576 ' +
    'bytes; raise `maxBytes` if this is true'});
  assert.equal(decodeIdxImages(honest, 'f').count, 16);
});
