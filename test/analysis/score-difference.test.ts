import assert from 'node:assert/strict';
import {test} from 'node:test';
import {noisyInputs} from '../../src/analysis/noisy-inputs';
import {compareDenoisers, distanceGap, sampleDistance} from '../../src/analysis/score-difference';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import type {ImageShape} from '../../src/types';
import {assertClose} from '../helpers';
import {denoiserOf, normalImages} from './fixtures';

const SHAPE: ImageShape = [3, 4, 2];
const inputsOf = (sigmas: number[], count = 6) => noisyInputs(
    normalImages(8, SHAPE, createRng(0)), {sigmas, count, rng: createRng(1)});

test('sampleDistance is the root mean square of each sample, and its square over the norm', () => {
  const {rmse, nmse} = sampleDistance([1, 0, 3, 4], [0, 0, 0, 0], 2);
  assertClose(rmse, [Math.sqrt(0.5), Math.sqrt(12.5)], {atol: 1e-15});
  assertClose(nmse, [1, 1], {atol: 1e-15});
  assertClose(sampleDistance([3, 4], [3, 5], 2).nmse, [1 / 25], {atol: 1e-15});
});

test('sampleDistance refuses rows that do not fit and a reference of zeros', () => {
  assert.throws(() => sampleDistance([1, 2], [1, 2, 3], 2),
      {name: 'RangeError', message: /2 and 3/});
  assert.throws(() => sampleDistance([1, 2, 0, 0], [1, 2, 0, 1], 2), {message: /for sample 1/});
  assert.deepEqual(sampleDistance([0, 0], [0, 0], 2), {rmse: [0], nmse: [0]});
});

test('compareDenoisers finds a constant offset, and nothing between equal denoisers', async () => {
  const identity = denoiserOf('identity', SHAPE, (x) => x.clone());
  const shifted = denoiserOf('shifted', SHAPE, (x) => tf.add(x, 0.25));
  const doubled = denoiserOf('doubled', SHAPE, (x) => tf.mul(x, 2));
  const results = await compareDenoisers(
      identity, [identity, shifted, doubled], inputsOf([5, 0.5]), {rng: createRng(0)});
  assert.deepEqual(results.map(({denoiser, reference}) => [denoiser, reference]),
      ['identity', 'shifted', 'doubled'].map((name) => [name, 'identity']));
  const [same, offset, twice] = results.map(({points}) => points);
  assert.deepEqual(same![0]!.rmse, {estimate: 0, low: 0, high: 0});
  assert.deepEqual(offset!.map(({sigma}) => sigma), [5, 0.5]);
  assertClose(offset!.map(({rmse}) => rmse.estimate), [0.25, 0.25], {atol: 1e-6});
  assertClose(twice!.map(({nmse}) => nmse.estimate), [1, 1], {atol: 1e-6});
});

test('compareDenoisers gives every denoiser the same inputs and sigma, in batches', async () => {
  const seen: [number, number[]][] = [];
  const spy = (name: string) => denoiserOf(name, SHAPE, (x, sigma) => {
    seen.push([x.shape[0], [...sigma.dataSync()]]);
    return tf.mul(x, name === 'a' ? 1 : 2);
  });
  const run = (batch: number) => compareDenoisers(
      spy('a'), [spy('b')], inputsOf([3, 1], 5), {rng: createRng(0), batch});
  assert.deepEqual(await run(2), await run(100));
  assert.deepEqual(seen.slice(0, 3), [[2, [3, 3]], [2, [3, 3]], [1, [3]]]);
});

test('distanceGap pairs the samples and matches the difference of the estimates', async () => {
  const noisy = denoiserOf('reference', SHAPE, (x) => tf.sin(tf.mul(x, 3)));
  const zero = denoiserOf('zero', SHAPE, (x) => tf.zerosLike(x));
  const near = denoiserOf('near', SHAPE, (x) => tf.mul(tf.sin(tf.mul(x, 3)), 0.5));
  const inputs = inputsOf([2, 1], 20);
  const [far, close] = await compareDenoisers(noisy, [zero, near], inputs, {rng: createRng(0)});
  const gaps = distanceGap(far!, close!, {rng: createRng(0)});
  gaps.forEach(({sigma, rmse, nmse}, k) => {
    const [a, b] = [far!.points[k]!, close!.points[k]!];
    assert.equal(sigma, a.sigma);
    assertClose([rmse.estimate], [a.rmse.estimate - b.rmse.estimate], {atol: 1e-12});
    assertClose([nmse.low, nmse.high], [0.75, 0.75], {atol: 1e-6});
    assert.ok(rmse.low > 0);
  });
  const [elsewhere] = await compareDenoisers(noisy, [near], inputs.slice(1), {rng: createRng(0)});
  assert.throws(() => distanceGap(far!, elsewhere!, {rng: createRng(0)}),
      {name: 'RangeError', message: /reference at sigma 2, 1, got one to reference at sigma 1/});
});

test('compareDenoisers refuses a reference whose output is zero', async () => {
  const zero = denoiserOf('zero', SHAPE, (x) => tf.zerosLike(x));
  const square = denoiserOf('square', SHAPE, tf.square);
  await assert.rejects(compareDenoisers(zero, [square], inputsOf([1]), {rng: createRng(0)}),
      {message: /zeros for sample 0; its relative error is undefined/});
});

test('compareDenoisers leaves no tensors, and reports each sigma', async () => {
  const inputs = inputsOf([3, 1]);
  const square = denoiserOf('square', SHAPE, tf.square);
  const before = tf.memory().numTensors;
  const labels: string[] = [];
  await compareDenoisers(square, [square], inputs, {
    rng: createRng(0),
    onProgress: ({label, done, total}) => labels.push(`${label} ${done}/${total}`),
  });
  assert.deepEqual(labels, ['distances to square 1/2', 'distances to square 2/2']);
  const bad = denoiserOf('flat', SHAPE, (x) => tf.reshape(x, [-1]));
  const wrong = {...bad, denoise: (x: tf.Tensor4D) => tf.tidy(() => tf.slice(x, 0, 1))};
  await assert.rejects(compareDenoisers(square, [wrong], inputs, {rng: createRng(0)}),
      {name: 'RangeError', message: /denoiser flat: expected `output` of shape \[6, 3, 4, 2\]/});
  assert.equal(tf.memory().numTensors, before);
});
