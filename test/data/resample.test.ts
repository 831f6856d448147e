import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createDataset} from '../../src/data/dataset';
import {areaMean, padImages} from '../../src/data/resample';
import type {ImageShape} from '../../src/types';

const make = (images: number[], imageShape: ImageShape, labels?: number[]) => createDataset({
  name: 'd', images: Uint8Array.from(images), imageShape,
  ...labels === undefined ? {} : {labels: Uint8Array.from(labels)},
});

test('padImages puts a margin around each image and keeps channels and labels', () => {
  const padded = padImages(make([1, 2, 3, 4], [1, 2, 1], [5, 6]), 1, {value: 9, name: 'p'});
  assert.deepEqual(padded.imageShape, [3, 4, 1]);
  assert.deepEqual([...padded.images], [
    9, 9, 9, 9, 9, 1, 2, 9, 9, 9, 9, 9,
    9, 9, 9, 9, 9, 3, 4, 9, 9, 9, 9, 9,
  ]);
  assert.deepEqual([padded.name, ...padded.labels!], ['p', 5, 6]);
  const colour = padImages(make([1, 2, 3], [1, 1, 3]), 1);
  assert.equal(colour.name, 'd');
  assert.deepEqual([...colour.images.subarray(12, 15)], [1, 2, 3]);
  assert.equal(colour.images.reduce((a, b) => a + b, 0), 6);
});

test('areaMean takes block means, rounded to the nearest byte with halves upwards', () => {
  const blocks = [
    [0, 0, 0, 1], [0, 0, 1, 1], [0, 1, 1, 1], [255, 255, 255, 255], [254, 255, 255, 255],
  ];
  for (const block of blocks) {
    const mean = block.reduce((a, b) => a + b, 0) / 4;
    assert.deepEqual(
        [...areaMean(make(block, [2, 2, 1]), 2).images], [Math.floor(mean + 0.5)], `${block}`);
  }
});

test('areaMean keeps blocks, channels and images apart', () => {
  // Two images of 2x4 pixels with two channels: channel 0 tells the block, channel 1 the image.
  const pixels: number[] = [];
  for (const image of [10, 20]) {
    for (let y = 0; y < 2; y++) {
      for (let x = 0; x < 4; x++) pixels.push(x < 2 ? 100 : 200, image);
    }
  }
  const small = areaMean(make(pixels, [2, 4, 2], [1, 2]), 2);
  assert.deepEqual(small.imageShape, [1, 2, 2]);
  assert.deepEqual([...small.images], [100, 10, 200, 10, 100, 20, 200, 20]);
  assert.deepEqual([...small.labels!], [1, 2]);
});

test('areaMean of odd block sizes rounds like the exact mean', () => {
  const pixels = Array.from({length: 36}, (_, i) => (i * 37) % 256);
  const means = [0, 1, 2, 3].map((block) => {
    const [top, left] = [Math.floor(block / 2) * 3, (block % 2) * 3];
    let sum = 0;
    for (let i = 0; i < 9; i++) {
      sum += pixels[(top + Math.floor(i / 3)) * 6 + left + i % 3]!;
    }
    return Math.round(sum / 9);
  });
  assert.deepEqual([...areaMean(make(pixels, [6, 6, 1]), 3).images], means);
});

test('areaMean refuses a factor that does not divide the image', () => assert.throws(
    () => areaMean(make(new Array(36).fill(0), [6, 6, 1]), 4),
    {name: 'RangeError', message:
      'areaMean: expected a `factor` that divides 6 and 6 (images of d), got 4; ' +
      'pad the images first'}));
