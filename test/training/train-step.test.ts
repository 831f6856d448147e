import assert from 'node:assert/strict';
import {test} from 'node:test';
import {byteTensor} from '../../src/backend/bytes';
import {composeOps} from '../../src/backend/fused-ops';
import {createRng} from '../../src/backend/rng';
import {trace} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {initialParameters} from '../../src/networks/parameters';
import {edmPreconditioning, precondition} from '../../src/networks/preconditioning';
import {songUNet} from '../../src/networks/song-unet';
import {initialTrainState, trainStep} from '../../src/training/train-step';
import type {TrainState, TrainStepOptions} from '../../src/training/train-step';
import {assertClose, assertNoLeak, relativeL2} from '../helpers';
import {tinyDataset} from '../tiny-dataset';

const tiny = songUNet({resolution: 4, channels: 1, modelChannels: 4, channelMult: [1]});
const OPTIONS: TrainStepOptions = {
  model: precondition(tiny, edmPreconditioning()), batchSize: 3, pMean: -1.2, pStd: 1.2,
  sigmaData: 0.5,
  adam: {learningRate: 1e-2, rampImages: 6, beta1: 0.9, beta2: 0.999, eps: 1e-8},
  ema: {halfLifeImages: 10, rampRatio: 0.5},
  streams: {batch: 1, sigma: 2, noise: 3, dropout: 4},
};
const set = tinyDataset(6, [4, 4, 1], 1);

/** Losses and final state of some steps. */
function runSteps(steps: number, options: TrainStepOptions, eager = false) {
  const weights = initialParameters(tiny.parameters, createRng(0));
  const state = {...initialTrainState(weights), bytes: byteTensor(set.images, [6, 4, 4, 1])};
  const step = trace('step', trainStep(options), {state, eager});
  const losses = Array.from({length: steps}, () => {
    const {loss} = step.run();
    const value = loss!.dataSync()[0]!;
    loss!.dispose();
    return value;
  });
  const last = step.readState();
  const values = Object.fromEntries(
      Object.entries(last).filter(([key]) => key !== 'bytes')
          .map(([key, tensor]) => [key, [...tensor.dataSync()]]));
  step.dispose();
  tf.dispose([weights, state, last]);
  return {losses, values};
}

const deep = songUNet({resolution: 8, channels: 1, modelChannels: 16, channelMult: [1, 2]});
const forms = {fused: <T>(body: () => T): T => body(), composed: composeOps};

for (const [form, run] of Object.entries(forms)) {
  test(`100 traced steps give the numbers of 100 eager ones (${form})`, () => run(() => {
    // Training is chaotic: after 100 steps a last bit of difference would be far beyond 1e-5.
    const options = {...OPTIONS, model: precondition(deep, edmPreconditioning()), batchSize: 4};
    const images = tinyDataset(6, [8, 8, 1], 2).images;
    const weights = initialParameters(deep.parameters, createRng(0));
    const state = {...initialTrainState(weights), bytes: byteTensor(images, [6, 8, 8, 1])};
    const results = assertNoLeak(() => [false, false, true].map((eager) => {
      const step = trace('step', trainStep(options), {state, eager});
      const {loss} = step.run({}, {steps: 100});
      const last = step.readState() as TrainState;
      const {weights: w, average, momentum, variance} = last;
      const values = {loss: loss!, w, average, momentum, variance};
      const numbers = Object.fromEntries(Object.entries(values).map(([key, tensor]) =>
        [key, Float32Array.from(tensor.dataSync())]));
      tf.dispose([loss!, last]);
      step.dispose();
      return numbers;
    }));
    tf.dispose([weights, state]);
    const [traced, again, eager] = results;
    assert.deepEqual(again, traced, 'two traced runs give the same bytes');
    assertClose(traced!['loss']!, eager!['loss']!, {rtol: 1e-5, what: 'loss'});
    for (const key of ['w', 'average', 'momentum', 'variance']) {
      const error = relativeL2(traced![key]!, eager![key]!);
      assert.ok(error < 1e-5, `${key}: relative error ${error}`);
    }
  }));
}

test('the same streams give the same bytes, others other draws', () => {
  assert.deepEqual(runSteps(4, OPTIONS), runSteps(4, OPTIONS));
  const lossOf = (options: TrainStepOptions): number => runSteps(1, options, true).losses[0]!;
  const loss = lossOf(OPTIONS);
  for (const stream of ['batch', 'sigma', 'noise']) {
    const other = {...OPTIONS, streams: {...OPTIONS.streams, [stream]: 9}};
    assert.notEqual(lossOf(other), loss, `another ${stream} stream`);
  }
});

test('dropout draws from its own stream, anew in each step; held-out losses do without', () => {
  const dropped = songUNet(
      {resolution: 4, channels: 1, modelChannels: 4, channelMult: [1], dropout: 0.5});
  const options = {...OPTIONS, model: precondition(dropped, edmPreconditioning())};
  const other = {...options, streams: {...options.streams, dropout: 9}};
  // A new network is nearly 0, dropped or not: the gradients tell.
  const momentum = (o: TrainStepOptions, eager = false) =>
    runSteps(2, o, eager).values['momentum']!;
  assert.deepEqual(momentum(options), momentum(options));
  assert.notDeepEqual(momentum(options), momentum(other));
  assert.notDeepEqual(momentum(options), momentum(OPTIONS));
  assertClose(momentum(options), momentum(options, true), {atol: 1e-6, rtol: 1e-4});
});

test('every step draws anew, also while the rate is 0', () => {
  const {losses, values} =
      runSteps(4, {...OPTIONS, adam: {...OPTIONS.adam, learningRate: 0}});
  assert.equal(new Set(losses).size, 4);
  const weights = initialParameters(tiny.parameters, createRng(0));
  assert.deepEqual(values['weights'], [...weights.dataSync()]);
  assert.deepEqual(values['average'], values['weights']);
  weights.dispose();
});

test('the noise levels are log-normal around pMean', () => {
  // A new network is nearly 0: the loss is that of D = c_skip·(x + sigma·n).
  const narrow = {...OPTIONS, pStd: 1e-6, batchSize: 256};
  const [low, high] = [Math.log(0.01), Math.log(50)].map((pMean) =>
    runSteps(1, {...narrow, pMean}).losses[0]! / 16);
  const second = [...set.images].reduce((sum, v) => sum + (v / 127.5 - 1) ** 2, 0) / (6 * 16);
  assert.ok(Math.abs(low! - 1) < 0.1, `at small sigma the target is the noise: ${low}`);
  assert.ok(Math.abs(high! / (second / 0.25) - 1) < 0.1, `at large sigma x / sigmaData: ${high}`);
});
