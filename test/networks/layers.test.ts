import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {conv, dense, norm} from '../../src/networks/layers';
import {groupNorm} from '../../src/networks/group-norm';
import {xavier} from '../../src/networks/initial';
import {createParameterScope} from '../../src/networks/parameters';
import type {ParameterScope, Weights} from '../../src/networks/parameters';
import {assertClose} from '../helpers';

const declare = <T>(build: (scope: ParameterScope) => T) => {
  const {specs, scope} = createParameterScope('net');
  return {layer: build(scope.within('layer')), specs};
};
const weightsOf = (values: Readonly<Record<string, tf.Tensor>>): Weights =>
    (name) => values[name.replace('net.layer.', '')]!;

test('dense is x W + b', () => tf.tidy(() => {
  const {layer, specs} = declare((scope) => dense(scope, {from: 2, to: 3}));
  assert.deepEqual(specs.map(({name, shape}) => [name, shape]),
      [['net.layer.weight', [2, 3]], ['net.layer.bias', [3]]]);
  const weights = weightsOf({
    weight: tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), bias: tf.tensor1d([10, 20, 30]),
  });
  assert.deepEqual(layer(weights, tf.tensor2d([[1, -1]])).arraySync(), [[7, 17, 27]]);
}));

test('conv keeps the size: at the border the missing pixels count as 0', () => tf.tidy(() => {
  const {layer} = declare((scope) => conv(scope, {from: 1, to: 1, kernel: 3}));
  const weights = weightsOf({weight: tf.ones([3, 3, 1, 1]), bias: tf.tensor1d([0.5])});
  const y = layer.apply(weights, tf.ones([1, 3, 3, 1]));
  assert.deepEqual([...y.dataSync()], [4.5, 6.5, 4.5, 6.5, 9.5, 6.5, 4.5, 6.5, 4.5]);
}));

test('without a bias there is no parameter for it', () => tf.tidy(() => {
  const {layer, specs} = declare((scope) => conv(scope, {from: 1, to: 2, kernel: 1, bias: false}));
  assert.deepEqual(specs.map(({name}) => name), ['net.layer.weight']);
  const weights = weightsOf({weight: tf.tensor4d([2, 3], [1, 1, 1, 2])});
  assert.deepEqual([...layer.apply(weights, tf.ones([1, 1, 1, 1])).dataSync()], [2, 3]);
  assert.deepEqual([...layer.bias(weights).dataSync()], [0, 0]);
}));

test('conv resamples before it convolves', () => tf.tidy(() => {
  const weights = weightsOf({weight: tf.tensor4d([2], [1, 1, 1, 1]), bias: tf.tensor1d([1])});
  const x = tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1]);
  const run = (resample: 'up' | 'down'): tf.Tensor =>
      declare((scope) => conv(scope, {from: 1, to: 1, kernel: 1, resample}))
          .layer.apply(weights, x);
  assert.deepEqual([...run('down').dataSync()], [7]);
  assert.deepEqual(run('up').shape, [1, 4, 4, 1]);
  assert.deepEqual([...run('up').dataSync()].slice(0, 8), [3, 3, 5, 5, 3, 3, 5, 5]);
}));

test('the first weights are Xavier-uniform times the factor, biases 0, gains 1', () => {
  const bound = (from: number, to: number): number => Math.sqrt(6 / (from + to));
  const inits = (build: (scope: ParameterScope) => unknown) =>
      declare(build).specs.map(({init}) => init);
  assert.deepEqual(inits((scope) => dense(scope, {from: 3, to: 5})),
      [{bound: bound(3, 5)}, {constant: 0}]);
  assert.deepEqual(inits((scope) => conv(scope, {from: 2, to: 4, kernel: 3, init: xavier(0.1)})),
      [{bound: 0.1 * bound(18, 36)}, {constant: 0}]);
  assert.deepEqual(inits((scope) => norm(scope, {channels: 8, eps: 1e-6})),
      [{constant: 1}, {constant: 0}]);
});

test('norm has min(32, C / 4) groups, or the next smaller number that divides C', () => {
  tf.tidy(() => {
    for (const [channels, groups] of [[4, 1], [12, 3], [128, 32], [192, 32], [144, 24], [6, 1]]) {
      const {layer} = declare((scope) => norm(scope, {channels: channels!, eps: 1e-6}));
      const [weight, bias] = [tf.ones<tf.Rank.R1>([channels!]), tf.zeros<tf.Rank.R1>([channels!])];
      const x = randomNormal<tf.Rank.R4>([1, 2, 2, channels!], createRng(1));
      assertClose(layer(weightsOf({weight, bias}), x).dataSync(),
          groupNorm(x, weight, bias, {groups: groups!, eps: 1e-6}).dataSync(),
          {atol: 0, what: `${channels} channels`});
    }
  });
});
