import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {dhariwalUNet} from '../../src/networks/dhariwal-unet';
import type {DhariwalUNetOptions} from '../../src/networks/dhariwal-unet';
import {initialParameters, parameterCount, unflatten} from '../../src/networks/parameters';
import {assertNoLeak} from '../helpers';

const SMALL: DhariwalUNetOptions =
    {resolution: 8, channels: 3, modelChannels: 4, channelMult: [1, 2], numBlocks: 1};

test('the network is shaped like its input, with as many channels as were asked for', () => {
  const cases: DhariwalUNetOptions[] = [
    SMALL, {...SMALL, outChannels: 6}, {...SMALL, channelMult: [2], numBlocks: 0},
    {...SMALL, modelChannels: 64, channelMult: [1, 2], attentionResolutions: [4]},
  ];
  for (const options of cases) {
    const network = dhariwalUNet(options);
    assertNoLeak(() => tf.tidy(() => {
      const flat = initialParameters(network.parameters, createRng(0));
      const x = randomNormal<tf.Rank.R4>([2, 8, 8, 3], createRng(1));
      const weights = unflatten(network.parameters, flat);
      const labels = tf.tensor1d([-1, 1]);
      const y = assertNoLeak(() => network.apply(weights, x, labels), 1);
      assert.deepEqual(y.shape, [2, 8, 8, options.outChannels ?? 3]);
    }));
  }
});

test('a new network is 0: its last layer starts there', () => tf.tidy(() => {
  const network = dhariwalUNet(SMALL);
  const flat = initialParameters(network.parameters, createRng(0));
  const y = network.apply(unflatten(network.parameters, flat),
      randomNormal([2, 8, 8, 3], createRng(1)), tf.tensor1d([0, 1]));
  assert.ok(y.dataSync().every((value) => value === 0));
}));

test('attention needs 64 channels: heads are channels / 64, none below', () => {
  const attends = (modelChannels: number): string[] => dhariwalUNet(
      {...SMALL, modelChannels, attentionResolutions: [8]}).parameters
      .filter(({name}) => name.endsWith('qkv.weight'))
      .map(({name}) => name.split('.')[2]!);
  assert.deepEqual(attends(16), []);
  assert.deepEqual(attends(32), ['4x4_in0'], 'only the lower level has 64 channels');
  assert.deepEqual(attends(64), ['8x8_block0', '4x4_in0', '8x8_block0', '8x8_block1']);
});

/** All parameters at work; a new network is 0. */
const lively = ({parameters}: {parameters: ReturnType<typeof dhariwalUNet>['parameters']}) =>
  tf.mul(randomNormal<tf.Rank.R1>([parameterCount(parameters)], createRng(3)), 0.2) as tf.Tensor1D;

test('classes change the output; without labels the class is none', () => tf.tidy(() => {
  const network = dhariwalUNet({...SMALL, labelDim: 3});
  const weights = unflatten(network.parameters, lively(network));
  const x = randomNormal<tf.Rank.R4>([1, 8, 8, 3], createRng(1));
  const outputOf = (labels?: tf.Tensor2D) =>
    [...network.apply(weights, x, tf.tensor1d([0.5]), {labels}).dataSync()];
  const none = outputOf();
  assert.deepEqual(outputOf(tf.zeros([1, 3])), none);
  const one = outputOf(tf.tensor2d([[0, 1, 0]]));
  assert.notDeepEqual(one, none);
  assert.notDeepEqual(outputOf(tf.tensor2d([[0, 0, 1]])), one);
}));

test('augmentation labels change the output; without them there is no augmentation', () => {
  tf.tidy(() => {
    const network = dhariwalUNet({...SMALL, augmentDim: 2});
    const weights = unflatten(network.parameters, lively(network));
    const x = randomNormal<tf.Rank.R4>([1, 8, 8, 3], createRng(1));
    const outputOf = (augmentLabels?: tf.Tensor2D) =>
      [...network.apply(weights, x, tf.tensor1d([0.5]), {augmentLabels}).dataSync()];
    assert.deepEqual(outputOf(tf.zeros([1, 2])), outputOf());
    assert.notDeepEqual(outputOf(tf.ones([1, 2])), outputOf());
  });
});

test('resolutions and widths that cannot be are named', () => {
  assert.throws(() => dhariwalUNet({...SMALL, resolution: 9}), {name: 'RangeError',
    message: 'dhariwalUNet: expected a resolution divisible by 2 (2 levels), got 9'});
  assert.throws(() => dhariwalUNet({...SMALL, modelChannels: 5}), /an even number of at least 4/);
});
