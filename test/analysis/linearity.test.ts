import assert from 'node:assert/strict';
import {test} from 'node:test';
import {linearityCurve} from '../../src/analysis/linearity';
import {compareWithCombination} from '../../src/analysis/linearity-of-outputs';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {gaussianDenoiser} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../../src/denoisers/multi-delta';
import type {ImageShape} from '../../src/types';
import {assertClose} from '../helpers';
import {affineDenoiser, byteImages, denoiserOf, normalImages} from './fixtures';

const SHAPE: ImageShape = [4, 4, 1];
const half = {alpha: Math.SQRT1_2, beta: Math.SQRT1_2};

test('compareWithCombination has the cosine and relative errors of a hand-worked pair', () => {
  // combination (1, 1), joint (1, 0): cosine 1/√2, difference 1
  const d = Float64Array.of(Math.SQRT2, 0);
  const e = Float64Array.of(0, Math.SQRT2);
  const {score, nmse, nmseToCombination} = compareWithCombination(d, e, [1, 0], {...half, size: 2});
  assertClose([score[0]!, nmse[0]!, nmseToCombination[0]!], [Math.SQRT1_2, 1, Math.SQRT1_2],
      {atol: 1e-15});
});

test('compareWithCombination takes the absolute cosine, as eq. 11 does', () => {
  const {score} = compareWithCombination([1, 0], [1, 0], [-1, 0], {...half, size: 2});
  assertClose(score, [1], {atol: 1e-15});
});

test('compareWithCombination takes two zero outputs as equal and refuses a single one', () => {
  const options = {...half, size: 2, at: 'at sigma 80'};
  const same = compareWithCombination([0, 0], [0, 0], [0, 0], options);
  assert.deepEqual([same.score[0], same.nmse[0]], [1, 0]);
  assert.throws(() => compareWithCombination([1, 0], [1, 0], [0, 0], options),
      {message: /pair 0 at sigma 80 has an output of norm 0/});
});

test('linearityCurve gives a linear map score 1 and NMSE 0', async () => {
  const images = byteImages(10, SHAPE, createRng(0));
  const {points} = await linearityCurve(affineDenoiser(SHAPE, 0, createRng(1)), images,
      {sigmas: [10, 0.1], pairs: 20, alpha: 0.3, rng: createRng(2)});
  for (const {score, nmse} of points) {
    assertClose([score.low, score.estimate, score.high], [1, 1, 1], {atol: 1e-11});
    assert.ok(nmse.high < 1e-6, `NMSE ${nmse.high}`);
  }
});

test('linearityCurve gives the Gaussian denoiser a centred score of 1', async () => {
  const images = byteImages(30, SHAPE, createRng(0));
  const bright = {...images, images: images.images.map((byte) => 128 + byte / 2)};
  const stats = gaussianStats(bright);
  const {points, centred} = await linearityCurve(gaussianDenoiser(stats), bright,
      {sigmas: [20, 1, 0.05], pairs: 20, centre: stats.mean, rng: createRng(0)});
  for (const point of centred!) {
    assertClose([point.score.low], [1], {atol: 1e-10, what: `centred at ${point.sigma}`});
    assert.ok(point.nmse.high < 1e-5);
  }
  assert.ok(points[0]!.nmse.low > 0.1, 'the offset shows without centring');
});

test('linearityCurve puts the multi-delta denoiser below the Gaussian one', async () => {
  const images = byteImages(20, SHAPE, createRng(0));
  const options = {sigmas: [0.5], pairs: 60, rng: createRng(0)};
  const [delta] = (await linearityCurve(multiDeltaDenoiser(images), images, options)).points;
  const [gauss] =
      (await linearityCurve(gaussianDenoiser(gaussianStats(images)), images, options)).points;
  assert.ok(delta!.score.high < gauss!.score.low);
});

test('linearityCurve shows every denoiser the same pairs, whatever the batch', async () => {
  const images = normalImages(6, SHAPE, createRng(0));
  const seen: number[][] = [];
  const spy = denoiserOf('spy', SHAPE, (x) => {
    seen.push([...x.dataSync()]);
    return tf.square(x);
  });
  const run = (batch: number) =>
    linearityCurve(spy, images, {sigmas: [2, 1], pairs: 8, batch, rng: createRng(3)});
  const [whole, parts] = [await run(256), await run(5)];
  assert.deepEqual(whole, parts);
  assert.deepEqual([...seen[0]!, ...seen[1]!], seen.slice(2).flat());
});

test('linearityCurve combines two different images with alpha and beta', async () => {
  const images = tf.tensor4d([1, 10, 100], [3, 1, 1, 1]);
  let inputs: Float32Array = new Float32Array();
  const spy = denoiserOf('spy', [1, 1, 1], (x) => {
    inputs = x.dataSync<'float32'>();
    return tf.mul(x, 2);
  });
  await linearityCurve(spy, images,
      {sigmas: [1e-4], pairs: 50, alpha: 0.6, centre: [7], rng: createRng(0)});
  const [x1, x2, joint, centred] = [0, 1, 2, 3].map((k) => inputs.subarray(k * 50, (k + 1) * 50));
  x1!.forEach((value, j) => {
    assert.ok(Math.abs(Math.log10(value / x2![j]!)) > 0.9, 'two different images');
    assertClose([joint![j]!, centred![j]!],
        [0.6 * value + 0.8 * x2![j]!, 7 + 0.6 * (value - 7) + 0.8 * (x2![j]! - 7)], {rtol: 1e-5});
  });
  assert.equal(new Set(x1!.map(Math.round)).size, 3);
});

test('linearityCurve leaves no tensors, reports progress, and fails without leaking', async () => {
  const images = normalImages(6, SHAPE, createRng(0));
  const before = tf.memory().numTensors;
  const done: number[] = [];
  const options = {sigmas: [2, 1], pairs: 4, rng: createRng(0), centre: new Float64Array(16)};
  await linearityCurve(denoiserOf('square', SHAPE, tf.square), images,
      {...options, onProgress: (progress) => done.push(progress.done / progress.total)});
  assert.deepEqual(done, [0.5, 1]);
  assert.equal(tf.memory().numTensors, before);
  const broken = denoiserOf('broken', SHAPE, (x) => tf.log(tf.mul(x, 0)).mul(0));
  await assert.rejects(linearityCurve(broken, images, options),
      {message: /denoiser broken: expected finite outputs, got NaN for input 0 at sigma 2/});
  assert.equal(tf.memory().numTensors, before);
});

test('linearityCurve says what it expected', async () => {
  const images = normalImages(3, SHAPE, createRng(0));
  const square = denoiserOf('square', SHAPE, tf.square);
  const rejects = (options: object, message: RegExp, data = images) => assert.rejects(
      linearityCurve(square, data, {sigmas: [1], pairs: 3, rng: createRng(0), ...options}),
      {name: 'RangeError', message});
  await rejects({sigmas: [-1]}, /finite and > 0, got -1/);
  await rejects({alpha: 1}, /`alpha` in \(0, 1\), got 1/);
  await rejects({centre: [0]}, /`centre` of length 16, got 1/);
  await rejects({pairs: 1}, /`pairs`.*>= 2, got 1/);
  await rejects({}, /`number of images`.*>= 2, got 1/, normalImages(1, SHAPE, createRng(0)));
  await rejects({}, /`x` of shape \[any, 4, 4, 1\]/, normalImages(3, [5, 4, 1], createRng(0)));
});
