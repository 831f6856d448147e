import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {wienerWeights} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../../src/denoisers/multi-delta';
import {fitLinearAdam, paperLearningRate} from '../../src/training/fit-linear-adam';
import {linearAdamMap, linearAdamStart, linearAdamStep} from '../../src/training/linear-adam';
import type {Denoiser, Progress} from '../../src/types';
import {handleCount} from '../handles';
import {assertClose, assertNoLeak, relativeL2} from '../helpers';
import {tinyDataset} from '../tiny-dataset';

const set = tinyDataset(64, [2, 3, 1], 31);

test('the first Adam step moves every parameter by the learning rate against its gradient', () => {
  tf.tidy(() => {
    const start = linearAdamStart(4, 1);
    const [x, y] = [tf.tensor2d([2, -4, 6, 0.02], [1, 4]), tf.tensor2d([3], [1, 1])];
    const {state, loss} = linearAdamStep(start, x, y, {learningRate: 0.1});
    assert.equal(loss.dataSync()[0], 9); // Zero start: the target squared.
    assertClose(state.parameters.dataSync(), [0.1, -0.1, 0.1, 0.1, 0.1], {atol: 1e-6});
    assertClose(linearAdamMap(state).weight, [0.05, -0.05, 0.05, 0.05], {atol: 1e-6});
    assertClose(linearAdamMap(state).bias, [0.1], {atol: 1e-6});
  });
});

test('the momentum of the first step is a tenth of the numerical gradient', () => tf.tidy(() => {
  const [x, y] = [tf.randomNormal<tf.Rank.R2>([5, 3], 0, 1, 'float32', 1),
    tf.randomNormal<tf.Rank.R2>([5, 2], 0, 1, 'float32', 2)];
  const parameters = tf.randomNormal<tf.Rank.R2>([2, 4], 0, 1, 'float32', 3);
  const start = {...linearAdamStart(3, 2), parameters};
  const lossAt = (p: tf.Tensor2D): number =>
      linearAdamStep({...start, parameters: p}, x, y, {learningRate: 1}).loss.dataSync()[0]!;
  const values = parameters.dataSync();
  const numerical = Array.from(values, (_, i) => {
    const moved = (by: number): tf.Tensor2D =>
        tf.tensor2d(values.map((v, at) => at === i ? v + by : v), [2, 4]);
    return (lossAt(moved(0.01)) - lossAt(moved(-0.01))) / 0.02;
  });
  const {state} = linearAdamStep(start, x, y, {learningRate: 1});
  assertClose(state.momentum.dataSync(), numerical.map((g) => g / 10), {atol: 1e-5});
}));

test('gradient descent on clean images reaches the Wiener filter (Theorem 1)', async () => {
  const stats = gaussianStats(set);
  const {weights, biases, losses} = await fitLinearAdam('clean', set, {
    sigmas: [1], learningRate: () => 0.003, epochs: 1500, batch: 64, rng: createRng(0),
  });
  const {weight, bias} = wienerWeights(stats, 1);
  assert.ok(relativeL2(weights[0]!, weight) < 0.1, `W off by ${relativeL2(weights[0]!, weight)}`);
  assert.ok(relativeL2(biases[0]!, bias) < 0.1, `b off by ${relativeL2(biases[0]!, bias)}`);
  assert.equal(losses[0]!.length, 1500);
  const meanOf = (values: Float64Array): number => values.reduce((a, v) => a + v) / values.length;
  const optimum = stats.eigenvalues.reduce((sum, l) => sum + l / (l + 1), 0) / 6;
  assertClose([meanOf(losses[0]!.subarray(-300))], [optimum], {rtol: 0.05});
});

test('the same seed gives the same fit; epochs end with a partial batch', async () => {
  const seen: Progress[] = [];
  const fit = (seed: number) => fitLinearAdam(multiDeltaDenoiser(set), set, {
    sigmas: [5, 0.1], epochs: 2, batch: 48, rng: createRng(seed),
    onProgress: (progress) => seen.push(progress),
  });
  const [a, b, c] = [await fit(1), await fit(1), await fit(2)];
  assert.deepEqual(a, b);
  assert.notDeepEqual(a.weights, c.weights);
  assert.deepEqual(a.losses.map((losses) => losses.length), [4, 4]);
  assert.deepEqual(seen.slice(0, 4).map(({done, total}) => [done, total]),
      [[1, 4], [2, 4], [3, 4], [4, 4]]);
  assert.match(seen[3]!.detail!, /^sigma 0\.1, loss 0\.\d+$/);
});

