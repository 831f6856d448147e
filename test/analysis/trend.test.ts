import assert from 'node:assert/strict';
import {test} from 'node:test';
import {trendTest} from '../../src/analysis/trend';
import type {TrendLevel} from '../../src/analysis/trend';
import {createRng} from '../../src/backend/rng';
import type {Rng} from '../../src/types';

const SAMPLES = 40;

/** Levels whose mean is `mean(x)`, with noise shared by all levels and noise of their own. */
function levelsOf(mean: (x: number) => number, rng: Rng): TrendLevel[] {
  const shared = Array.from({length: SAMPLES}, () => rng.uniform());
  return [6, 8, 10, 12].map((x) => ({x, values: shared.map((s) => mean(x) + s + rng.uniform())}));
}

test('trendTest measures the slope per unit of x, and says that it rises or falls', () => {
  for (const [sign, verdict] of [[1, 'rises'], [-1, 'falls']] as const) {
    const result = trendTest(levelsOf((x) => sign * x / 2, createRng(1)), {rng: createRng(0)});
    assert.equal(result.verdict, verdict);
    assert.ok(result.slope.low < sign / 2 && sign / 2 < result.slope.high);
    assert.ok(result.change.low < 3 * sign && 3 * sign < result.change.high);
    assert.equal(result.spearman.estimate, sign);
  }
});

test('trendTest orders the levels by x itself', () => {
  const levels = levelsOf((x) => x, createRng(1));
  const [given, sorted] =
      [[...levels].reverse(), levels].map((list) => trendTest(list, {rng: createRng(0)}));
  assert.deepEqual(given, sorted);
});

test('trendTest calls pure noise unclear, but for about one in twenty', () => {
  let claimed = 0;
  for (let r = 0; r < 200; r++) {
    const levels = levelsOf(() => 0, createRng(r));
    const {verdict} = trendTest(levels, {rng: createRng(r), resamples: 200});
    claimed += verdict === 'unclear' ? 0 : 1;
  }
  assert.ok(claimed < 20, `${claimed} of 200`);
});

test('trendTest gives ties the mean of their ranks', () => {
  const levels = [[0, 1], [1, 1], [2, 2], [3, 3]].map(([x, y]) => ({x: x!, values: [y!, y!]}));
  const {spearman} = trendTest(levels, {rng: createRng(0)});
  assert.ok(Math.abs(spearman.estimate - 3 / Math.sqrt(10)) < 1e-12); // ranks .5 .5 2 3
});

test('trendTest says what it expected', () => {
  const rng = createRng(0);
  const level = (x: number, count = 3): TrendLevel => ({x, values: new Array(count).fill(x)});
  assert.throws(() => trendTest([level(1)], {rng}), {message: /at least 2 levels, got 1/});
  assert.throws(() => trendTest([level(1), level(1)], {rng}), {message: /each once, got 1/});
  assert.throws(() => trendTest([level(1), level(NaN)], {rng}), {message: /finite x/});
  assert.throws(() => trendTest([level(1), level(2, 4)], {rng}),
      {message: /3 values at every level, got 4 at x = 2; measure all levels on the same inputs/});
});
