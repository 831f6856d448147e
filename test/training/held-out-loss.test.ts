import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {initialParameters, unflatten} from '../../src/networks/parameters';
import {edmPreconditioning, precondition} from '../../src/networks/preconditioning';
import {songUNet} from '../../src/networks/song-unet';
import {fixedLoss, fixedLossBatch} from '../../src/training/held-out-loss';
import {weightedError} from '../../src/training/loss';
import {trainOptions} from '../../src/training/options';
import {handleCount} from '../handles';
import {assertClose} from '../helpers';

const network = songUNet({resolution: 4, channels: 1, modelChannels: 4, channelMult: [1]});
const model = precondition(network, edmPreconditioning({sigmaData: 0.6}));
const options = trainOptions({seed: 3, pMean: -0.5, pStd: 0.8, sigmaData: 0.6});
const images = randomNormal<tf.Rank.R4>([5, 4, 4, 1], createRng(0));
const parameters = initialParameters(network.parameters, createRng(1));
const other = initialParameters(network.parameters, createRng(2));

test('it is the mean weighted error on noise of the seed', () => {
  const fixed = fixedLoss(model, images, options);
  const expected = tf.tidy(() => {
    const rng = createRng(3).fork('fixed-loss');
    const normal = randomNormal<tf.Rank.R1>([5], rng.fork('sigma'));
    const sigma = tf.exp(tf.add(tf.mul(normal, 0.8), -0.5)) as tf.Tensor1D;
    const noise = randomNormal<tf.Rank.R4>([5, 4, 4, 1], rng.fork('noise'));
    const weights = unflatten(network.parameters, parameters);
    return tf.mean(weightedError(model, weights, {images, sigma, noise}, 0.6)).dataSync()[0]!;
  });
  assertClose([fixed.evaluate(parameters)], [expected], {rtol: 1e-5});
  fixed.dispose();
});

test('large images go through the network in parts, and the mean is over all of them', () => {
  assert.deepEqual([16 * 16, 28 * 28, 32 * 32 * 3, 64 * 64 * 3, 10 ** 6].map(fixedLossBatch),
      [784, 256, 65, 16, 1]);
  // Seven images of which three at a time fit: parts of 3, 3 and 1.
  const side = 256;
  assert.equal(fixedLossBatch(side * side), 3);
  const large = precondition(
      songUNet({resolution: side, channels: 1, modelChannels: 4, channelMult: [1, 1, 1, 1, 1]}),
      edmPreconditioning({sigmaData: 0.6}));
  const flat = initialParameters(large.network.parameters, createRng(1));
  const pictures = randomNormal<tf.Rank.R4>([7, side, side, 1], createRng(5));
  const fixed = fixedLoss(large, pictures, options);
  const expected = tf.tidy(() => {
    const rng = createRng(3).fork('fixed-loss');
    const sigma = tf.exp(tf.add(
        tf.mul(randomNormal<tf.Rank.R1>([7], rng.fork('sigma')), 0.8), -0.5)) as tf.Tensor1D;
    const noise = randomNormal<tf.Rank.R4>(pictures.shape, rng.fork('noise'));
    const batch = {images: pictures, sigma, noise};
    const weights = unflatten(large.network.parameters, flat);
    return tf.mean(weightedError(large, weights, batch, 0.6)).dataSync()[0]!;
  });
  assertClose([fixed.evaluate(flat)], [expected], {rtol: 1e-5});
  fixed.dispose();
  tf.dispose([flat, pictures]);
});

test('the same parameters give the same loss, others and another seed another', () => {
  const [fixed, same] = [fixedLoss(model, images, options), fixedLoss(model, images, options)];
  const moved = fixedLoss(model, images, {...options, seed: 4});
  const loss = fixed.evaluate(parameters);
  assert.notEqual(fixed.evaluate(other), loss);
  assert.equal(fixed.evaluate(parameters), loss);
  assert.equal(same.evaluate(parameters), loss);
  assert.notEqual(moved.evaluate(parameters), loss);
  for (const each of [fixed, same, moved]) each.dispose();
});

test('images are copied, evaluating leaves nothing, dispose gives everything back', () => {
  const copy = images.clone();
  const before = [tf.memory().numTensors, handleCount()];
  const fixed = fixedLoss(model, copy, options);
  copy.dispose();
  fixed.evaluate(parameters);
  const during = [tf.memory().numTensors, handleCount()];
  for (let i = 0; i < 5; i++) fixed.evaluate(parameters);
  assert.deepEqual([tf.memory().numTensors, handleCount()], during);
  fixed.dispose();
  assert.deepEqual([tf.memory().numTensors, handleCount()], [before[0]! - 1, before[1]]);
});
