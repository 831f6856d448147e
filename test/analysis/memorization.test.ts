import assert from 'node:assert/strict';
import {test} from 'node:test';
import {calibrateOnHeldOut, memorizationScores} from '../../src/analysis/memorization';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import type {ImageShape} from '../../src/types';
import {byteImages, normalImages} from './fixtures';

const SHAPE: ImageShape = [4, 4, 1];
const rng = createRng(0);

test('memorizationScores calls near copies copies and novel images none', async () => {
  const train = normalImages(40, SHAPE, createRng(1));
  const copies = tf.add<tf.Tensor4D>(tf.slice(train, 3, 6), 0.01);
  const novel = normalImages(10, SHAPE, createRng(2));
  const result = await memorizationScores(train, tf.concat([copies, novel], 0), {rng});
  assert.deepEqual(result.perSample.map(({copied}) => copied),
      Array.from({length: 16}, (_, i) => i < 6));
  assert.deepEqual(result.perSample.slice(0, 6).map(({nearest}) => nearest.index),
      [3, 4, 5, 6, 7, 8]);
  assert.equal(result.copyRatio.estimate, 6 / 16);
  assert.ok(result.copyRatio.low > 0.15 && result.copyRatio.high < 0.65);
  assert.ok(result.gl.low < result.gl.estimate && result.gl.estimate < result.gl.high);
});

test('memorizationScores divides by the norm, and by the second distance', async () => {
  const train = tf.tensor4d([0, 0, 4, 0], [2, 1, 2, 1]);
  const samples = {samples: Float32Array.of(1, 0, 2, 3), count: 2, imageShape: [1, 2, 1] as const};
  const {perSample, gl} = await memorizationScores(train, samples, {rng});
  assert.deepEqual(perSample[0]!,
      {nearest: {index: 0, distance: 1}, gl: 1, ratio: 1 / 3, copied: false});
  assert.deepEqual([perSample[1]!.gl, perSample[1]!.ratio], [1, 1]);
  assert.deepEqual(gl, {estimate: 1, low: 1, high: 1});
  const strict = await memorizationScores(train, samples, {rng, threshold: 0.34});
  assert.deepEqual(strict.perSample.map(({copied}) => copied), [true, false]);
});

test('a training image stored twice does not hide its copies', async () => {
  const once = normalImages(5, SHAPE, createRng(3));
  const twice = tf.concat([once, once], 0);
  const copies = tf.add<tf.Tensor4D>(once, 0.01);
  const [a, b] = [
    await memorizationScores(once, copies, {rng}), await memorizationScores(twice, copies, {rng}),
  ];
  assert.equal(b.copyRatio.estimate, 1);
  assert.deepEqual(a.perSample.map(({ratio}) => ratio), b.perSample.map(({ratio}) => ratio));
});

test('calibrateOnHeldOut tells unseen real images from training images', async () => {
  const train = byteImages(60, SHAPE, createRng(4));
  const heldOut = byteImages(50, SHAPE, createRng(5));
  const before = tf.memory().numTensors;
  const unseen = await calibrateOnHeldOut(train, heldOut, {count: 30, rng});
  const seen = await calibrateOnHeldOut(train, train, {count: 30, rng});
  assert.equal(tf.memory().numTensors, before);
  assert.equal(unseen.perSample.length, 30);
  assert.equal(unseen.copyRatio.estimate, 0);
  assert.ok(unseen.gl.low > 0.5);
  assert.deepEqual([seen.gl.estimate, seen.copyRatio.estimate], [0, 1]);
  assert.equal(new Set(seen.perSample.map(({nearest}) => nearest.index)).size, 30);
});

test('memorization measures say what they expected', async () => {
  const train = normalImages(4, SHAPE, createRng(0));
  const rejects = (body: Promise<unknown>, message: RegExp) => assert.rejects(body, {message});
  await rejects(memorizationScores(train, train, {rng, threshold: 0}), /in \(0, 1\], got 0/);
  await rejects(memorizationScores(tf.slice(train, 0, 1), train, {rng}), /`training images`.*>= 2/);
  await rejects(memorizationScores(train, tf.zeros([2, 4, 4, 1]), {rng}),
      /norm above 0, got 0 for sample 0/);
  await rejects(calibrateOnHeldOut(train, train, {rng, count: 5}), /<= 4, the number of held-out/);
  const short = {samples: new Float32Array(3), count: 1, imageShape: SHAPE};
  await rejects(memorizationScores(train, short, {rng}), /16 values, got 3/);
});
