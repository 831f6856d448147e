import assert from 'node:assert/strict';
import {test} from 'node:test';
import {drawIndices} from '../../src/analysis/draw-images';
import {noisyInputs, trajectoryInputs} from '../../src/analysis/noisy-inputs';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {assertClose, assertNoLeak} from '../helpers';
import {byteImages, normalImages} from './fixtures';

test('noisyInputs adds sigma times the same unit noise to the same images at every sigma', () => {
  const images = byteImages(5, [4, 3, 2], createRng(0));
  const inputs = assertNoLeak(
      () => noisyInputs(images, {sigmas: [4, 1, 1e-6], count: 5, rng: createRng(1)}), 3);
  const [large, unit, clean] = inputs.map(({x}) => x.dataSync());
  assertClose(Array.from(large!, (v, i) => (v - clean![i]!) / 4),
      Array.from(unit!, (v, i) => v - clean![i]!), {atol: 1e-5});
  const pixels = Float32Array.from(images.images, (byte) => byte / 127.5 - 1).sort();
  assertClose(Float32Array.from(clean!).sort(), pixels, {atol: 2e-5, what: 'each image once'});
  tf.dispose(inputs.map(({x}) => x));
});

test('noisyInputs draws noise of mean 0 and deviation 1', () => {
  const images = tf.zeros<tf.Rank.R4>([1, 10, 10, 1]);
  const [input] = noisyInputs(images, {sigmas: [2], count: 400, rng: createRng(0)});
  const {mean, variance} = tf.moments(input!.x);
  assertClose([mean.dataSync()[0]!, variance.dataSync()[0]!], [0, 4], {atol: 0.1});
});

test('noisyInputs is the same for the same fork, and another for another', () => {
  const images = byteImages(6, [3, 3, 1], createRng(0));
  const run = (label: string) => noisyInputs(
      images, {sigmas: [1], count: 9, rng: createRng(0).fork(label)})[0]!.x.dataSync();
  assert.deepEqual(run('a'), run('a'));
  assert.notDeepEqual(run('a'), run('b'));
});

test('drawIndices takes every position once before any again, and nests', () => {
  const few = drawIndices(7, 5, createRng(0));
  const many = drawIndices(7, 16, createRng(0));
  assert.equal(new Set(few).size, 5);
  assert.deepEqual([...many.subarray(0, 5)], [...few]);
  assert.deepEqual([...many.subarray(0, 7)].sort(), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...many.subarray(7, 14)].sort(), [0, 1, 2, 3, 4, 5, 6]);
});

test('noisyInputs refuses a sigma of 0, and no images', () => {
  const images = normalImages(3, [2, 2, 1], createRng(0));
  const rng = createRng(0);
  assert.throws(() => noisyInputs(images, {sigmas: [1, 0], rng}),
      {name: 'RangeError', message: /finite and > 0, got 0 at position 1/});
  assert.throws(() => noisyInputs(images, {sigmas: [1], count: 0, rng}), {message: /`count`/});
  assert.throws(() => noisyInputs(byteImages(0, [2, 2, 1], rng), {sigmas: [1], rng}),
      {message: /at least one image, got 0/});
});

test('trajectoryInputs gives every state but the last with its sigma', () => {
  const states = [[1, 2], [3, 4], [5, 6]].map((state) => Float64Array.from(state));
  const trajectory = {sigmas: Float64Array.of(8, 2, 0), states, denoised: []};
  const result = {count: 2, imageShape: [1, 1, 1] as const, trajectory};
  const inputs = assertNoLeak(() => trajectoryInputs(result), 2);
  assert.deepEqual(inputs.map(({sigma}) => sigma), [8, 2]);
  assert.deepEqual(inputs.map(({x}) => [...x.dataSync()]), [[1, 2], [3, 4]]);
  assert.deepEqual(inputs[0]!.x.shape, [2, 1, 1, 1]);
  assert.throws(() => trajectoryInputs({count: 2, imageShape: [1, 1, 1]}),
      {name: 'RangeError', message: /sample with `trajectory: true`/});
});
