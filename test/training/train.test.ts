import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {createDataset} from '../../src/data/dataset';
import {initialParameters, parameterCount} from '../../src/networks/parameters';
import {trainOptions} from '../../src/training/options';
import type {TrainOptions} from '../../src/training/options';
import {modelFor} from '../../src/training/model-for';
import {train} from '../../src/training/train';
import {NOTHING_YET} from '../../src/training/checkpoint';
import type {Checkpoint} from '../../src/training/checkpoint';
import type {LogRow} from '../../src/training/train';
import type {Dataset, Progress} from '../../src/types';
import {handleCount, sessionCount} from '../handles';
import {tinyDataset} from '../tiny-dataset';

/** Four patterns, black and white: rows, columns, halves. */
const set = createDataset({
  name: 'patterns', imageShape: [4, 4, 1],
  images: Uint8Array.from({length: 64}, (_, at) => {
    const [row, column] = [(at >> 2) & 3, at & 3];
    return 255 * [row % 2, column % 2, row >> 1, column >> 1][at >> 4]!;
  }),
});
const heldOut = tinyDataset(3, [4, 4, 1], 2);
const OPTIONS = trainOptions({
  width: 4, channelMult: [1], steps: 150, batchSize: 8, learningRate: 1e-2, warmupSteps: 3,
  emaHalfLifeImages: 40, seed: 5, checkpoints: [1, 20, 40],
});
/** `resume` as `undefined` means from the beginning; `stopAt` throws at that checkpoint. */
async function collect(
    options: TrainOptions,
    {resume, stopAt, images = set}: {resume?: Checkpoint; stopAt?: number; images?: Dataset} = {}) {
  const checkpoints: Checkpoint[] = [];
  const rows: LogRow[] = [];
  const progress: Progress[] = [];
  await train(images, heldOut, options, {
    resume, onProgress: (step) => progress.push(step),
    async onCheckpoint(checkpoint, row) {
      await new Promise(setImmediate);
      checkpoints.push(checkpoint);
      rows.push(row);
      if (checkpoint.step === stopAt) throw new Error('the power went out');
    },
  });
  return {checkpoints, rows, progress};
}
const counts = (): number[] => [tf.memory().numTensors, handleCount(), sessionCount()];
/** What must be the same in a repeated run: everything but the time. */
const content = ({seconds: _, ...row}: LogRow) => row;

test('training hands out the checkpoints that were asked for, and the loss falls', async () => {
  const before = counts();
  const {checkpoints, rows, progress} = await collect(OPTIONS);
  assert.deepEqual(counts(), before, 'nothing is left behind');
  assert.deepEqual(checkpoints.map(({step}) => step), [1, 20, 40, 150]);
  assert.deepEqual(rows.map(({step}) => step), [1, 20, 40, 150]);
  const P = parameterCount(modelFor(OPTIONS, set.imageShape).parameters);
  for (const {weights, average, momentum, variance} of checkpoints) {
    for (const vector of [weights, average, momentum, variance]) assert.equal(vector.length, P);
  }
  const [first, , , last] = rows;
  assert.ok(last!.loss < 0.6 * first!.loss, `training loss ${first!.loss} -> ${last!.loss}`);
  assert.ok(last!.trainLoss < 0.6 * first!.trainLoss, 'fixed loss on the training images');
  assert.ok(last!.trainLoss < last!.heldOutLoss, 'four images are learnt by heart');
  assert.ok(rows.every(({seconds}) => seconds >= 0));
  const seen = progress.map(({done}) => done);
  assert.equal(seen[0], 1, 'the first call is short: nobody knows yet what a step takes');
  assert.deepEqual(seen.slice(-10), Array.from({length: 10}, (_, i) => 10 * i + 60));
  assert.equal(progress[0]!.label, 'train patterns width 4');
  assert.match(progress[0]!.detail!, /^loss \d+\.\d{3}$/);
});

test('the first step of a warm-up changes nothing: its weights are those of the seed', async () => {
  const options = {...OPTIONS, steps: 1, checkpoints: [1]};
  const model = modelFor(options, set.imageShape);
  const momenta: number[] = [];
  for (const seed of [5, 6]) {
    const {checkpoints: [last]} = await collect({...options, seed});
    const initial = initialParameters(model.parameters, createRng(seed).fork('weights'));
    assert.deepEqual(last!.weights, Float32Array.from(initial.dataSync()));
    assert.deepEqual(last!.average, last!.weights);
    initial.dispose();
    momenta.push(Math.hypot(...last!.momentum));
    const rest = await collect({...options, seed}, {resume: last!});
    assert.deepEqual([rest.checkpoints, rest.progress], [[], []], 'nothing is left to do');
  }
  assert.ok(momenta[0]! > 0 && momenta[0] !== momenta[1]);
});

test('an interrupted run that goes on ends with the bytes of an uninterrupted one', async () => {
  const options = {...OPTIONS, steps: 12, checkpoints: [5, 9, 12]};
  const whole = await collect(options);
  const before = counts();
  const kept: Checkpoint[] = [];
  await assert.rejects(train(set, heldOut, options, {
    onCheckpoint(checkpoint) {
      kept.push(checkpoint);
      throw new Error('the power went out');
    },
  }), /the power went out/);
  assert.deepEqual(counts(), before, 'nothing is left behind');
  const rest = await collect(options, {resume: kept[0]!});
  assert.deepEqual(kept, whole.checkpoints.slice(0, 1));
  assert.deepEqual(rest.checkpoints, whole.checkpoints.slice(1));
  assert.deepEqual(rest.rows.map(content), whole.rows.slice(1).map(content));
});

test('a loss that is not finite stops the run and says what to change', async () => {
  const before = counts();
  const options = {...OPTIONS, warmupSteps: 0, learningRate: 1e30};
  await assert.rejects(collect(options), (error: Error) => {
    assert.match(error.message, new RegExp('^train: the loss became (NaN|-?Infinity) at step ' +
        '\\d+ \\(sigma of its batch [\\d.]+ to [\\d.]+, learning rate 1e\\+30\\); lower the learning ' +
        'rate or lengthen the warm-up. No checkpoint was reached$'));
    return true;
  });
  assert.deepEqual(counts(), before, 'nothing is left behind');
});

test('images of another shape, and a checkpoint of another network, are named', async () => {
  const before = counts();
  await assert.rejects(
      collect(OPTIONS, {images: tinyDataset(2, [4, 6, 1], 1)}), {name: 'RangeError',
        message: 'train: expected held-out images of shape [4,6,1] like the training images, got ' +
            '[4,4,1]'});
  assert.throws(() => modelFor(OPTIONS, [4, 6, 1]),
      {name: 'RangeError', message: 'modelFor: expected square images, got 4x6'});
  const wrong = new Float32Array(7);
  const resume = {
    step: 1, weights: wrong, average: wrong, momentum: wrong, variance: wrong,
    sinceRow: NOTHING_YET,
  };
  await assert.rejects(collect(OPTIONS, {resume}), {name: 'RangeError',
    message: `train: the checkpoint's weights has 7 values, expected ${
      parameterCount(modelFor(OPTIONS, set.imageShape).parameters)}`});
  assert.deepEqual(counts(), before);
});
