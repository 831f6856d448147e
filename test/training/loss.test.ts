import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {edmPreconditioning, precondition} from '../../src/networks/preconditioning';
import type {PreconditionedNetwork} from '../../src/networks/preconditioning';
import {dsmLoss, weightedError} from '../../src/training/loss';
import type {LossBatch} from '../../src/training/loss';
import {assertClose, assertNoLeak} from '../helpers';

const noWeights = (): never => assert.fail('a stub has no weights');
const stub = (F: (x: tf.Tensor4D) => tf.Tensor): PreconditionedNetwork => precondition({
  form: 'test', resolution: 2, channels: 1, labelDim: 0, augmentDim: 0, parameters: [], buffers: [],
  apply: (_, x) => F(x) as tf.Tensor4D,
}, edmPreconditioning());
const batchOf = (image: number, sigma: readonly number[], noise: number): LossBatch => {
  const shape: [number, number, number, number] = [sigma.length, 2, 3, 1];
  return {
    images: tf.fill(shape, image), sigma: tf.tensor1d([...sigma]), noise: tf.fill(shape, noise),
  };
};

test('a network that is 0 has error lambda·(c_skip·(x + sigma·n) - x)² at every pixel', () => {
  tf.tidy(() => {
    const [sigmaData, x, n, sigmas] = [0.5, 0.3, -1.5, [0.1, 0.5, 20]];
    const expected = sigmas.map((s) => {
      const skip = sigmaData ** 2 / (s ** 2 + sigmaData ** 2);
      const lambda = (s ** 2 + sigmaData ** 2) / (s * sigmaData) ** 2;
      return lambda * (skip * (x + s * n) - x) ** 2;
    });
    const network = stub((input) => tf.zerosLike(input));
    const batch = batchOf(x, sigmas, n);
    const map = weightedError(network, noWeights, batch, sigmaData);
    assert.deepEqual(map.shape, [3, 2, 3, 1]);
    assertClose(map.dataSync(), expected.flatMap((e) => Array(6).fill(e)), {rtol: 1e-5});
    assertClose(dsmLoss(network, noWeights, batch, sigmaData).dataSync(),
        [expected.reduce((a, b) => a + b) * 6 / 3], {rtol: 1e-5});
  });
});

test('the weighting makes the loss (F - target)²: 1 off in F costs 1 a pixel at any sigma', () => {
  tf.tidy(() => {
    const [sigmaData, x, n] = [0.5, 0.3, -1.5];
    for (const s of [0.01, 0.5, 50]) {
      const root = Math.sqrt(s ** 2 + sigmaData ** 2);
      const skip = sigmaData ** 2 / root ** 2;
      const target = (x - skip * (x + s * n)) * root / (s * sigmaData);
      const lossOf = (off: number): number => dsmLoss(
          stub((input) => tf.fill(input.shape, target + off)), noWeights, batchOf(x, [s], n),
          sigmaData).dataSync()[0]! / 6;
      assertClose([lossOf(0), lossOf(1), lossOf(-2)], [0, 1, 4], {atol: 2e-3, what: `${s}`});
    }
  });
});

test('the network hears of classes and augmentations', () => tf.tidy(() => {
  const heard: unknown[] = [];
  const model = stub((x) => tf.zerosLike(x));
  const [labels, augmentLabels] = [tf.ones<tf.Rank.R2>([1, 3]), tf.ones<tf.Rank.R2>([1, 2])];
  weightedError({...model, denoise(weights, x, sigma, conditions) {
    heard.push(conditions);
    return model.denoise(weights, x, sigma, conditions);
  }}, noWeights, {...batchOf(1, [1], 0), labels, augmentLabels}, 0.5);
  assert.deepEqual(heard, [{labels, augmentLabels}]);
}));

test('each function leaves one tensor', () => {
  const batch = batchOf(1, [1, 2], 0.5);
  const network = stub((x) => tf.neg(x));
  assertNoLeak(() => weightedError(network, noWeights, batch, 0.5), 1).dispose();
  assertNoLeak(() => dsmLoss(network, noWeights, batch, 0.5), 1).dispose();
  tf.dispose(Object.values(batch));
});
