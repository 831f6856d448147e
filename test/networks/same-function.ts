/** Compares operations and their gradients with a plain form of the same, on seeded normal tensors. */
import assert from 'node:assert/strict';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {assertClose} from '../helpers';

const rng = createRng(0);
export const normal = (label: string, ...shape: number[]): tf.Tensor =>
    randomNormal(shape as [number], rng.fork(label));
export const images = (
    label: string, ...shape: [number, number, number, number]): tf.Tensor4D =>
    randomNormal<tf.Rank.R4>(shape, rng.fork(label));

/** Asserts that two functions have the same values and the same gradients of everything. */
export function assertSameFunction(
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
