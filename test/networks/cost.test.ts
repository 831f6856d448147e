import assert from 'node:assert/strict';
import {test} from 'node:test';
import {forwardFlops, networkCost, trainingFlops} from '../../src/networks/cost';
import {parameterCount} from '../../src/networks/parameters';
import type {ParameterSpec} from '../../src/networks/parameters';
import {songUNet} from '../../src/networks/song-unet';

const spec = (
    name: string, kind: ParameterSpec['kind'], shape: readonly number[]): ParameterSpec =>
  ({name, kind, shape, init: {constant: 0}});

test('a convolution costs two operations a weight and output pixel, a dense layer a weight', () => {
  const conv = spec('model.enc.14x14_conv.weight', 'conv', [3, 3, 4, 8]);
  assert.equal(forwardFlops([conv]), 2 * 9 * 4 * 8 * 14 * 14);
  const dense = spec('model.enc.14x14_block0.affine.weight', 'dense', [32, 8]);
  assert.equal(forwardFlops([dense]), 2 * 32 * 8);
  assert.equal(forwardFlops([spec('model.enc.14x14_conv.bias', 'vector', [8])]), 0);
});

test('attention adds two products of all pixels with all pixels', () => {
  const qkv = spec('model.dec.7x7_in0.qkv.weight', 'conv', [1, 1, 16, 48]);
  assert.equal(forwardFlops([qkv]), 2 * 16 * 48 * 49 + 2 * (2 * 49 * 49 * 16));
});

test('the smallest U-Net, added up by hand', () => {
  // One level of 8x8, width 4, embedding 16: input, block0, in0 with attention, in1, and the
  // decoder's blocks on 8 channels, whose skips have a 1x1 convolution.
  const {parameters} = songUNet(
      {resolution: 8, channels: 1, modelChannels: 4, channelMult: [1]});
  const conv = (kernel: number, from: number, to: number): number =>
    2 * kernel * kernel * from * to * 64;
  const affine = 2 * 16 * 4;
  const plain = affine + 2 * conv(3, 4, 4);
  const joining = affine + conv(3, 8, 4) + conv(3, 4, 4) + conv(1, 8, 4);
  const attention = conv(1, 4, 12) + conv(1, 4, 4) + 4 * 64 * 64 * 4;
  const embedding = 2 * 4 * 16 + 2 * 16 * 16;
  const expected = embedding + conv(3, 1, 4) + 3 * plain + attention + 2 * joining + conv(3, 4, 1);
  assert.equal(forwardFlops(parameters), expected);
  assert.equal(trainingFlops(parameters, 10), 30 * expected);
  // Convolutions: input, three plain blocks of two, qkv and proj, two joining blocks of three, output.
  assert.deepEqual(networkCost(parameters), {
    forwardFlops: expected,
    activations: 64 * (4 + 3 * (4 + 4) + (12 + 4) + 2 * (4 + 4 + 4) + 1),
    attentionScores: 64 * 64,
    convolutions: 1 + 6 + 2 + 6 + 1,
    parameters: parameterCount(parameters),
  });
});

test('the image\'s own way down is convolved before it is halved', () => {
  const aux = spec('model.enc.14x14_aux_residual.weight', 'conv', [3, 3, 3, 8]);
  const {activations, forwardFlops: flops} = networkCost([aux]);
  assert.equal(activations, 28 * 28 * 8);
  assert.equal(flops, 2 * 9 * 3 * 8 * 28 * 28);
});

test('a convolution without a resolution in its name is an error', () => {
  assert.throws(() => forwardFlops([spec('model.mix.weight', 'conv', [1, 1, 2, 2])]),
      /^Error: networkCost: expected a resolution like 28x28 .* got model\.mix\.weight/);
});
