import assert from 'node:assert/strict';
import {test} from 'node:test';
import {nearestImages} from '../../src/analysis/nearest';
import type {Neighbour} from '../../src/analysis/nearest';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import type {Dataset, ImageShape} from '../../src/types';
import {byteImages, normalImages} from './fixtures';

const SHAPE: ImageShape = [3, 3, 2];
const D = 18;

/** The images at `indices` as another data set. */
const pick = (set: Dataset, indices: number[]): Dataset => ({
  ...set, count: indices.length,
  images: Uint8Array.from(indices.flatMap((i) => [...set.images.subarray(i * D, (i + 1) * D)])),
});

test('nearestImages finds what a search over all pairs finds', async () => {
  const images = normalImages(57, SHAPE, createRng(0));
  const queries = normalImages(9, SHAPE, createRng(1));
  const [rows, asked] = [images, queries].map((tensor) => tensor.dataSync());
  const found = await nearestImages(images, queries, {k: 4, chunk: 10});
  found.forEach((neighbours, q) => {
    const all = Array.from({length: 57}, (_, index) => {
      let square = 0;
      for (let p = 0; p < D; p++) square += (asked![q * D + p]! - rows![index * D + p]!) ** 2;
      return {index, distance: Math.sqrt(square)};
    }).sort((a, b) => a.distance - b.distance);
    assert.deepEqual(neighbours, all.slice(0, 4));
  });
});

test('nearestImages returns distance 0 for copies, in a data set of bytes too', async () => {
  const images = byteImages(300, SHAPE, createRng(0));
  for (const chunk of [7, 1024]) {
    const found = await nearestImages(images, pick(images, [5, 299, 0]), {k: 2, chunk});
    assert.deepEqual(found.map(([first]) => first),
        [5, 299, 0].map((index) => ({index, distance: 0})));
    assert.ok(found.every(([, second]) => second!.distance > 0));
  }
});

test('nearestImages gives equal distances in the order of the data set', async () => {
  const images = pick(byteImages(3, SHAPE, createRng(0)), [...new Array(200).fill(1), 0, 1]);
  const query = pick(images, [7, 200]);
  const [copies, other] = await nearestImages(images, query, {k: 3, chunk: 16});
  assert.deepEqual(copies!.map(({index}) => index), [0, 1, 2]);
  assert.deepEqual(other!.map(({index}) => index), [200, 0, 1]);
});

test('nearestImages by cosine ignores the scale of an image', async () => {
  const images = normalImages(20, SHAPE, createRng(0));
  const scaled = tf.mul<tf.Tensor4D>(tf.slice(images, 13, 1), 7);
  const [[neighbour]] = await nearestImages(images, scaled, {metric: 'cosine'}) as [[Neighbour]];
  assert.equal(neighbour.index, 13);
  assert.ok(neighbour.distance < 1e-14);
});

test('nearestImages leaves no tensors, and reports progress', async () => {
  const images = byteImages(30, SHAPE, createRng(0));
  const queries = normalImages(9, SHAPE, createRng(1));
  const before = tf.memory().numTensors;
  const done: number[] = [];
  await nearestImages(images, queries,
      {chunk: 4, onProgress: (progress) => done.push(progress.done)});
  assert.deepEqual(done, [4, 8, 9]);
  assert.equal(tf.memory().numTensors, before);
});

test('nearestImages says what it expected', async () => {
  const images = normalImages(4, SHAPE, createRng(0));
  const rejects = (queries: tf.Tensor4D, options: object, message: RegExp) =>
    assert.rejects(nearestImages(images, queries, options), {message});
  await rejects(images, {k: 5}, /k <= 4, the number of images, got 5/);
  await rejects(images, {metric: 'manhattan'}, /'euclidean' or 'cosine', got manhattan/);
  await rejects(normalImages(2, [3, 2, 3], createRng(0)), {},
      /queries of shape \[3, 3, 2\] each, got \[3, 2, 3\]/);
  await rejects(tf.fill([2, 3, 3, 2], NaN), {}, /finite pixels, got others in query 0/);
  await rejects(tf.zeros([1, 3, 3, 2]), {metric: 'cosine'},
      /norm above 0 for the cosine, got 0 for query 0/);
});
