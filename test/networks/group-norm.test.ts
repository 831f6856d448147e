import assert from 'node:assert/strict';
import {test} from 'node:test';
import {composeOps, fusedGroupNorm, useFusedOps} from '../../src/backend/fused-ops';
import {tf} from '../../src/backend/tf';
import {groupNorm} from '../../src/networks/group-norm';
import {assertClose, assertNoLeak, relativeL2} from '../helpers';
import {assertSameFunction, images, normal} from './same-function';

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

/** Both forms: the fused op, and TensorFlow's own ops. */
const FORMS = {
  fused: <T>(body: () => T): T => {
    assert.ok(useFusedOps(), 'the fused ops are available');
    return body();
  },
  composed: composeOps,
};

// Channels: fewer than a vector, one and a half, a cache line, and three lines with a rest.
const SIZES = [[1, 4], [2, 12], [6, 6], [4, 16], [5, 55]] as const;

for (const [form, run] of Object.entries(FORMS)) {
  for (const [groups, C] of SIZES) {
    test(`groupNorm of ${C} channels in ${groups} groups is its definition (${form})`, () => {
      const x = tf.add(tf.mul(images('x', 3, 4, 5, C), 2), normal('offset', C));
      assertSameFunction(
          (y, gain, bias) => run(() => groupNorm(
              y as tf.Tensor4D, gain as tf.Tensor1D, bias as tf.Tensor1D, {groups, eps: 1e-3})),
          plainGroupNorm(groups, 1e-3), [x, normal('gain', C), normal('bias', C)], 1e-5);
    });

    test(`with offset and SiLU it is all three, ${C} channels (${form})`, () => {
      const plain = plainGroupNorm(groups, 1e-3);
      assertSameFunction(
          (y, gain, bias, offset) => run(() => groupNorm(
              y as tf.Tensor4D, gain as tf.Tensor1D, bias as tf.Tensor1D,
              {groups, eps: 1e-3, silu: true, offset: offset as tf.Tensor2D})),
          (y, gain, bias, offset) => {
            const z = plain(tf.add(y, tf.reshape(offset!, [3, 1, 1, C])), gain!, bias!);
            return tf.mul(z, tf.sigmoid(z));
          },
          [images('x', 3, 4, 5, C), normal('gain', C), normal('bias', C),
            normal('shift', 3, C)], 1e-5);
    });
  }
}

test('the fused gradient of images far from 0 is that of the definition, to rounding', () => {
  // Sums of 28x28 values around 30: what rounding of the sums would spoil first.
  const x = tf.add(images('far', 2, 28, 28, 16), 30) as tf.Tensor4D;
  const [gain, bias, dy] = [normal('gain', 16), normal('bias', 16), images('dy', 2, 28, 28, 16)];
  const gradient = (norm: (t: tf.Tensor) => tf.Tensor): Float32Array =>
      tf.grad((t: tf.Tensor) => tf.sum(tf.mul(norm(t), dy)))(x).dataSync() as Float32Array;
  const fused = gradient((t) => groupNorm(
      t as tf.Tensor4D, gain as tf.Tensor1D, bias as tf.Tensor1D, {groups: 4, eps: 1e-6}));
  const plain = plainGroupNorm(4, 1e-6);
  // Variance from float32 sums of squares around 900: relative error 900·1e-7·a few.
  assert.ok(relativeL2(fused, gradient((t) => plain(t, gain, bias))) < 5e-4);
});

test('the fused op names the input whose shape is wrong', () => tf.tidy(() => {
  const x = images('x', 2, 4, 4, 8);
  const call = (gain: number, offset: number[]) => () => fusedGroupNorm(
      [x, tf.zeros(offset), tf.ones([gain]), tf.zeros([8])], {groups: 2, eps: 1e-6, silu: false});
  assert.throws(call(7, [0]), /expected `gain` of shape \[8\], got \[7\]/);
  assert.throws(call(8, [2, 7]), /expected `offset` of shape \[2,8\], got \[2,7\]/);
}));

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

test('groupNorm leaves one tensor, its gradient one, fused or composed', () => {
  const x = images('x', 2, 4, 4, 8);
  const [gain, bias, offset] =
      [tf.ones([8]) as tf.Tensor1D, tf.zeros([8]) as tf.Tensor1D, tf.ones([2, 8]) as tf.Tensor2D];
  for (const run of Object.values(FORMS)) {
    const norm = (t: tf.Tensor): tf.Tensor => run(() => groupNorm(
        t as tf.Tensor4D, gain, bias, {groups: 2, eps: 1e-6, silu: true, offset}));
    assertNoLeak(() => tf.tidy(() => norm(x)), 1).dispose();
    assertNoLeak(() => tf.grad((t: tf.Tensor) => tf.sum(norm(t)))(x), 1).dispose();
  }
  tf.dispose([x, gain, bias, offset]);
});
