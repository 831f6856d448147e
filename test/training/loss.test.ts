import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {parametersToPyTorch, unflatten} from '../../src/networks/parameters';
import type {Weights} from '../../src/networks/parameters';
import {edmPreconditioning, precondition} from '../../src/networks/preconditioning';
import type {PreconditionedNetwork} from '../../src/networks/preconditioning';
import {dsmLoss, weightedError} from '../../src/training/loss';
import type {LossBatch} from '../../src/training/loss';
import {goldenImages, planesOf} from '../golden-images';
import {goldenModel, goldenParameters} from '../golden-network';
import {assertClose, assertNoLeak, golden, relativeL2} from '../helpers';

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

test('loss and gradients of all parameters agree with EDM\'s (golden grad_ddpmpp_28)', () => {
  const {record, tensors} = golden('grad_ddpmpp_28');
  const network = goldenModel(record)!;
  const array = (name: string) => tensors.get(name)!;
  tf.tidy(() => {
    const batch: LossBatch = {
      images: goldenImages(array('io.images')), noise: goldenImages(array('io.noise')),
      sigma: tf.tensor1d(array('io.sigma').data as Float32Array),
    };
    const flat = tf.tensor1d(goldenParameters(network, tensors));
    const sigmaData = record.loss_options.sigma_data;
    const weightsOf = (values: tf.Tensor): Weights =>
        unflatten(network.parameters, values as tf.Tensor1D);
    const {value, grad} = tf.valueAndGrad((values: tf.Tensor) =>
      dsmLoss(network, weightsOf(values), batch, sigmaData))(flat);
    const check = (name: string, values: ArrayLike<number>): void =>
        assertClose(values, array(name).data, {...record.tolerance[name], what: name});
    check('io.loss', value.dataSync());
    check('io.loss_map', planesOf(weightedError(network, weightsOf(flat), batch, sigmaData)));

    const {relative_l2_per_tensor: limit, atol} = record.tolerance['grad.*'];
    const gradients = parametersToPyTorch(network.parameters, grad.dataSync() as Float32Array);
    assert.equal(Object.keys(gradients).length, record.parameter_order.length);
    for (const [name, {data}] of Object.entries(gradients)) {
      const expected = array(`grad.${name}`).data;
      // The k third of a qkv bias cannot change the softmax: its gradient is rounding around 0.
      const isK = (i: number): boolean => name.endsWith('qkv.bias') && i % 3 === 1;
      const part = (values: ArrayLike<number>, k: boolean): number[] =>
          Array.from(values).filter((_, i) => isK(i) === k);
      const error = relativeL2(part(data, false), part(expected, false));
      assert.ok(error <= limit, `${name}: relative error ${error}`);
      assertClose(part(data, true), part(expected, true), {atol, what: `k of ${name}`});
    }
  });
});

test('each function leaves one tensor', () => {
  const batch = batchOf(1, [1, 2], 0.5);
  const network = stub((x) => tf.neg(x));
  assertNoLeak(() => weightedError(network, noWeights, batch, 0.5), 1).dispose();
  assertNoLeak(() => dsmLoss(network, noWeights, batch, 0.5), 1).dispose();
  tf.dispose(Object.values(batch));
});
