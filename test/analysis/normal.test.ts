import assert from 'node:assert/strict';
import {test} from 'node:test';
import {normalCdf, normalQuantile} from '../../src/analysis/normal';
import {assertClose} from '../helpers';

test('normalCdf has the values of tables, tails included', () => {
  // 40-digit values rounded: Abramowitz and Stegun, tables 26.1 and 26.2.
  assertClose([normalCdf(0), normalCdf(1), normalCdf(1.96), normalCdf(-3)],
      [0.5, 0.8413447460685429, 0.9750021048517795, 1.3498980316300946e-3], {rtol: 1e-13});
  assertClose([normalCdf(-8)], [6.220960574271785e-16], {rtol: 1e-10});
  assert.deepEqual([normalCdf(-50), normalCdf(50)], [0, 1]);
});

test('normalCdf is continuous where its two formulas meet', () => {
  for (const z of [-4, 4]) assertClose([normalCdf(z - 1e-9)], [normalCdf(z + 1e-9)], {rtol: 1e-8});
});

test('normalQuantile inverts normalCdf', () => {
  assertClose([normalQuantile(0.975)], [1.959963984540054], {rtol: 1e-14});
  for (const z of [-5.5, -1, -0.1, 0, 0.3, 2, 4.5]) {
    assertClose([normalQuantile(normalCdf(z))], [z], {atol: 1e-9});
  }
});

test('normalQuantile refuses a probability outside (0, 1)', () => {
  for (const p of [0, 1, NaN]) {
    assert.throws(() => normalQuantile(p), {name: 'RangeError', message: /in \(0, 1\)/});
  }
});