test('a number of steps takes the place of epochs and may end within one', async () => {
  const options = {sigmas: [1], batch: 48, rng: createRng(1)};
  const [three, whole] = [await fitLinearAdam('clean', set, {...options, steps: 3}),
    await fitLinearAdam('clean', set, {...options, epochs: 2})];
  assert.deepEqual(three.losses[0], whole.losses[0]!.subarray(0, 3));
  const slow = await fitLinearAdam('clean', set, {...options, steps: 3, adam: {beta1: 0.99}});
  assert.equal(slow.losses[0]![1], three.losses[0]![1], 'the first step forgets its decays');
  assert.notEqual(slow.losses[0]![2], three.losses[0]![2]);
});

test('paperLearningRate gives the published rate at the ten sigmas of the paper', () => {
  const sigmas = [80, 42.415, 21.109, 9.723, 4.066, 1.502, 0.470, 0.117, 0.0204, 0.002];
  assert.deepEqual(sigmas.map(paperLearningRate),
      [5e-5, 5e-5, 5e-5, 5e-5, 5e-5, 5e-4, 5e-4, 5e-3, 5e-2, 5e-2]);
});

test('steps and fits leave no tensor, also when the denoiser fails half way', async () => {
  const [x, y] = [tf.ones<tf.Rank.R2>([4, 3]), tf.ones<tf.Rank.R2>([4, 2])];
  const start = assertNoLeak(() => linearAdamStart(3, 2), 4);
  const {state, loss} = assertNoLeak(() => linearAdamStep(start, x, y, {learningRate: 1}), 5);
  loss.dispose();
  for (const each of [start, state]) tf.dispose(each);
  tf.dispose([x, y]);
  const denoiser = multiDeltaDenoiser(set);
  let calls = 0;
  const failing: Denoiser = {...denoiser, denoise(input, sigma) {
    if (++calls === 3) throw new Error('out of memory');
    return denoiser.denoise(input, sigma);
  }};
  const counts = (): [number, number] => [tf.memory().numTensors, handleCount()];
  const before = counts();
  const options = {sigmas: [1], epochs: 2, batch: 32, rng: createRng(0)};
  await fitLinearAdam(denoiser, set, options);
  await assert.rejects(fitLinearAdam(failing, set, options), /out of memory/);
  assert.deepEqual(counts(), before);
});

test('bad options, shapes and losses are named', async () => {
  const rng = createRng(0);
  const denoiser = multiDeltaDenoiser(set);
  await assert.rejects(fitLinearAdam('clean', set, {sigmas: [NaN], rng}), /got NaN at position 0/);
  await assert.rejects(fitLinearAdam('clean', set, {sigmas: [1], epochs: 0, rng}),
      {message: 'fitLinearAdam: expected `epochs` to be an integer >= 1, got 0'});
  await assert.rejects(fitLinearAdam('clean', set, {sigmas: [1], steps: 0.5, rng}),
      {message: 'fitLinearAdam: expected `steps` to be an integer >= 1, got 0.5'});
  await assert.rejects(
      fitLinearAdam('clean', set, {sigmas: [1], learningRate: () => 0, rng}),
      {message: 'fitLinearAdam: expected a learning rate > 0 for sigma 1, got 0'});
  await assert.rejects(fitLinearAdam(denoiser, tinyDataset(3, [6, 1, 1], 0), {sigmas: [1], rng}),
      /expected images of shape \[2, 3, 1\] like denoiser Multi-delta, got \[6, 1, 1\]/);
  const broken: Denoiser = {...denoiser, denoise: (x) => tf.mul(x, NaN)};
  await assert.rejects(fitLinearAdam(broken, set, {sigmas: [1], rng}),
      /expected a finite loss, got NaN at sigma 1/);
});
