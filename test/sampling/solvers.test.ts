import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {gaussianDenoiser} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import type {GaussianStats} from '../../src/denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../../src/denoisers/multi-delta';
import {sampleEuler} from '../../src/sampling/euler';
import {gaussianPath} from '../../src/sampling/gaussian-path';
import {sampleHeun} from '../../src/sampling/heun';
import {karrasSchedule} from '../../src/sampling/schedule';
import {startNoise} from '../../src/sampling/start-noise';
import type {SamplerStep} from '../../src/sampling/solver';
import type {Denoiser} from '../../src/types';
import {handleCount} from '../handles';
import {assertClose} from '../helpers';
import {pixelsOf, tinyDataset} from '../tiny-dataset';

const stats: GaussianStats = gaussianStats(tinyDataset(30, [2, 3, 1], 11));
const noise = startNoise(5, stats.imageShape, createRng(1));

/** The same denoiser without its float64 form, as a network is. */
const float32Only = ({name, imageShape, denoise, dispose}: Denoiser): Denoiser =>
    ({name, imageShape, denoise, dispose});

/** Largest error of the final images against the closed form. */
async function errorOf(sample: typeof sampleEuler, steps: number): Promise<number> {
  const denoiser = gaussianDenoiser(stats);
  const schedule = karrasSchedule({steps, sigmaMin: 0.01});
  const {trajectory} = await sample(denoiser, noise, schedule, {trajectory: true});
  denoiser.dispose();
  const exact = gaussianPath(stats, noise, schedule).states;
  const [a, b] = [trajectory!.states[steps - 1]!, exact[steps - 1]!]; // At sigma .01.
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

test('Euler converges to the closed-form path with order 1, Heun with order 2', async () => {
  for (const [sample, order] of [[sampleEuler, 1], [sampleHeun, 2]] as const) {
    const [coarse, fine] = [await errorOf(sample, 129), await errorOf(sample, 257)];
    const measured = Math.log2(coarse / fine);
    assert.ok(Math.abs(measured - order) < 0.1, `${sample.name}: order ${measured}`);
  }
});

test('batches change nothing, and the trajectory ends in the samples', async () => {
  const denoiser = gaussianDenoiser(stats);
  const schedule = karrasSchedule({steps: 4});
  const whole = await sampleHeun(denoiser, noise, schedule, {trajectory: true});
  const parts = await sampleHeun(denoiser, noise, schedule, {trajectory: true, batch: 2});
  assertClose(parts.samples, whole.samples, {atol: 1e-6});
  const {sigmas, states, denoised} = parts.trajectory!;
  assert.deepEqual([states.length, denoised.length, whole.count], [5, 4, 5]);
  assert.deepEqual([...sigmas], [...schedule]);
  states.forEach((state, k) => assertClose(state, whole.trajectory!.states[k]!, {atol: 1e-10}));
  assert.deepEqual([...states[0]!], [...noise].map((z) => 80 * z));
  assert.deepEqual([...states[4]!].map(Math.fround), [...parts.samples]);
  const last = denoiser.denoise64(states[3]!, schedule[3]!);
  assertClose(denoised[3]!, last, {atol: 1e-6});
  assertClose(parts.samples, last, {atol: 1e-6}); // The last step lands on D.
  denoiser.dispose();
});

test('a denoiser in float32 samples the same images to 1e-5', async () => {
  const denoiser = gaussianDenoiser(stats);
  const schedule = karrasSchedule({steps: 10});
  for (const sample of [sampleEuler, sampleHeun]) {
    const exact = await sample(denoiser, noise, schedule);
    const rounded = await sample(float32Only(denoiser), noise, schedule);
    assertClose(rounded.samples, exact.samples, {atol: 1e-5});
  }
  denoiser.dispose();
});

test('sampling with the multi-delta denoiser returns images of the set', async () => {
  const set = tinyDataset(12, [2, 3, 1], 12);
  const pixels = pixelsOf(set);
  const {samples} = await sampleHeun(multiDeltaDenoiser(set), noise, karrasSchedule({steps: 18}));
  for (let i = 0; i < samples.length; i += 6) {
    const found = [...Array(12).keys()].some((n) =>
        samples.subarray(i, i + 6).every((v, p) => Math.abs(v - pixels[n * 6 + p]!) < 1e-6));
    assert.ok(found, `sample ${i / 6} is an image of the set`);
  }
});

test('onStep sees every step of every batch, before the next one', async () => {
  const denoiser = gaussianDenoiser(stats);
  const seen: SamplerStep[] = [];
  const schedule = karrasSchedule({steps: 3});
  await sampleEuler(denoiser, noise, schedule, {batch: 3, onStep: (step) => seen.push(step)});
  assert.deepEqual(seen.map(({step, first, count}) => [step, first, count]),
      [[0, 0, 3], [1, 0, 3], [2, 0, 3], [0, 3, 2], [1, 3, 2], [2, 3, 2]]);
  assert.deepEqual(seen.map(({sigma, nextSigma}) => [sigma, nextSigma]).slice(0, 3),
      [[80, schedule[1]], [schedule[1], schedule[2]], [schedule[2], 0]]);
  assert.ok(seen.every(({steps, total}) => steps === 3 && total === 5));
  assert.equal(seen[3]!.x.length, 12);
  assert.equal(seen[3]!.denoised.length, 12);
  denoiser.dispose();
});

test('sampling leaves no tensor, also when the denoiser fails half way', async () => {
  const denoiser = gaussianDenoiser(stats);
  const schedule = karrasSchedule({steps: 3});
  const counts = (): [number, number] => [tf.memory().numTensors, handleCount()];
  const before = counts();
  await sampleHeun(denoiser, noise, schedule, {trajectory: true});
  await sampleEuler(float32Only(denoiser), noise, schedule, {batch: 2});
  let calls = 0;
  const failing: Denoiser = {...float32Only(denoiser), denoise(x, sigma) {
    if (++calls === 2) throw new Error('out of memory');
    return denoiser.denoise(x, sigma);
  }};
  await assert.rejects(sampleHeun(failing, noise, schedule), /out of memory/);
  assert.deepEqual(counts(), before);
  denoiser.dispose();
});

test('bad noise, schedules, batches and outputs are named', async () => {
  const denoiser = gaussianDenoiser(stats);
  const schedule = karrasSchedule({steps: 3});
  await assert.rejects(sampleEuler(denoiser, noise.subarray(1), schedule), {
    name: 'RangeError',
    message: 'sampleEuler: expected noise of whole images of shape [2, 3, 1] (6 values each), ' +
        'got 29 values',
  });
  await assert.rejects(sampleHeun(denoiser, new Float32Array(0), schedule), /got 0 values/);
  await assert.rejects(sampleHeun(denoiser, noise, [1, 2, 0]),
      {message: 'sampleHeun: expected sigmas that fall, got 2 after 1 at position 1'});
  await assert.rejects(sampleHeun(denoiser, noise, schedule, {batch: 0}),
      {message: 'sampleHeun: expected `batch` to be an integer >= 1, got 0'});
  const broken: Denoiser = {...float32Only(denoiser), name: 'net', denoise: (x) => tf.div(x, 0)};
  await assert.rejects(sampleEuler(broken, noise, schedule),
      /sampleEuler: expected net to return finite pixels, got -?Infinity at sigma 80;/);
  const wrong: Denoiser = {...broken, denoise: (x) => tf.slice(x, 0, 1)};
  await assert.rejects(sampleEuler(wrong, noise, schedule),
      {message: 'denoiser net: expected `output` of shape [5, 2, 3, 1], got [1, 2, 3, 1]'});
  denoiser.dispose();
});
