import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {statelessIndices, statelessNormal} from '../../src/backend/stateless';
import {tf} from '../../src/backend/tf';
import {assertNoLeak} from '../helpers';

const at = (step: number): tf.Scalar => tf.scalar(step, 'int32');
const normal = (count: number, stream: number, step: number): number[] =>
    [...tf.tidy(() => statelessNormal<tf.Tensor1D>([count], stream, at(step)).arraySync())];
const indices = (count: number, limit: number, stream: number, step: number): number[] =>
    [...tf.tidy(() => statelessIndices(count, limit, stream, at(step)).arraySync())];

test('a stream and a counter decide the values, whatever was drawn before', () => {
  const first = normal(8, 1, 0);
  normal(3, 5, 9);
  assert.deepEqual(normal(8, 1, 0), first);
  const others = [normal(8, 1, 1), normal(8, 2, 0), normal(8, 0, 1)];
  assert.equal(new Set([first, ...others].map(String)).size, 4);
});

test('the same seed words give the values of randomNormal', () => {
  const [stream, counter] = createRng(0).seedPair();
  const expected = tf.tidy(() => [...randomNormal<tf.Rank.R1>([16], createRng(0)).arraySync()]);
  assert.deepEqual(normal(16, stream, counter), expected);
});

test('normal values have mean 0 and variance 1 over many counters', () => {
  const values = Array.from({length: 100}, (_, step) => normal(100, 7, step)).flat();
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  assert.ok(Math.abs(mean) < 0.05 && Math.abs(variance - 1) < 0.07, `${mean}, ${variance}`);
});

test('indices cover 0..limit-1 evenly, as int32', () => {
  const counts = new Array<number>(5).fill(0);
  for (let step = 0; step < 20; step++) {
    for (const index of indices(500, 5, 11, step)) counts[index]!++;
  }
  assert.equal(counts.length, 5, 'no index at the limit or beyond');
  for (const count of counts) assert.ok(Math.abs(count - 2000) < 210, `${counts}`);
  assert.deepEqual(indices(4, 1, 3, 3), [0, 0, 0, 0]);
  const dtype = tf.tidy(() => statelessIndices(1, 2, 0, at(0)).dtype);
  assert.equal(dtype, 'int32');
});

test('both take the largest 31-bit stream and leave one tensor', () => {
  const step = at(2 ** 31 - 1);
  const stream = 2 ** 31 - 1;
  const images = assertNoLeak(
      () => statelessNormal<tf.Tensor4D>([2, 3, 3, 1], stream, step), 1);
  assert.deepEqual(images.shape, [2, 3, 3, 1]);
  assert.ok(images.dataSync().every(Number.isFinite));
  const chosen = assertNoLeak(() => statelessIndices(6, 60_000, stream, step), 1);
  assert.ok(chosen.dataSync().every((index) => index >= 0 && index < 60_000));
  tf.dispose([images, chosen, step]);
});
