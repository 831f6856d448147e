import assert from 'node:assert/strict';
import {test} from 'node:test';
import {median, pairedRatio, quantile, spread} from '../../bench/statistics';
import {assertClose} from '../helpers';

test('quantiles are linear between the sorted values', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(quantile([10, 20, 30, 40, 50], 0.25), 20);
  assert.equal(quantile([10, 20], 0.75), 17.5);
  assert.deepEqual(spread([7]), {median: 7, q1: 7, q3: 7});
});

test('a drift of the machine that slows both sides of a pair leaves the ratio alone', () => {
  const drift = [1, 1, 1.7, 3, 2.2];
  const {median: middle, q1, q3} = pairedRatio(
      drift.map((slow) => 100 * slow), drift.map((slow) => 150 * slow));
  assertClose([middle, q1, q3], [1.5, 1.5, 1.5], {rtol: 1e-12});
});

test('the ratio is the median over pairs, not the ratio of medians', () => {
  assert.equal(pairedRatio([1, 2, 4], [2, 2, 4]).median, 1);
  assert.equal(pairedRatio([1, 1, 10], [3, 3, 1]).median, 3);
});

test('empty samples and unequal numbers of timings are errors', () => {
  assert.throws(() => quantile([], 0.5), /^RangeError: quantile: expected at least one value/);
  assert.throws(() => pairedRatio([1, 2], [1]), /^RangeError: pairedRatio: .* 2, got 1$/);
});
