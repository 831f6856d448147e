import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {squaredDistance} from '../../src/denoisers/distances';
import {multiDeltaDenoiser} from '../../src/denoisers/multi-delta';
import {assertNoHandleLeak} from '../handles';
import {assertClose, assertNoLeak} from '../helpers';
import {pixelsOf, tinyDataset} from '../tiny-dataset';

const set = tinyDataset(23, [3, 2, 1], 3);
const pixels = pixelsOf(set);
const D = 6;

/** Equation 5 as it is written, in JavaScript's float64. */
function byDefinition(x: ArrayLike<number>, sigma: number): number[] {
  const rows = Array.from({length: set.count}, (_, i) => pixels.subarray(i * D, (i + 1) * D));
  const logits = rows.map((y) => -squaredDistance(x, y) / (2 * sigma * sigma));
  const top = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - top));
  const total = weights.reduce((a, b) => a + b);
  return Array.from({length: D}, (_, p) =>
      rows.reduce((sum, y, i) => sum + weights[i]! * y[p]!, 0) / total);
}

const inputs = Float64Array.from({length: 4 * D}, (_, at) => Math.sin(at * at));

test('multiDeltaDenoiser is the softmax mean of the images, for any chunk', () => {
  for (const chunk of [1, 4, 23, 1000]) {
    const denoiser = multiDeltaDenoiser(set, {chunk});
    for (const sigma of [0.05, 0.5, 3, 80]) {
      const expected = [0, 1, 2, 3].flatMap((i) =>
          byDefinition(inputs.subarray(i * D, (i + 1) * D), sigma));
      assertClose(denoiser.denoise64(inputs, sigma), expected, {atol: 1e-13});
    }
  }
});

test('each image has its own sigma', () => tf.tidy(() => {
  const sigmas = [0.1, 0.4, 1, 20];
  const x = tf.tensor4d(Float32Array.from(inputs), [4, 3, 2, 1]);
  const y = multiDeltaDenoiser(set).denoise(x, tf.tensor1d(sigmas)).dataSync();
  sigmas.forEach((sigma, i) => assertClose(y.subarray(i * D, (i + 1) * D),
      byDefinition(Float32Array.from(inputs.subarray(i * D, (i + 1) * D)), sigma), {atol: 3e-7}));
}));

test('small sigma gives the nearest image exactly, even far away from all of them', () => {
  const denoiser = multiDeltaDenoiser(set, {chunk: 5});
  for (const offset of [0, 0.05, 3]) {
    const x = Float64Array.from(pixels.subarray(2 * D, 3 * D), (v) => v + offset);
    const distances = Array.from({length: set.count}, (_, i) =>
        squaredDistance(x, pixels.subarray(i * D, (i + 1) * D)));
    const nearest = distances.indexOf(Math.min(...distances));
    assert.deepEqual([...denoiser.denoise64(x, 0.002)],
        [...pixels.subarray(nearest * D, (nearest + 1) * D)]);
  }
});

test('large sigma gives the mean of the images', () => {
  const mean = Array.from({length: D}, (_, p) => {
    let sum = 0;
    for (let i = 0; i < set.count; i++) sum += pixels[i * D + p]!;
    return sum / set.count;
  });
  assertClose(multiDeltaDenoiser(set).denoise64(inputs, 1e6), [0, 1, 2, 3].flatMap(() => mean),
      {atol: 1e-9});
});

test('a copy among the images counts twice: the mean of {y, y, z} from half way', () => {
  const images = tf.tensor4d([0, 0, 0, 0, 0.6, 0], [3, 1, 2, 1]);
  const middle = multiDeltaDenoiser(images).denoise64(Float64Array.of(0.3, 0), 0.01);
  assertClose(middle, [Math.fround(0.6) / 3, 0], {atol: 1e-5});
  images.dispose();
});

test('denoise leaves one tensor, denoise64 none, and failures none', () => {
  const denoiser = multiDeltaDenoiser(set, {chunk: 8});
  const [x, sigma] = [tf.zeros<tf.Rank.R4>([2, 3, 2, 1]), tf.tensor1d([1, 2])];
  assertNoLeak(() => denoiser.denoise(x, sigma), 1).dispose();
  assertNoHandleLeak(() => denoiser.denoise(x, sigma).dispose());
  assertNoHandleLeak(() => denoiser.denoise64(inputs, 1));
  const bad = tf.tensor1d([1, 0]);
  assertNoLeak(() => assertNoHandleLeak(() => assert.throws(() => denoiser.denoise(x, bad), {
    name: 'RangeError',
    message: 'multiDeltaDenoiser: expected every sigma to be finite and > 0, got 0 at position 1',
  })));
  tf.dispose([x, sigma, bad]);
});

test('wrong shapes, chunks and sigmas are named', () => tf.tidy(() => {
  const denoiser = multiDeltaDenoiser(set);
  assert.throws(() => denoiser.denoise(tf.zeros([2, 2, 3, 1]), tf.ones([2])), {
    message: 'multiDeltaDenoiser: expected `x` of shape [any, 3, 2, 1], got [2, 2, 3, 1]',
  });
  assert.throws(() => denoiser.denoise(tf.zeros([2, 3, 2, 1]), tf.ones([3])),
      {message: 'multiDeltaDenoiser: expected `sigma` of shape [2], got [3]'});
  assert.throws(() => denoiser.denoise64(inputs, NaN), /finite and > 0, got NaN at position 0/);
  assert.throws(() => denoiser.denoise64(inputs.subarray(1), 1),
      /expected whole images of shape \[3, 2, 1\] \(6 values each\), got 23 values/);
  assert.throws(() => multiDeltaDenoiser(set, {chunk: 0}),
      {message: 'multiDeltaDenoiser: expected `chunk` to be an integer >= 1, got 0'});
}));
