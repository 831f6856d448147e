import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal, randomUniform} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {networkDenoiser} from '../../src/denoisers/network';
import {parameterCount, unflatten} from '../../src/networks/parameters';
import {edmPreconditioning, precondition} from '../../src/networks/preconditioning';
import {songUNet} from '../../src/networks/song-unet';
import {handleCount, sessionCount} from '../handles';
import {assertClose, assertNoLeak} from '../helpers';

const network = songUNet({resolution: 4, channels: 1, modelChannels: 4, channelMult: [1]});
const model = precondition(network, edmPreconditioning());
/** Random values for every parameter: a new network would be nearly 0. */
const parameters = tf.tidy(() => Float32Array.from(tf.mul(
    randomNormal<tf.Rank.R1>([parameterCount(network.parameters)], createRng(0)), 0.3).dataSync()));
const imageShape = [4, 4, 1] as const;
const x = randomNormal<tf.Rank.R4>([65, ...imageShape], createRng(1));
const sigma = tf.tidy(() =>
  tf.exp(tf.mul(randomUniform<tf.Rank.R1>([65], createRng(2)), 6).sub(4)) as tf.Tensor1D);
const first = (count: number): [tf.Tensor4D, tf.Tensor1D] =>
    [tf.slice(x, 0, count), tf.slice(sigma, 0, count)];

test('chunks and padding change nothing, from 1 image to one more than a batch', () => {
  const eager = networkDenoiser(model, parameters, {eager: true, batch: 65});
  const whole = eager.denoise(x, sigma).dataSync();
  eager.dispose();
  const before = sessionCount();
  const denoiser = networkDenoiser(model, parameters);
  for (const count of [1, 8, 9, 64, 65]) {
    const output = tf.tidy(() => denoiser.denoise(...first(count)));
    assert.deepEqual(output.shape, [count, ...imageShape]);
    assertClose(output.dataSync(), whole.subarray(0, 16 * count),
        {atol: 1e-6, rtol: 1e-5, what: `${count} images`});
    output.dispose();
  }
  assert.equal(sessionCount() - before, 2, 'two graphs do');
  denoiser.dispose();
});

test('the batch size is only a matter of memory', () => {
  const whole = networkDenoiser(model, parameters);
  const parts = networkDenoiser(model, parameters, {batch: 10});
  tf.tidy(() => assertClose(parts.denoise(...first(33)).dataSync(),
      whole.denoise(...first(33)).dataSync(), {atol: 1e-6, rtol: 1e-5}));
  whole.dispose();
  parts.dispose();
});

test('sigmaData sets the preconditioning: at sigma = sigmaData x counts half', () => {
  const zero = new Float32Array(parameters.length);
  const denoiser = networkDenoiser(
      precondition(network, edmPreconditioning({sigmaData: 0.8})), zero, {name: 'zero'});
  assert.deepEqual([denoiser.name, denoiser.imageShape], ['zero', imageShape]);
  tf.tidy(() => {
    const [some] = first(3);
    assertClose(denoiser.denoise(some, tf.fill([3], 0.8)).dataSync(),
        tf.mul(some, 0.5).dataSync(), {rtol: 1e-6});
  });
  denoiser.dispose();
});

test('a label makes all images of that class, labels each of its own; wrong ones are named', () => {
  const classes = precondition(
      songUNet({resolution: 4, channels: 1, modelChannels: 4, channelMult: [1], labelDim: 3}),
      edmPreconditioning());
  const P = parameterCount(classes.network.parameters);
  const values = tf.tidy(() => Float32Array.from(tf.mul(
      randomNormal<tf.Rank.R1>([P], createRng(4)), 0.3).dataSync()));
  const outputOf = (label?: number) => tf.tidy(() => {
    const denoiser = networkDenoiser(classes, values, label === undefined ? {} : {label});
    const output = [...denoiser.denoise(...first(2)).dataSync()];
    denoiser.dispose();
    return output;
  });
  const expected = tf.tidy(() => {
    const labels = tf.tensor2d([[0, 0, 1], [0, 0, 1]]);
    const [some, s] = first(2);
    return classes.denoise(
        unflatten(classes.network.parameters, tf.tensor1d(values)), some, s, {labels}).dataSync();
  });
  assertClose(outputOf(2), expected, {atol: 1e-5});
  assert.notDeepEqual(outputOf(0), outputOf(2));
  assert.notDeepEqual(outputOf(), outputOf(2));
  tf.tidy(() => {
    const denoiser = networkDenoiser(classes, values, {label: 0});
    const [some, s] = first(2);
    const mixed = denoiser.denoise(some, s, tf.tensor2d([[1, 0, 0], [0, 0, 1]])).dataSync();
    assertClose(mixed.subarray(0, 16), outputOf(0).slice(0, 16), {atol: 1e-5});
    assertClose(mixed.subarray(16), outputOf(2).slice(16), {atol: 1e-5});
    assert.throws(() => denoiser.denoise(some, s, tf.zeros([2, 4])), {name: 'RangeError',
      message: 'networkDenoiser: expected `labels` of shape [2, 3], got [2, 4]'});
    denoiser.dispose();
  });
  assert.throws(() => networkDenoiser(classes, values, {label: 3}), {name: 'RangeError',
    message: 'networkDenoiser: expected `label` to be a class 0..2, got 3'});
  assert.throws(() => networkDenoiser(model, parameters, {label: 0}), {name: 'RangeError',
    message: 'networkDenoiser: expected no `label`, since the network has no classes, got 0'});
});

test('a call leaves its output, dispose gives everything back', () => {
  const counts = (): number[] => [tf.memory().numTensors, handleCount(), sessionCount()];
  const [some, s] = first(9);
  const before = counts();
  const denoiser = networkDenoiser(model, parameters);
  denoiser.denoise(some, s).dispose();
  for (let call = 0; call < 3; call++) {
    assertNoLeak(() => denoiser.denoise(some, s), 1).dispose();
  }
  denoiser.dispose();
  assert.deepEqual(counts(), before);
  tf.dispose([some, s]);
});

test('wrong parameters, shapes and sigmas are named', () => {
  const P = parameters.length;
  assert.throws(() => networkDenoiser(model, parameters.subarray(1)), {
    name: 'RangeError', message: `networkDenoiser: expected ${P} parameters, got ${P - 1}`,
  });
  const denoiser = networkDenoiser(model, parameters);
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    assert.throws(() => denoiser.denoise(tf.zeros([2, 4, 5, 1]), tf.ones([2])), {
      name: 'RangeError',
      message: 'networkDenoiser: expected `x` of shape [any, 4, 4, 1], got [2, 4, 5, 1]',
    });
    assert.throws(() => denoiser.denoise(tf.zeros([2, 4, 4, 1]), tf.ones([3])), {
      name: 'RangeError', message: 'networkDenoiser: expected `sigma` of shape [2], got [3]',
    });
    for (const bad of [0, -1, NaN, Infinity]) {
      assert.throws(() => denoiser.denoise(tf.zeros([2, 4, 4, 1]), tf.tensor1d([1, bad])), {
        name: 'RangeError', message: 'networkDenoiser: expected every sigma to be finite and > ' +
            `0, got ${bad} at position 1`,
      });
    }
  });
  assert.equal(tf.memory().numTensors, before);
  denoiser.dispose();
});
