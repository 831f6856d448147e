import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng} from '../../src/backend/rng';
import {constant64, tidy64} from '../../src/backend/tensor64';
import {leastSquares, leastSquaresFromPairs} from '../../src/training/least-squares';
import {assertNoHandleLeak, handleCount} from '../handles';
import {assertClose} from '../helpers';

const W = [2, -1, 0.5, 3, 0, 1];
const b = [10, -20];
const rng = createRng(20);
const x = Float64Array.from({length: 60}, () => 100 + rng.uniform());
const y = Float64Array.from({length: 40}, (_, at) => {
  const [pair, o] = [Math.floor(at / 2), at % 2];
  return b[o]! + [0, 1, 2].reduce((sum, i) => sum + W[o * 3 + i]! * x[pair * 3 + i]!, 0);
});

test('pairs on an affine map give the map back, mse 0 and no ridge', () => {
  const fit = assertNoHandleLeak(() => leastSquaresFromPairs(x, y, {inputs: 3, outputs: 2}));
  assertClose(fit.weight, W, {atol: 1e-11});
  assertClose(fit.bias, b, {atol: 1e-9});
  assert.ok(fit.mse < 1e-20);
  assert.deepEqual([fit.ridge, fit.count], [0, 20]);
});

test('the residual of a line through (-1, 0), (0, 1), (1, 0) is 2/9', () => {
  const fit = leastSquaresFromPairs([-1, 0, 1], [0, 1, 0], {inputs: 1, outputs: 1});
  assertClose([fit.weight[0]!, fit.bias[0]!, fit.mse], [0, 1 / 3, 2 / 9], {atol: 1e-15});
});

test('pairs added in batches give what all at once give', () => {
  const noisy = y.map((value, at) => value + Math.sin(at * at));
  const whole = leastSquaresFromPairs(x, noisy, {inputs: 3, outputs: 2});
  const before = handleCount();
  const moments = leastSquares(3, 2);
  for (const [first, end] of [[0, 1], [1, 8], [8, 20]] as const) {
    tidy64(() => moments.add(
        constant64(x.slice(first * 3, end * 3), [end - first, 3]),
        constant64(noisy.slice(first * 2, end * 2), [end - first, 2])));
  }
  const parts = moments.solve();
  moments.dispose();
  assert.equal(handleCount(), before);
  assertClose(parts.weight, whole.weight, {atol: 1e-10});
  assertClose(parts.bias, whole.bias, {atol: 1e-8});
  assertClose([parts.mse], [whole.mse], {rtol: 1e-10});
});

test('fewer pairs than inputs: a ridge is added and reported, and the pairs are still met', () => {
  const fit = leastSquaresFromPairs(
      x.subarray(0, 6), y.subarray(0, 4), {inputs: 3, outputs: 2});
  assert.ok(fit.ridge > 0 && fit.ridge < 1e-8);
  assert.ok(fit.mse < 1e-12);
});

test('missing pairs, constant inputs, targets that are not finite and wrong sizes are named', () => {
  const before = handleCount();
  assert.throws(() => leastSquares(1, 1).solve(),
      {message: 'leastSquares: expected at least one pair, got none'});
  assert.throws(() => leastSquaresFromPairs([3, 3], [1, 2], {inputs: 1, outputs: 1}),
      /expected inputs that vary, got a covariance of trace 0/);
  assert.throws(() => leastSquaresFromPairs([1, 2], [1, NaN], {inputs: 1, outputs: 1}),
      /expected finite targets/);
  assert.throws(() => tidy64(() => leastSquares(3, 2).add(
      constant64(x, [20, 3]), constant64(x, [20, 3]))), {
    name: 'RangeError',
    message: 'leastSquares: expected pairs [n, 3] and [n, 2], got [20, 3] and [20, 3]',
  });
  assert.equal(handleCount(), before);
});
