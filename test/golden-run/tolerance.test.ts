import assert from 'node:assert/strict';
import {test} from 'node:test';
import {measure, parseLimit} from './tolerance';

test('an element may differ by atol + rtol·|reference|, and not by more', () => {
  const limit = parseLimit('x', {atol: 0.1, rtol: 0.01});
  const {worst, allowed, ratio, values} = measure([100, 1], [99, 1], 2, limit);
  assert.deepEqual([worst, allowed, values], [1, 0.1 + 0.99, 2]);
  assert.ok(ratio < 1);
  assert.ok(measure([100.1, 1], [99, 1], 2, limit).ratio > 1);
});

test('the row is that of the largest error in terms of what is allowed', () => {
  const {worst} = measure([101, 0.02], [100, 0], 2, {atol: 0.01, rtol: 0.1});
  assert.equal(worst, 0.02);
});

test('a list of atol goes along the leading axis', () => {
  const limit = parseLimit('x_per_sigma', [0.1, 1]);
  assert.equal(measure([0.05, 0, 0, 0.5], [0, 0, 0, 0], 2, limit).ratio, 0.5);
  assert.equal(measure([0, 0.5, 0, 0], [0, 0, 0, 0], 2, limit).ratio, 5);
  assert.throws(() => measure([0, 0, 0], [0, 0, 0], 3, limit), /a list of 2 for .* axis of 3/);
});

test('a relative norm counts, and atol where the reference is below it everywhere', () => {
  const limit = parseLimit('x', {relative_l2_per_tensor: 0.1, atol: 0.01});
  assert.equal(measure([3, 4.5], [3, 4], 2, limit).ratio, 1);
  assert.equal(measure([0.02, 0], [0.01, 0], 2, limit).ratio, 1);
  assert.ok(measure([0.031, 0], [0.01, 0], 2, limit).ratio > 2);
  assert.ok(measure([0.3, 1], [0.01, 1], 2, limit).ratio > 2);
});

test('exact means exact', () => {
  const limit = parseLimit('x', 'exact');
  assert.equal(measure([1, 2], [1, 2], 2, limit).ratio, 0);
  assert.equal(measure([1, 2 + 1e-15], [1, 2], 2, limit).ratio, Infinity);
});

test('NaN and infinity fail, in the result and in the reference, even where both agree', () => {
  const limits = [{atol: 1, rtol: 1}, {relativeL2: 1, atol: 1}, {relativeL2: 1, atol: 1e9}];
  for (const limit of limits) {
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const [actual, expected] of [[bad, 1], [1, bad], [bad, bad]] as const) {
        assert.equal(measure([0, actual], [0, expected], 2, limit).ratio, Infinity);
        assert.equal(measure([actual, 0], [expected, 0], 2, limit).ratio, Infinity);
      }
    }
  }
});

test('sizes that differ and empty tensors are refused', () => {
  assert.throws(() => measure([1], [1, 2], 2, {atol: 9, rtol: 0}),
      {message: 'expected 2 values, got 1'});
  assert.throws(() => measure([], [], 0, {atol: 9, rtol: 0}), /no values to compare/);
});

test('tolerances of another form are refused', () => {
  for (const value of [
    undefined, 'about', {note: 'x'}, {}, {atol: -1}, {atol: 'x'}, {rtol: null}, {atol: 1, ulp: 2},
    {relative_l2_per_tensor: 1}, [], [1, 'x'], 0.1,
  ]) {
    assert.throws(() => parseLimit('io.x', value), /^Error: tolerance io\.x: expected /);
  }
});
