import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {gaussianDenoiser, wienerWeights} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import {linearDenoiser} from '../../src/denoisers/linear';
import {multiDeltaDenoiser} from '../../src/denoisers/multi-delta';
import {fitLinearClosedForm} from '../../src/training/fit-linear-closed-form';
import type {Denoiser, Progress} from '../../src/types';
import {handleCount} from '../handles';
import {assertClose, relativeL2} from '../helpers';
import {tinyDataset} from '../tiny-dataset';

const set = tinyDataset(40, [2, 3, 1], 21);
const stats = gaussianStats(set);
const sigmas = [10, 0.5, 0.01];

test('an affine denoiser gives its own W and b back, and residual 0', async () => {
  const denoiser = gaussianDenoiser(stats);
  const fit = await fitLinearClosedForm(
      denoiser, set, {sigmas, samplesPerSigma: 100, batch: 32, rng: createRng(0)});
  sigmas.forEach((sigma, k) => {
    const {weight, bias} = wienerWeights(stats, sigma);
    assertClose(fit.weights[k]!, weight, {atol: 1e-4});
    assertClose(fit.biases[k]!, bias, {atol: 1e-4});
  });
  assert.ok(fit.mse.every((mse) => mse < 1e-12));
  assert.deepEqual([...fit.ridges], [0, 0, 0]);
  const linear = linearDenoiser(fit);
  const x = Float64Array.from({length: 6}, (_, at) => Math.sin(at));
  assertClose(linear.denoise64(x, 0.5), denoiser.denoise64(x, 0.5), {atol: 1e-5});
  [linear, denoiser].forEach((each) => each.dispose());
});

test('clean images, and their multi-delta denoiser, both give the Wiener filter', async () => {
  const options = {sigmas: [1], samplesPerSigma: 40_000, batch: 4000, rng: createRng(3)};
  const wiener = wienerWeights(stats, 1).weight;
  for (const target of ['clean', multiDeltaDenoiser(set)] as const) {
    const {weights} = await fitLinearClosedForm(target, set, options);
    assert.ok(relativeL2(weights[0]!, wiener) < 0.03, `${relativeL2(weights[0]!, wiener)}`);
  }
});

test('the same seed gives the same fit, another seed another; progress is complete', async () => {
  const seen: Progress[] = [];
  const fit = (seed: number) => fitLinearClosedForm('clean', set, {
    sigmas: [1, 2], samplesPerSigma: 70, batch: 50, rng: createRng(seed),
    onProgress: (progress) => seen.push(progress),
  });
  const [a, b, c] = [await fit(1), await fit(1), await fit(2)];
  assert.deepEqual(a.weights, b.weights);
  assert.notDeepEqual(a.weights, c.weights);
  assert.deepEqual(seen.slice(0, 4).map(({done, total}) => [done, total]),
      [[50, 140], [70, 140], [120, 140], [140, 140]]);
  assert.equal(seen[2]!.detail, 'sigma 2');
});

test('too few samples: the ridge is reported', async () => {
  const {ridges} = await fitLinearClosedForm(
      'clean', set, {sigmas: [1], samplesPerSigma: 4, rng: createRng(0)});
  assert.ok(ridges[0]! > 0);
});

test('fitting leaves no tensor, also when the denoiser fails half way', async () => {
  const denoiser = multiDeltaDenoiser(set);
  let calls = 0;
  const failing: Denoiser = {...denoiser, denoise(x, sigma) {
    if (++calls === 2) throw new Error('out of memory');
    return denoiser.denoise(x, sigma);
  }};
  const counts = (): [number, number] => [tf.memory().numTensors, handleCount()];
  const before = counts();
  const options = {sigmas: [1], samplesPerSigma: 60, batch: 20, rng: createRng(0)};
  await fitLinearClosedForm(denoiser, set, options);
  await assert.rejects(fitLinearClosedForm(failing, set, options), /out of memory/);
  assert.deepEqual(counts(), before);
});

test('bad options and images of another shape are named', async () => {
  const denoiser = multiDeltaDenoiser(set);
  const rng = createRng(0);
  await assert.rejects(fitLinearClosedForm(denoiser, set, {sigmas: [1, 0], rng}),
      {message: 'fitLinearClosedForm: expected every sigma to be finite and > 0, ' +
        'got 0 at position 1'});
  await assert.rejects(fitLinearClosedForm(denoiser, set, {sigmas: [], rng}),
      {message: 'fitLinearClosedForm: expected `number of sigmas` to be an integer >= 1, got 0'});
  await assert.rejects(fitLinearClosedForm(denoiser, set, {sigmas: [1], samplesPerSigma: 0.5, rng}),
      /expected `samplesPerSigma` to be an integer >= 1, got 0.5/);
  await assert.rejects(
      fitLinearClosedForm(denoiser, tinyDataset(3, [3, 2, 1], 0), {sigmas: [1], rng}), {
        name: 'RangeError',
        message: 'fitLinearClosedForm: expected images of shape [2, 3, 1] like denoiser ' +
            'Multi-delta, got [3, 2, 1]',
      });
  const broken: Denoiser = {...denoiser, denoise: (x) => tf.mul(x, NaN)};
  await assert.rejects(fitLinearClosedForm(broken, set, {sigmas: [1], rng}),
      /expected finite targets/);
});
