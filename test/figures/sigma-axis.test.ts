import assert from 'node:assert/strict';
import test from 'node:test';
import {
  SIGMA_REGIMES, formatSigma, logAxis, logRange, regimeMarks,
} from '../../src/figures/sigma-axis';

const AXES = {xId: 'x', yId: 'y', log: true} as const;

test('logRange spans the positive values with a margin, in exponents of 10', () => {
  const [low, high] = logRange([0.01, 100, 0, -5, NaN, Infinity], 0.05);
  assert.ok(Math.abs(low - -2.2) < 1e-12 && Math.abs(high - 2.2) < 1e-12);
  const [from, to] = logRange([10]);
  assert.ok(from < 1 && to > 1);
});

test('logRange says that a log axis needs a positive value', () => assert.throws(
    () => logRange([0, -1]), {name: 'RangeError', message: /at least one value > 0.*linear axis/}));

test('a log axis reads 0.01 … 100 as decimals and wider ones as powers', () => {
  assert.equal(logAxis('σ', [-2.8, 2]).exponentformat, 'none');
  assert.equal(logAxis('σ', [-8, 2]).exponentformat, 'power');
});

test('formatSigma keeps three significant digits and no empty zeros', () => assert.deepEqual(
    [80, 42.415, 1.502, 0.47, 0.0204, 0.002].map(formatSigma),
    ['80', '42.4', '1.5', '0.47', '0.0204', '0.002']));

test('regime marks tint the middle regime and label all three at their centres', () => {
  const {shapes, annotations} = regimeMarks(SIGMA_REGIMES, {...AXES, range: [-3, 2], width: 600});
  const [tint] = shapes.filter(({type}) => type === 'rect');
  assert.ok(Math.abs(tint!.x0 - 0.1) < 1e-12 && Math.abs(tint!.x1 - 20) < 1e-9);
  assert.deepEqual(annotations.map(({text}) => text),
      ['low noise', 'intermediate noise', 'high noise']);
  assert.equal(annotations[0]!.x, -2);    // an exponent: halfway from the axis's end to 0.1
});

test('regime labels shorten, then vanish, where the panel is narrow', () => {
  const labels = (width: number): string[] =>
      regimeMarks(SIGMA_REGIMES, {...AXES, range: [-3, 2], width})
          .annotations.map(({text}) => text);
  assert.deepEqual(labels(240), ['low', 'intermediate', 'high']);
  assert.deepEqual(labels(60), ['low']);
});

test('a regime outside of the axis is left out', () => {
  const {annotations} = regimeMarks(SIGMA_REGIMES, {...AXES, range: [-3, 0], width: 600});
  assert.deepEqual(annotations.map(({text}) => text), ['low noise', 'intermediate noise']);
});
