import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {biasAdd, double, groupNorm, halve, silu} from '../../src/networks/ops';
import {assertClose, assertNoLeak} from '../helpers';

const rng = createRng(0);
const normal = (label: string, ...shape: number[]): tf.Tensor =>
    randomNormal(shape as [number], rng.fork(label));
const images = (label: string, ...shape: [number, number, number, number]): tf.Tensor4D =>
    randomNormal<tf.Rank.R4>(shape, rng.fork(label));

/** Asserts that two functions have the same values and the same gradients of everything. */
function assertSameFunction(
    actual: (...x: tf.Tensor[]) => tf.Tensor, expected: (...x: tf.Tensor[]) => tf.Tensor,
    inputs: tf.Tensor[], atol = 2e-6): void {
  tf.tidy(() => {
    const value = expected(...inputs);
    assertClose(actual(...inputs).dataSync(), value.dataSync(), {atol, what: 'value'});
    const upstream = normal('upstream', ...value.shape);
    const gradients = (f: typeof actual): tf.Tensor[] =>
        tf.grads((...x: tf.Tensor[]) => tf.sum(tf.mul(f(...x), upstream)))(inputs);
    const reference = gradients(expected);
    gradients(actual).forEach((gradient, i) => {
      assert.deepEqual(gradient.shape, inputs[i]!.shape);
      assertClose(gradient.dataSync(), reference[i]!.dataSync(),
          {atol: 10 * atol, rtol: 1e-5, what: `gradient ${i}`});
    });
  });
}

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

/** Group normalization as its definition says, on a 5-D tensor. */
function plainGroupNorm(groups: number, eps: number) {
  return (x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
    const [N, H, W, C] = x.shape as [number, number, number, number];
    const grouped = tf.reshape(x, [N, H, W, groups, C / groups]);
    const {mean, variance} = tf.moments(grouped, [1, 2, 4], true);
    const normal = tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, eps)));
    return tf.add(tf.mul(tf.reshape(normal, [N, H, W, C]), gain), bias);
  };
}

for (const [groups, C] of [[1, 4], [2, 12], [6, 6]] as const) {
  test(`groupNorm with ${groups} groups of ${C / groups} channels is its definition`, () => {
    const x = tf.add(tf.mul(images('x', 3, 4, 5, C), 2), normal('offset', C));
    assertSameFunction(
        (y, gain, bias) => groupNorm(
            y as tf.Tensor4D, gain as tf.Tensor1D, bias as tf.Tensor1D, {groups, eps: 1e-3}),
        plainGroupNorm(groups, 1e-3), [x, normal('gain', C), normal('bias', C)], 1e-5);
  });
}

test('groupNorm of constant images is the bias, never NaN', () => tf.tidy(() => {
  for (const value of [0, 0.1, 2.3, -7.7, 19.9, 1000]) {
    const flat = tf.fill([2, 7, 7, 4], value) as tf.Tensor4D;
    const bias = tf.tensor1d([1, 2, 3, 4]);
    const y = groupNorm(flat, tf.zeros([4]), bias, {groups: 1, eps: 1e-6});
    assert.deepEqual([...y.dataSync().subarray(0, 4)], [1, 2, 3, 4]);
    // With a gain, rounding of the mean shows, times 1 / sqrt(eps).
    const scaled = groupNorm(flat, tf.ones([4]), bias, {groups: 1, eps: 1e-6}).dataSync();
    assertClose(scaled.subarray(0, 4), [1, 2, 3, 4], {atol: 1e-3 * Math.max(1, Math.abs(value))});
    const slope = tf.grad((x: tf.Tensor) => tf.sum(
        groupNorm(x as tf.Tensor4D, tf.ones([4]), bias, {groups: 1, eps: 1e-6})))(flat);
    assert.ok(slope.dataSync().every(Number.isFinite));
  }
}));

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
  const [gain, bias] = [tf.ones([4]) as tf.Tensor1D, tf.zeros([4]) as tf.Tensor1D];
  const operations: ((t: tf.Tensor) => tf.Tensor)[] = [
    silu, (t) => biasAdd(t, bias), (t) => halve(t as tf.Tensor4D), (t) => double(t as tf.Tensor4D),
    (t) => groupNorm(t as tf.Tensor4D, gain, bias, {groups: 2, eps: 1e-6}),
  ];
  for (const operation of operations) {
    assertNoLeak(() => tf.tidy(() => operation(x)), 1).dispose();
    assertNoLeak(() => tf.grad((t: tf.Tensor) => tf.sum(operation(t)))(x), 1).dispose();
  }
  tf.dispose([x, gain, bias]);
});
