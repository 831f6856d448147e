import assert from 'node:assert/strict';
import {test} from 'node:test';
import {sampleSimilarity} from '../../src/analysis/strong-generalization';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import type {ImageShape} from '../../src/types';
import {assertClose, assertNoLeak} from '../helpers';
import {normalImages} from './fixtures';

const SHAPE: ImageShape = [6, 6, 1];
const rng = createRng(0);

test('sampleSimilarity of a model with itself is exact, and chance is not', () => {
  const samples = normalImages(20, SHAPE, createRng(1));
  const {matched, mismatched, gap} = assertNoLeak(() => sampleSimilarity(samples, samples, {rng}));
  assert.equal(matched.rmse.estimate, 0);
  assertClose([matched.correlation.low], [1], {atol: 1e-12});
  assertClose([mismatched.rmse.estimate], [Math.SQRT2], {atol: 0.15});
  assert.ok(mismatched.correlation.low < 0.05 && mismatched.correlation.high > -0.15);
  assert.ok(gap.correlation.low > 0.8 && gap.rmse.high < -1);
});

test('sampleSimilarity has the values of two hand-worked samples', () => {
  const a = tf.tensor4d([0, 1, 2, 3, 3, 2, 1, 0], [2, 2, 2, 1]);
  const b = tf.tensor4d([1, 2, 3, 4, 1, 2, 3, 4], [2, 2, 2, 1]);
  const {matched, mismatched} = sampleSimilarity(a, b, {rng});
  assertClose(matched.perSample.correlation, [1, -1], {atol: 1e-12});
  assertClose(mismatched.perSample.correlation, [1, -1], {atol: 1e-12});
  assertClose(matched.perSample.rmse, [1, Math.sqrt((4 + 0 + 4 + 16) / 4)], {atol: 1e-12});
});

test('sampleSimilarity finds no more than chance between unrelated models', () => {
  // A shared structure, as all images of one kind have, must not count as agreement.
  const shared = tf.mul(normalImages(1, SHAPE, createRng(9)), 2);
  const [a, b] = [2, 3].map((seed) =>
    tf.add<tf.Tensor4D>(normalImages(40, SHAPE, createRng(seed)), shared));
  const {matched, gap} = sampleSimilarity(a!, b!, {rng});
  assert.ok(matched.correlation.low > 0.5, 'alike as images of one kind');
  assert.ok(gap.correlation.low < 0 && gap.correlation.high > 0, 'but not by start noise');
});

test('sampleSimilarity takes a sampler result as well as a tensor', () => {
  const [a, b] = [4, 5].map((seed) => normalImages(3, SHAPE, createRng(seed)));
  const asResult = (t: tf.Tensor4D) =>
    ({samples: t.dataSync<'float32'>(), count: 3, imageShape: SHAPE});
  assert.deepEqual(
      sampleSimilarity(asResult(a!), asResult(b!), {rng}), sampleSimilarity(a!, b!, {rng}));
});

test('sampleSimilarity says what it expected', () => {
  const samples = normalImages(3, SHAPE, createRng(0));
  assert.throws(() => sampleSimilarity(samples, normalImages(2, SHAPE, createRng(0)), {rng}),
      {name: 'RangeError', message: /3 images of shape \[6, 6, 1\] as `a` does, got 2 images/});
  assert.throws(() => sampleSimilarity(samples, tf.ones([3, 6, 6, 1]), {rng}),
      {message: /got image 0 of `b` with contrast 0/});
  const one = tf.slice(samples, 0, 1);
  assert.throws(() => sampleSimilarity(one, one, {rng}), {message: /`samples`.*>= 2, got 1/});
});
