import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal, randomUniform} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {initialParameters, parameterCount, unflatten} from '../../src/networks/parameters';
import {songUNet} from '../../src/networks/song-unet';
import type {SongUNetOptions} from '../../src/networks/song-unet';
import {assertNoLeak} from '../helpers';

test('the network is shaped like its input, whatever its levels, blocks and attention', () => {
  const cases: SongUNetOptions[] = [
    {resolution: 4, channels: 1, modelChannels: 4, channelMult: [1]},
    {resolution: 8, channels: 3, modelChannels: 4, channelMult: [1, 3, 2], numBlocks: 2},
    {resolution: 6, channels: 2, modelChannels: 8, channelMult: [1, 2], channelMultEmb: 2,
      attentionResolutions: [6, 3]},
    {resolution: 8, channels: 3, modelChannels: 4, embeddingType: 'fourier', channelMultNoise: 2,
      encoderType: 'residual', resampleFilter: [1, 3, 3, 1]},
    {resolution: 8, channels: 2, modelChannels: 4, encoderType: 'skip', decoderType: 'skip'},
    {resolution: 4, channels: 1, outChannels: 2, modelChannels: 4, channelMult: [1]},
  ];
  for (const options of cases) {
    const network = songUNet(options);
    const {resolution: side, channels} = options;
    assertNoLeak(() => tf.tidy(() => {
      const flat = initialParameters(network.parameters, createRng(0));
      const x = randomNormal<tf.Rank.R4>([2, side, side, channels], createRng(1));
      const weights = unflatten(network.parameters, flat);
      const labels = tf.tensor1d([-1, 1]);
      const y = assertNoLeak(() => network.apply(weights, x, labels), 1);
      assert.deepEqual(y.shape, [2, side, side, options.outChannels ?? channels]);
      assert.ok(y.dataSync().every(Number.isFinite));
    }));
  }
});

test('a new network is nearly 0: D starts at c_skip·x', () => tf.tidy(() => {
  const network = songUNet({resolution: 8, channels: 1, modelChannels: 8});
  const weights = unflatten(
      network.parameters, initialParameters(network.parameters, createRng(0)));
  const x = randomNormal<tf.Rank.R4>([2, 8, 8, 1], createRng(1));
  const y = network.apply(weights, x, tf.tensor1d([0, 1])).dataSync();
  assert.ok(y.every((value) => Math.abs(value) < 1e-3), `${Math.max(...y)}`);
}));

test('attention is where it was asked for, and always at the bottleneck', () => {
  const withAttention = (attentionResolutions: number[]): string[] =>
    songUNet({resolution: 8, channels: 1, modelChannels: 4, attentionResolutions}).parameters
        .filter(({name}) => name.endsWith('qkv.weight'))
        .map(({name}) => name.split('.').slice(1, 3).join('.'));
  assert.deepEqual(withAttention([]), ['dec.2x2_in0']);
  assert.deepEqual(withAttention([4]), ['enc.4x4_block0', 'dec.2x2_in0', 'dec.4x4_block1']);
});

test('every width that is a multiple of 4 makes a network, also 48 with [1, 2, 2]', () => {
  for (let modelChannels = 4; modelChannels <= 128; modelChannels += 4) {
    songUNet({resolution: 28, channels: 1, modelChannels, channelMult: [1, 2, 2]});
  }
});

test('resolutions and widths that cannot be are named', () => {
  const make = (options: Partial<SongUNetOptions>) => () =>
    songUNet({resolution: 28, channels: 1, modelChannels: 8, ...options});
  assert.throws(make({resolution: 14}), {name: 'RangeError',
    message: 'songUNet: expected a resolution divisible by 4 (3 levels), got 14'});
  assert.throws(make({channelMult: []}), /\(0 levels\), got 28/);
  assert.throws(make({resolution: 0}), /`resolution` to be an integer >= 1, got 0/);
  for (const modelChannels of [0, 2, 7, 7.5, NaN]) {
    assert.throws(make({modelChannels}), {name: 'RangeError',
      message: 'songUNet: expected `modelChannels` to be an even number of at least 4, got ' +
          modelChannels});
  }
});

/** All parameters at work; a new network is nearly 0. */
const lively = ({parameters}: ReturnType<typeof songUNet>) => unflatten(parameters, tf.mul(
    randomNormal<tf.Rank.R1>([parameterCount(parameters)], createRng(3)), 0.2) as tf.Tensor1D);

test('classes change the output; without labels the class is none', () => tf.tidy(() => {
  const network = songUNet({resolution: 4, channels: 1, modelChannels: 4, labelDim: 3});
  const weights = lively(network);
  const x = randomNormal<tf.Rank.R4>([1, 4, 4, 1], createRng(1));
  const outputOf = (labels?: tf.Tensor2D) =>
    [...network.apply(weights, x, tf.tensor1d([0.5]), {labels}).dataSync()];
  assert.deepEqual(outputOf(tf.zeros([1, 3])), outputOf());
  assert.notDeepEqual(outputOf(tf.tensor2d([[0, 1, 0]])), outputOf());
}));

test('dropout happens in training only, anew with each draw', () => tf.tidy(() => {
  const network = songUNet({resolution: 4, channels: 1, modelChannels: 4, dropout: 0.4});
  const weights = lively(network);
  const x = randomNormal<tf.Rank.R4>([1, 4, 4, 1], createRng(1));
  const outputOf = (seed?: number) => [...network.apply(weights, x, tf.tensor1d([0.5]),
      seed === undefined ? {} : {draw: (name, shape) =>
        randomUniform([...shape] as [number], createRng(seed).fork(name))}).dataSync()];
  assert.deepEqual(outputOf(), outputOf());
  assert.deepEqual(outputOf(1), outputOf(1));
  assert.notDeepEqual(outputOf(1), outputOf());
  assert.notDeepEqual(outputOf(1), outputOf(2));
}));
