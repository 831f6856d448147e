import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {matmul64, matrix64} from '../../src/backend/float64';
import {tf} from '../../src/backend/tf';
import {createDataset} from '../../src/data/dataset';
import {fitGaussian, gaussianStats} from '../../src/denoisers/gaussian-stats';
import {imageMoments, meanImage} from '../../src/denoisers/image-moments';
import {imageRows} from '../../src/denoisers/image-rows';
import type {Dataset, Progress} from '../../src/types';
import {assertNoHandleLeak, handleCount} from '../handles';
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

/** The images as a tensor: pixels in float32, where those of bytes are in float64. */
const asTensor = (set: Dataset): Tensor4D =>
    tf.tensor4d(pixelsOf(set), [set.count, ...set.imageShape]);

/** Each image k times: the same mean and covariance, and enough images for the full route. */
const repeated = (set: Dataset, k: number): Dataset => createDataset({
  name: 'repeated', imageShape: set.imageShape,
  images: Uint8Array.from({length: k * set.images.length}, (_, at) =>
    set.images[at % set.images.length]!),
});

test('few images give what the full covariance gives, without the null space', () => {
  const set = tinyDataset(12, [4, 3, 3], 21);
  const few = assertNoLeak(() => assertNoHandleLeak(() => gaussianStats(set)));
  const many = gaussianStats(repeated(set, 4));
  assert.deepEqual([few.rank, few.eigenvalues.length, few.eigenvectors.length], [11, 11, 36 * 11]);
  assert.deepEqual([many.rank, many.eigenvalues.length], [11, 36]);
  assertClose(few.mean, many.mean, {atol: 1e-15});
  assertClose(few.eigenvalues, many.eigenvalues.subarray(0, 11), {atol: 1e-14});
  assertClose(few.covariance, many.covariance, {atol: 1e-14});
  assertClose(few.eigenvectors.subarray(0, 11), new Float64Array(11), {atol: 0}); // a flat pixel
  const pixels = asTensor(set);
  const fromPixels = gaussianStats(pixels);
  assertClose(fromPixels.eigenvalues, few.eigenvalues, {atol: 1e-6});
  pixels.dispose();
});

test('components of few images are orthonormal to 1e-13 however small their variance', () => {
  // Image i differs from grey in pixel i alone, by an amount that falls by a factor of 4.
  const D = 64;
  const images = tf.tensor4d(Float32Array.from({length: 12 * D}, (_, at) =>
    Math.floor(at / D) === at % D ? 4 ** -(at % D) : 0), [12, 1, D, 1]);
  const {eigenvectors: u, eigenvalues, rank} = gaussianStats(images);
  assert.equal(rank, 11);
  assert.ok(eigenvalues[10]! < 1e-12 * eigenvalues[0]!);
  const unit = matmul64(matrix64(D, rank, u), matrix64(D, rank, u), {transposeA: true}).data;
  assertClose(unit, unit.map((_, at) => at % (rank + 1) === 0 ? 1 : 0), {atol: 1e-13});
  images.dispose();
});

test('two images have one component: their difference', () => {
  const set = tinyDataset(2, [2, 4, 1], 22);
  const {eigenvalues, eigenvectors, rank} = gaussianStats(set);
  assert.equal(rank, 1);
  const half =
      Float64Array.from({length: 8}, (_, p) => (set.images[p]! - set.images[8 + p]!) / 255);
  const square = half.reduce((sum, v) => sum + v * v, 0);
  assertClose(eigenvalues, [square], {rtol: 1e-14});
  const sign = Math.sign(eigenvectors[1]! * half[1]!);
  assertClose(eigenvectors, half.map((v) => sign * v / Math.sqrt(square)), {atol: 1e-14});
});

test('images that are all the same have no component, and a covariance of 0', () => {
  const one = tinyDataset(1, [2, 4, 1], 23);
  const {eigenvalues, eigenvectors, covariance, rank} = gaussianStats(repeated(one, 3));
  assert.deepEqual([rank, eigenvalues.length, eigenvectors.length], [0, 0, 0]);
  assert.deepEqual(covariance, new Float64Array(64));
});

test('duplicates lower the rank to the number of distinct images less one', () => {
  assert.equal(gaussianStats(repeated(tinyDataset(3, [4, 4, 2], 24), 5)).rank, 2);
});

test('a covariance of several blocks is that of its pixels, from bytes and from a tensor', () => {
  const D = 1100; // Three blocks; of so few images that the sums can be checked one by one.
  const set = tinyDataset(40, [1, D, 1], 25);
  const rows = imageRows('test', set);
  const mean = meanImage(set, rows);
  const v = Float64Array.from(set.images, (byte) => byte / 127.5 - 1);
  const pixels = asTensor(set);
  for (const [source, atol] of [[set, 1e-14], [pixels, 2e-7]] as const) {
    const steps = imageMoments(source, imageRows('test', source));
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const moments = step.value;
    assertClose(moments.mean, mean, {atol});
    for (const [r, c] of [[0, 0], [1, 1099], [1099, 1], [366, 367], [700, 20]] as const) {
      let sum = 0;
      for (let i = 0; i < 40; i++) sum += (v[i * D + r]! - mean[r]!) * (v[i * D + c]! - mean[c]!);
      assertClose([moments.covariance[r * D + c]!], [sum / 40], {atol, what: `${r}, ${c}`});
    }
  }
  pixels.dispose();
});

test('fitGaussian gives the same numbers, tells how far it is and lets timers run', async () => {
  const set = tinyDataset(2100, [5, 5, 1], 26);
  const expected = gaussianStats(set);
  const steps: Progress[] = [];
  const before = [tf.memory().numTensors, handleCount()];
  const stats = await fitGaussian(set, {onProgress: (progress) => void steps.push(progress)});
  assert.deepEqual([tf.memory().numTensors, handleCount()], before);
  assert.deepEqual(stats, expected);
  assert.deepEqual(steps.map(({label, done, total}) => `${label} ${done}/${total}`), [
    'covariance 1024/2100', 'covariance 2048/2100', 'covariance 2100/2100', 'eigenvectors 0/1',
  ]);
  await assert.rejects(fitGaussian({...set, count: 0}),
      {message: 'fitGaussian: expected at least one image, got 0'});
});
