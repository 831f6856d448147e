import assert from 'node:assert/strict';
import {test} from 'node:test';
import {composeOps, fusedAddScale, useFusedOps} from '../../src/backend/fused-ops';
import {tf} from '../../src/backend/tf';
import {addScale} from '../../src/networks/add-scale';
import {assertNoLeak} from '../helpers';
import {assertSameFunction, images, normal} from './same-function';

const fused = <T>(body: () => T): T => {
  assert.ok(useFusedOps(), 'the fused ops are available');
  return body();
};

for (const [form, run] of [['fused', fused], ['composed', composeOps]] as const) {
  for (const C of [3, 8, 20]) {
    test(`addScale of ${C} channels is (a + b + bias)·scale (${form})`, () => {
      assertSameFunction(
          (a, b, bias) => run(() =>
            addScale(a as tf.Tensor4D, b as tf.Tensor4D, bias as tf.Tensor1D, 0.7)),
          (a, b, bias) => tf.mul(tf.add(tf.add(a!, b!), bias!), 0.7),
          [images('a', 3, 4, 5, C), images('b', 3, 4, 5, C), normal('bias', C)], 1e-5);
    });
  }

  test(`one tensor may be both sides (${form})`, () => {
    assertSameFunction(
        (a, bias) => run(() =>
          addScale(a as tf.Tensor4D, a as tf.Tensor4D, bias as tf.Tensor1D, 0.5)),
        (a, bias) => tf.add(a!, tf.mul(bias!, 0.5)),
        [images('a', 2, 3, 3, 4), normal('bias', 4)], 1e-5);
  });
}

test('addScale leaves one tensor, its gradient one', () => {
  const [a, bias] = [images('a', 2, 3, 3, 4), tf.zeros([4]) as tf.Tensor1D];
  const half = (t: tf.Tensor): tf.Tensor => addScale(t as tf.Tensor4D, a, bias, 0.5);
  assertNoLeak(() => half(a), 1).dispose();
  assertNoLeak(() => tf.grad((t: tf.Tensor) => tf.sum(half(t)))(a), 1).dispose();
  tf.dispose([a, bias]);
});

test('the fused op names the input whose shape is wrong', () => tf.tidy(() => {
  const a = images('a', 2, 3, 3, 4);
  assert.throws(() => fusedAddScale(a, images('b', 2, 3, 4, 4), tf.zeros([4]), 1),
      /expected `b` of shape \[2,3,3,4\], got \[2,3,4,4\]/);
  assert.throws(() => fusedAddScale(a, a, tf.zeros([3]), 1),
      /expected `bias` of shape \[4\], got \[3\]/);
}));
