import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import type {Network} from '../../src/networks/network';
import {edmPreconditioning, precondition} from '../../src/networks/preconditioning';
import {assertClose, assertNoLeak} from '../helpers';

/** A network without parameters that shows what it was given. */
function stub(F: (x: tf.Tensor4D) => tf.Tensor) {
  const seen: {x: number[]; labels: number[]}[] = [];
  const network: Network = {
    form: 'test', resolution: 1, channels: 1, labelDim: 0, augmentDim: 0,
    parameters: [], buffers: [],
    apply: (_, x, labels) => {
      seen.push({x: [...x.dataSync()], labels: [...labels.dataSync()]});
      return F(x) as tf.Tensor4D;
    },
  };
  return {network, seen};
}
const noWeights = (): never => assert.fail('a stub has no weights');
const pixels = (value: number, sigma: readonly number[]): tf.Tensor4D =>
    tf.fill([sigma.length, 1, 1, 1], value);
/** D(x; sigma) for one pixel an image. */
const denoise = (
    network: Network, x: number, sigma: readonly number[], sigmaData = 0.5): ArrayLike<number> =>
  tf.tidy(() => precondition(network, edmPreconditioning({sigmaData})).denoise(
      noWeights, pixels(x, sigma), tf.tensor1d([...sigma])).dataSync());

const SIGMAS = [0.002, 0.5, 3.7, 80];

test('D = c_skip·x + c_out·F(c_in·x; ln(sigma) / 4), per image', () => {
  const sigmaData = 0.7;
  const total = SIGMAS.map((s) => s * s + sigmaData ** 2);
  const {network, seen} = stub((x) => tf.add(tf.mul(x, 0), 3));
  assertClose(denoise(network, 2, SIGMAS, sigmaData), SIGMAS.map((s, i) =>
    2 * sigmaData ** 2 / total[i]! + 3 * s * sigmaData / Math.sqrt(total[i]!)), {rtol: 1e-6});
  assertClose(seen[0]!.x, total.map((t) => 2 / Math.sqrt(t)), {rtol: 1e-6});
  assertClose(seen[0]!.labels, SIGMAS.map((s) => Math.log(s) / 4), {rtol: 1e-6, atol: 1e-7});
});

test('at small sigma D is x, at large sigma sigmaData·F', () => {
  const {network} = stub((x) => tf.fill(x.shape, 5));
  assertClose(denoise(network, 3, [1e-6]), [3], {atol: 1e-5});
  assertClose(denoise(network, 3, [1e4]), [2.5], {atol: 1e-3});
});

test('one tensor is left', () => {
  const {network} = stub((x) => tf.neg(x));
  const [x, sigma] = [pixels(1, SIGMAS), tf.tensor1d(SIGMAS)];
  const model = precondition(network, edmPreconditioning());
  assertNoLeak(() => model.denoise(noWeights, x, sigma), 1).dispose();
  tf.dispose([x, sigma]);
});
