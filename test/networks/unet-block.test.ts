import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {createParameterScope} from '../../src/networks/parameters';
import type {ParameterSpec, Weights} from '../../src/networks/parameters';
import {unetBlock} from '../../src/networks/unet-block';
import type {UNetBlockOptions, UNetBlockStyle} from '../../src/networks/unet-block';
import {xavier} from '../../src/networks/initial';
import {assertClose} from '../helpers';

/** As in SongUNet. */
const SONG: UNetBlockStyle = {
  eps: 1e-6, skipScale: Math.SQRT1_2, projectSkip: true, adaptiveScale: false,
  init: xavier(), initOut: xavier(1e-5), initAttention: xavier(Math.sqrt(0.2)),
};
type Options = Omit<UNetBlockOptions, keyof UNetBlockStyle> & Partial<UNetBlockStyle>;

function declare(options: Options) {
  const {specs, scope} = createParameterScope('net');
  return {block: unetBlock(scope.within('b'), {...SONG, ...options}), specs};
}
const rng = createRng(0);
const x = randomNormal<tf.Rank.R4>([2, 4, 4, 4], rng.fork('x'));
const e = randomNormal<tf.Rank.R2>([2, 8], rng.fork('e'));

/** Random weights, except for those that `chosen` gives. */
function weightsOf(
    specs: readonly ParameterSpec[], chosen: (name: string) => tf.Tensor | undefined): Weights {
  const shapes = new Map(specs.map(({name, shape}) => [name, shape]));
  return (name) => chosen(name) ??
      randomNormal([...shapes.get(name)!] as [number], rng.fork(name));
}
const zeroConv1 = (name: string): tf.Tensor | undefined =>
    name === 'net.b.conv1.weight' ? tf.zeros([3, 3, 4, 4]) :
    name === 'net.b.conv1.bias' ? tf.zeros([4]) : undefined;

test('parameters are declared in the order and under the names of EDM', () => {
  const own = (options: Partial<Options>): string[] => declare(
      {from: 4, to: 4, embedding: 8, ...options}).specs.map(({name}) => name.replace('net.b.', ''));
  const both = (...names: string[]): string[] =>
    names.flatMap((name) => [`${name}.weight`, `${name}.bias`]);
  const base = both('norm0', 'conv0', 'affine', 'norm1', 'conv1');
  assert.deepEqual(own({}), base);
  assert.deepEqual(own({to: 8}), [...base, ...both('skip')]);
  assert.deepEqual(own({resample: 'up'}), [...base, ...both('skip')]);
  assert.deepEqual(own({heads: 1}), [...base, ...both('norm2', 'qkv', 'proj')]);
});

test('with a zero second convolution the block is x / √2', () => tf.tidy(() => {
  const {block, specs} = declare({from: 4, to: 4, embedding: 8});
  const y = block(weightsOf(specs, zeroConv1), x, e);
  assertClose(y.dataSync(), tf.mul(x, Math.SQRT1_2).dataSync(), {atol: 1e-6});
}));

test('the noise embedding shifts each image on its own', () => tf.tidy(() => {
  const {block, specs} = declare({from: 4, to: 4, embedding: 8});
  const weights = weightsOf(specs, () => undefined);
  const changed = tf.concat([tf.slice(e, 0, 1), tf.add(tf.slice(e, 1, 1), 1)], 0) as tf.Tensor2D;
  const [a, b] = [block(weights, x, e).dataSync(), block(weights, x, changed).dataSync()];
  assertClose(a.subarray(0, 64), b.subarray(0, 64), {atol: 1e-6, what: 'the first image'});
  assert.ok(Math.abs(a[64]! - b[64]!) > 1e-3, 'the second image follows its embedding');
}));

test('a block that resamples has half or twice the side, and `to` channels', () => tf.tidy(() => {
  for (const [resample, side] of [['down', 2], ['up', 8]] as const) {
    const {block, specs} = declare({from: 4, to: 12, embedding: 8, resample});
    const y = block(weightsOf(specs, () => undefined), x, e);
    assert.deepEqual(y.shape, [2, side, side, 12]);
  }
}));

test('attention with equal scores adds the mean of the values over all pixels', () => {
  tf.tidy(() => {
    const {block, specs} = declare({from: 4, to: 4, embedding: 8, heads: 1});
    // Channel 3c + 2 of qkv is v: here v = c-th channel of the normalized x; q = k = 0.
    const qkv = tf.buffer([1, 1, 4, 12]);
    for (let c = 0; c < 4; c++) qkv.set(1, 0, 0, c, 3 * c + 2);
    const chosen: Record<string, tf.Tensor> = {
      'net.b.norm2.weight': tf.ones([4]), 'net.b.norm2.bias': tf.tensor1d([1, 2, 3, 4]),
      'net.b.qkv.weight': qkv.toTensor(), 'net.b.qkv.bias': tf.zeros([12]),
      'net.b.proj.weight': tf.reshape(tf.eye(4), [1, 1, 4, 4]), 'net.b.proj.bias': tf.zeros([4]),
    };
    const y = block(weightsOf(specs, (name) => chosen[name] ?? zeroConv1(name)), x, e);
    const h = tf.mul(x, Math.SQRT1_2); // The block before attention; 4 channels are one group.
    const {mean, variance} = tf.moments(h, [1, 2, 3], true);
    const values = tf.add(
        tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, 1e-6))), [1, 2, 3, 4]);
    const mixed = tf.mean(values, [1, 2], true);
    assertClose(y.dataSync(), tf.mul(tf.add(h, mixed), Math.SQRT1_2).dataSync(), {atol: 2e-6});
  });
});
