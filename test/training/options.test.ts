import assert from 'node:assert/strict';
import {test} from 'node:test';
import {DEFAULT_TRAIN_OPTIONS, trainOptions} from '../../src/training/options';
import type {TrainOptions} from '../../src/training/options';

test('the defaults are completed with the last step as a checkpoint', () => {
  assert.deepEqual(trainOptions(),
      {...DEFAULT_TRAIN_OPTIONS, checkpoints: [DEFAULT_TRAIN_OPTIONS.steps]});
});

test('overrides replace defaults, zeros included', () => {
  const given = {
    warmupSteps: 0, emaHalfLifeImages: 0, emaRampRatio: 0, pMean: 0, seed: 0, width: 8,
  };
  const options = trainOptions(given);
  for (const [key, value] of Object.entries(given)) {
    assert.equal(options[key as keyof TrainOptions], value, key);
  }
});

test('checkpoints come back sorted, once each, and end with the last step', () => {
  const of = (checkpoints: number[]) => trainOptions({steps: 100, checkpoints}).checkpoints;
  assert.deepEqual(of([50, 10, 50]), [10, 50, 100]);
  assert.deepEqual(of([100, 1]), [1, 100]);
});

test('a checkpoint that no step reaches is refused', () => {
  assert.throws(() => trainOptions({steps: 10, checkpoints: [11]}), {name: 'RangeError',
    message: 'trainOptions: checkpoint 11 lies beyond the last step, 10'});
  assert.throws(() => trainOptions({checkpoints: [0]}), /RangeError: trainOptions: .*checkpoints/);
});

test('every bad field is named', () => {
  const bad: [Partial<Record<keyof TrainOptions, unknown>>, RegExp][] = [
    [{width: 6}, /width: must be a multiple of 4$/], [{width: 0}, /width/], [{numBlocks: 0}, /numBlocks/],
    [{channelMult: []}, /channelMult/], [{steps: 0}, /steps/], [{steps: 2.5}, /steps/],
    [{batchSize: -1}, /batchSize/], [{learningRate: 0}, /learningRate/],
    [{learningRate: NaN}, /learningRate/], [{warmupSteps: -1}, /warmupSteps/],
    [{emaHalfLifeImages: -1}, /emaHalfLifeImages/], [{emaRampRatio: Infinity}, /emaRampRatio/],
    [{pMean: NaN}, /pMean/], [{pStd: 0}, /pStd/], [{sigmaData: -0.5}, /sigmaData/],
    [{seed: 0.5}, /seed/], [{width: '16'}, /width/],
  ];
  for (const [fields, message] of bad) {
    assert.throws(() => trainOptions(fields as Partial<TrainOptions>), (error: Error) => {
      assert.equal(error.name, 'RangeError');
      assert.match(error.message, /^trainOptions: /);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(() => trainOptions({learningrate: 1} as object), /learningrate/);
  assert.throws(() => trainOptions({width: 6, steps: 0}), /width[^]*steps/);
});
