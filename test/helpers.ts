/** What tests share: comparison with stated tolerances, leak counts. */
import assert from 'node:assert/strict';
import {tf} from '../src/backend/tf';
import {ROOT} from './paths';

export {ROOT};

/** Asserts |actual - expected| <= atol + rtol·|expected| for every element. */
export function assertClose(
    actual: ArrayLike<number>, expected: ArrayLike<number>,
    {atol = 0, rtol = 0, what = 'values'}: {atol?: number; rtol?: number; what?: string}): void {
  assert.equal(actual.length, expected.length, `${what}: lengths differ`);
  let worst = 0;
  let at = -1;
  for (let i = 0; i < actual.length; i++) {
    const excess = Math.abs(actual[i]! - expected[i]!) - (atol + rtol * Math.abs(expected[i]!));
    if (!(excess <= worst)) {
      worst = excess;
      at = i;
    }
  }
  assert.ok(at < 0, `${what}: [${at}] is ${actual[at]}, expected ${expected[at]} ` +
      `(atol ${atol}, rtol ${rtol}, ${worst.toExponential(2)} beyond)`);
}

/** ||a - b|| / ||b||. */
export function relativeL2(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Runs `body` and asserts that it leaves `left` more tensors than before (default 0). */
export function assertNoLeak<T>(body: () => T, left = 0): T {
  const before = tf.memory().numTensors;
  const result = body();
  assert.equal(tf.memory().numTensors - before, left, 'tensors left behind');
  return result;
}
