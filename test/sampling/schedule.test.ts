import assert from 'node:assert/strict';
import {test} from 'node:test';
import {assertSchedule, karrasSchedule} from '../../src/sampling/schedule';
import {assertClose} from '../helpers';

test('karrasSchedule is evenly spaced in sigma^(1/rho) from sigmaMax to sigmaMin, then 0', () => {
  const schedule = karrasSchedule({steps: 5, sigmaMin: 1, sigmaMax: 81, rho: 4});
  assertClose(schedule, [81, 2.5 ** 4, 16, 1.5 ** 4, 1, 0], {rtol: 1e-14});
});

test('karrasSchedule gives the ten noise levels of the paper', () => {
  const paper = [80, 42.415, 21.109, 9.723, 4.066, 1.502, 0.470, 0.117, 0.0204, 0.002, 0];
  assertClose(karrasSchedule({steps: 10}), paper, {rtol: 5e-3});
});

test('one step goes straight from sigmaMax to 0', () =>
  assert.deepEqual([...karrasSchedule({steps: 1})], [80, 0]));

test('assertSchedule accepts falling sigmas that end with 0 and names what does not fit', () => {
  assertSchedule('f', [2, 1, 0]);
  assert.throws(() => assertSchedule('f', [0]),
      {message: 'f: expected a schedule of at least two sigmas, got 1'});
  assert.throws(() => assertSchedule('f', [2, NaN, 0]), /got NaN at position 1/);
  assert.throws(() => assertSchedule('f', [1, 2, 0]),
      {message: 'f: expected sigmas that fall, got 2 after 1 at position 1'});
  assert.throws(() => assertSchedule('f', [2, 1]),
      {message: 'f: expected a schedule that ends with 0, got 1'});
});
