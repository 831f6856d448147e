import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import {assertNoHandleLeak} from '../handles';
import {assertClose, assertNoLeak} from '../helpers';
import {pixelsOf, tinyDataset} from '../tiny-dataset';

test('gaussianStats of four points on two axes has the closed form, divisor N', () => {
  const images = tf.tensor4d([2, 0, -2, 0, 0, 1, 0, -1], [4, 1, 2, 1]);
  const stats = assertNoLeak(() => assertNoHandleLeak(() => gaussianStats(images)));
  assert.deepEqual([...stats.mean], [0, 0]);
  assert.deepEqual([...stats.covariance], [2, 0, 0, 0.5]);
  assert.deepEqual([...stats.eigenvalues], [2, 0.5]);
  assert.deepEqual([...stats.eigenvectors].map(Math.abs), [1, 0, 0, 1]);
  assert.deepEqual([stats.rank, stats.count, ...stats.imageShape], [2, 4, 1, 2, 1]);
  images.dispose();
});

test('bytes are summed exactly over chunks: equal to float64 sums of v / 127.5 - 1', () => {
  const set = tinyDataset(2100, [2, 2, 1], 4); // Three chunks.
  const stats = assertNoLeak(() => assertNoHandleLeak(() => gaussianStats(set)));
  const v = Float64Array.from(set.images, (byte) => byte / 127.5 - 1);
  const mean = [0, 1, 2, 3].map((p) => v.filter((_, at) => at % 4 === p)
      .reduce((a, b) => a + b) / set.count);
  const covariance = Array.from({length: 16}, (_, at) => {
    let sum = 0;
    for (let i = 0; i < v.length; i += 4) {
      sum += (v[i + (at >> 2)]! - mean[at >> 2]!) * (v[i + at % 4]! - mean[at % 4]!);
    }
    return sum / set.count;
  });
  assertClose(stats.mean, mean, {atol: 1e-13});
  assertClose(stats.covariance, covariance, {atol: 1e-13});
});

test('a pixel that never changes has variance 0 exactly and lowers the rank', () => {
  const stats = gaussianStats(tinyDataset(300, [2, 3, 1], 5));
  assert.deepEqual([...stats.covariance.subarray(0, 6)], [0, 0, 0, 0, 0, 0]);
  assert.equal(stats.mean[0], -1);
  assert.equal(stats.eigenvalues[5], 0);
  assert.equal(stats.rank, 5);
});

test('fewer images than pixels: rank N - 1, no eigenvalue below 0', () => {
  const stats = gaussianStats(tinyDataset(4, [3, 4, 1], 6));
  assert.equal(stats.rank, 3);
  assert.ok(stats.eigenvalues.every((value) => value >= 0));
});

test('a single image has mean itself and covariance 0', () => {
  const set = tinyDataset(1, [2, 2, 1], 7);
  const stats = gaussianStats(set);
  assertClose(stats.mean, pixelsOf(set), {atol: 6e-8});
  assert.ok([...stats.covariance, ...stats.eigenvalues].every((value) => value === 0));
  assert.equal(stats.rank, 0);
});

test('eigenvectors are orthonormal and rebuild the covariance to 1e-13', () => {
  const {covariance, eigenvectors: u, eigenvalues} = gaussianStats(tinyDataset(40, [2, 4, 1], 8));
  const D = 8;
  const entry = (r: number, c: number, scale: ArrayLike<number>): number =>
      eigenvalues.reduce((sum, _, k) => sum + u[r * D + k]! * u[c * D + k]! * scale[k]!, 0);
  const pairs = Array.from({length: D * D}, (_, at) => [Math.floor(at / D), at % D] as const);
  const ones = new Float64Array(D).fill(1);
  assertClose(pairs.map(([r, c]) => entry(r, c, ones)), pairs.map(([r, c]) => r === c ? 1 : 0),
      {atol: 1e-13});
  assertClose(pairs.map(([r, c]) => entry(r, c, eigenvalues)), covariance, {atol: 1e-13});
});

test('pixels that are not finite are refused', () => tf.tidy(() => assert.throws(
    () => gaussianStats(tf.tensor4d([NaN, 1, 2, 3], [2, 1, 2, 1])),
    /symmetricEigen64: expected finite values, got NaN/)));
