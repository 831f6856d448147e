import assert from 'node:assert/strict';
import {test} from 'node:test';
import {byteTensor} from '../../src/backend/bytes';
import {composeOps} from '../../src/backend/fused-ops';
import {createRng} from '../../src/backend/rng';
import {trace} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {initialParameters, parametersToPyTorch} from '../../src/networks/parameters';
import {edmPreconditioning, precondition} from '../../src/networks/preconditioning';
import {songUNet} from '../../src/networks/song-unet';
import {initialTrainState, trainStep, updateOnBatch} from '../../src/training/train-step';
import type {TrainState, TrainStepOptions} from '../../src/training/train-step';
import type {LossBatch} from '../../src/training/loss';
import {goldenImages} from '../golden-images';
import {goldenModel, goldenParameters} from '../golden-network';
import {assertClose, assertNoLeak, golden, relativeL2} from '../helpers';
import {tinyDataset} from '../tiny-dataset';

const {record, tensors} = golden('train_trajectory');
const model = goldenModel(record);
const {network} = model;

interface Schedule {
  readonly ema_halflife_kimg: number;
  readonly ema_rampup_ratio: number | null;
  readonly lr_rampup_kimg?: number;
}

/** Trains on the record's batches; the losses and the final vectors, by PyTorch's names. */
function trainOnGolden({
  ema_halflife_kimg: halfLife, ema_rampup_ratio: rampRatio, lr_rampup_kimg: ramp = 0,
}: Schedule) {
  const {batch_size: batchSize, optimizer: {lr, betas: [beta1, beta2], eps}} = record;
  const steps = tensors.get('io.index')!.shape[0]!;
  const flat = tf.tensor1d(goldenParameters(network, tensors, 'init.'));
  const state = initialTrainState(flat);
  const step = trace('golden', (state, batch) => {
    const {state: next, loss} =
        updateOnBatch(state as TrainState, batch as unknown as LossBatch, {
          model, batchSize, sigmaData: record.loss.sigma_data,
          adam: {learningRate: lr, rampImages: 1000 * ramp, beta1, beta2, eps},
          ema: {halfLifeImages: 1000 * halfLife, rampRatio},
        });
    return {state: next, outputs: {loss}};
  }, {state});
  tf.dispose(flat);
  tf.dispose(state);
  const images = goldenImages(tensors.get('io.images')!);
  const losses = Array.from({length: steps}, (_, k) => tf.tidy(() => {
    const part = (name: string) => {
      const {data, shape} = tensors.get(name)!;
      const size = data.length / steps;
      return {data: data.slice(k * size, (k + 1) * size), shape: shape.slice(1)};
    };
    const index = tf.tensor1d(Array.from(part('io.index').data), 'int32');
    return step.run({
      images: tf.gather(images, index), noise: goldenImages(part('io.noise')),
      sigma: tf.tensor1d(Array.from(part('io.sigma').data)),
    })['loss']!.dataSync()[0]!;
  }));
  const named = (vector: tf.Tensor) =>
      parametersToPyTorch(network.parameters, vector.dataSync() as Float32Array);
  const last = step.readState();
  const result =
      {losses, weights: named(last['weights']!), average: named(last['average']!)};
  tf.dispose([images, last]);
  step.dispose();
  return result;
}

/** Without the k third of each qkv bias, whose gradient is rounding around 0. */
const compared = (name: string, values: ArrayLike<number>): number[] =>
    Array.from(values).filter((_, i) => !(name.endsWith('qkv.bias') && i % 3 === 1));

test('20 steps agree with EDM\'s loop: losses, weights, average (golden train_trajectory)', () => {
  const {losses, weights, average} = trainOnGolden(record.ema);
  assertClose(losses, tensors.get('io.loss')!.data,
      {...record.tolerance['io.loss'], what: 'loss'});
  for (const [prefix, vectors] of [['final', weights], ['ema', average]] as const) {
    const {relative_l2_per_tensor: limit, atol} = record.tolerance[`${prefix}.*`];
    for (const [name, {data}] of Object.entries(vectors)) {
      const expected = compared(name, tensors.get(`${prefix}.${name}`)!.data);
      const actual = compared(name, data);
      const error = relativeL2(actual, expected);
      const largest = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
      assert.ok(error <= limit || largest <= atol, `${prefix}.${name}: relative error ${error}`);
    }
  }
});

test('20 steps with a learning-rate ramp and no EMA ramp agree, too (golden variant)', () => {
  const {variant, tolerance} = record;
  const {losses, weights} = trainOnGolden(variant);
  assertClose(losses, variant.per_step.loss, {...tolerance['io.loss'], what: 'loss'});
  const norms = Object.entries<number>(variant.final_norm_per_tensor)
      .filter(([name]) => !name.endsWith('qkv.bias')); // Its k third is free.
  assert.ok(norms.length > 100);
  for (const [name, norm] of norms) {
    assertClose([Math.hypot(...weights[name]!.data)], [norm],
        {...tolerance['variant norms'], what: `norm of ${name}`});
  }
});

const tiny = songUNet({resolution: 4, channels: 1, modelChannels: 4, channelMult: [1]});
const OPTIONS: TrainStepOptions = {
  model: precondition(tiny, edmPreconditioning()), batchSize: 3, pMean: -1.2, pStd: 1.2, sigmaData: 0.5,
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
