import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {biasAdd, double, halve, silu, softmax} from '../../src/networks/ops';
import {assertClose, assertNoLeak} from '../helpers';
import {assertSameFunction, images, normal} from './same-function';

test('silu is x / (1 + exp(-x)), with its derivative, far out too', () => {
  const x = [-100, -20, -1, 0, 0.5, 3, 100];
  const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
  tf.tidy(() => {
    const {value, grad} = tf.valueAndGrad((t: tf.Tensor) => tf.sum(silu(t)))(tf.tensor1d(x));
    assertClose(silu(tf.tensor1d(x)).dataSync(), x.map((v) => v * sigmoid(v)), {atol: 1e-6});
    assertClose(value.dataSync(), [x.reduce((sum, v) => sum + v * sigmoid(v), 0)], {rtol: 1e-6});
    assertClose(grad.dataSync(),
        x.map((v) => sigmoid(v) * (1 + v * (1 - sigmoid(v)))), {atol: 1e-6});
  });
});

test('biasAdd adds along the last axis of vectors and images', () => {
  const add = (x: tf.Tensor, bias: tf.Tensor): tf.Tensor => biasAdd(x, bias as tf.Tensor1D);
  assertSameFunction(add, (x, b) => tf.add(x, b), [normal('v', 4, 3), normal('b', 3)]);
  assertSameFunction(add, (x, b) => tf.add(x, b), [images('i', 2, 3, 4, 5), normal('c', 5)], 1e-5);
});

test('softmax is TensorFlow\'s, with its gradient, for large values too', () => {
  const x = tf.mul(normal('x', 3, 4, 5), 40);
  assertSameFunction((t) => softmax(t), (t) => tf.softmax(t!), [x]);
});

test('halve is the mean of 2x2 squares, double repeats them', () => tf.tidy(() => {
  const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4, 1]);
  assert.deepEqual([...halve(x).dataSync()], [3.5, 5.5]);
  assert.deepEqual(halve(x).shape, [1, 1, 2, 1]);
  const y = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]); // Two pixels of two channels.
  assert.deepEqual(double(y).arraySync(),
      [[[[1, 2], [1, 2], [3, 4], [3, 4]], [[1, 2], [1, 2], [3, 4], [3, 4]]]]);
}));

test('the gradients of halve and double are their adjoints', () => tf.tidy(() => {
  const [x, small] = [images('x', 2, 4, 6, 3), images('small', 2, 2, 3, 3)];
  const inner = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0]!;
  const pullback = (f: (t: tf.Tensor4D) => tf.Tensor, at: tf.Tensor4D, dy: tf.Tensor): tf.Tensor =>
      tf.grad((t: tf.Tensor) => tf.sum(tf.mul(f(t as tf.Tensor4D), dy)))(at);
  assertClose([inner(pullback(halve, x, small), x)], [inner(halve(x), small)], {atol: 1e-5});
  assertClose([inner(pullback(double, small, x), small)], [inner(double(small), x)], {atol: 1e-5});
}));

test('every operation leaves one tensor, and its gradient one', () => {
  const x = images('x', 2, 4, 4, 4);
  const bias = tf.zeros([4]) as tf.Tensor1D;
  const operations: ((t: tf.Tensor) => tf.Tensor)[] = [
    silu, (t) => biasAdd(t, bias), (t) => halve(t as tf.Tensor4D), (t) => double(t as tf.Tensor4D),
    softmax,
  ];
  for (const operation of operations) {
    assertNoLeak(() => tf.tidy(() => operation(x)), 1).dispose();
    assertNoLeak(() => tf.grad((t: tf.Tensor) => tf.sum(operation(t)))(x), 1).dispose();
  }
  tf.dispose([x, bias]);
});
