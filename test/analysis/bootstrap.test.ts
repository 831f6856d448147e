import assert from 'node:assert/strict';
import {test} from 'node:test';
import {bootstrapMean, bootstrapStatistic, pairedDifference} from '../../src/analysis/bootstrap';
import {normalQuantile} from '../../src/analysis/normal';
import {createRng} from '../../src/backend/rng';
import type {Interval, Rng} from '../../src/types';
import {assertClose} from '../helpers';

const normals = (count: number, rng: Rng): number[] =>
  Array.from({length: count}, () => normalQuantile(rng.uniform() || 0.5));
const exponentials = (count: number, rng: Rng): number[] =>
  Array.from({length: count}, () => -Math.log(1 - rng.uniform()));

/** How often an interval misses `truth`: by lying above it, and by lying below it. */
function misses(repeats: number, truth: number, interval: (rng: Rng) => Interval) {
  const rng = createRng(11);
  let [above, below] = [0, 0];
  for (let r = 0; r < repeats; r++) {
    const {low, high} = interval(rng.fork(`${r}`));
    above += low > truth ? 1 : 0;
    below += high < truth ? 1 : 0;
  }
  return {above, below, covered: 1 - (above + below) / repeats};
}

test('bootstrapMean covers the true mean of normal values 95 times in 100', () => {
  const {covered, above, below} = misses(600, 0, (rng) =>
    bootstrapMean(normals(50, rng), {rng, resamples: 300}));
  assert.ok(covered > 0.92 && covered < 0.97, `covered ${covered}`);
  assert.ok(above > 5 && below > 5, `misses on both sides, got ${above} and ${below}`);
});

test('bootstrapMean by BCa follows skewed values, which percentiles lag behind', () => {
  const [bca, percentile] = (['bca', 'percentile'] as const).map((method) =>
    misses(600, 1, (rng) => bootstrapMean(exponentials(20, rng), {rng, resamples: 300, method})));
  assert.ok(bca!.covered > 0.89 && bca!.covered < 0.96, `covered ${bca!.covered}`);
  assert.ok(bca!.below < 0.85 * percentile!.below, `${bca!.below} and ${percentile!.below}`);
  assert.ok(bca!.above > percentile!.above, `${bca!.above} and ${percentile!.above}`);
});

test('bootstrapMean keeps the level it is asked for', () => {
  const {covered} = misses(600, 0, (rng) =>
    bootstrapMean(normals(50, rng), {rng, resamples: 300, level: 0.8}));
  assert.ok(covered > 0.75 && covered < 0.84, `covered ${covered}`);
});

test('bootstrapMean is the same for the same seed, and moves with it', () => {
  const values = exponentials(40, createRng(3));
  const run = (seed: number): Interval => bootstrapMean(values, {rng: createRng(seed)});
  assert.deepEqual(run(0), run(0));
  assert.notDeepEqual(run(0), run(1));
  assert.equal(run(0).estimate, run(1).estimate);
});

test('bootstrapMean of equal values is a point', () => {
  assert.deepEqual(
      bootstrapMean([2, 2, 2, 2], {rng: createRng(0)}), {estimate: 2, low: 2, high: 2});
});

test('bootstrapMean approaches the textbook interval of a large normal sample', () => {
  const values = normals(2000, createRng(5));
  const {estimate, low, high} = bootstrapMean(values, {rng: createRng(0)});
  const spread = Math.sqrt(values.reduce((s, v) => s + (v - estimate) ** 2, 0) / values.length);
  const half = 1.96 * spread / Math.sqrt(values.length);
  assert.ok(Math.abs(high - estimate - half) < 0.1 * half, `${high - estimate} against ${half}`);
  assert.ok(Math.abs(estimate - low - half) < 0.1 * half, `${estimate - low} against ${half}`);
});

test('bootstrapStatistic of the mean is bootstrapMean', () => {
  const values = exponentials(25, createRng(1));
  const mean = (indices: Uint32Array): number =>
    indices.reduce((total, index) => total + values[index]!, 0) / indices.length;
  const [a, b] = [
    bootstrapStatistic(values.length, mean, {rng: createRng(0), resamples: 300}),
    bootstrapMean(values, {rng: createRng(0), resamples: 300}),
  ];
  for (const key of ['estimate', 'low', 'high'] as const) {
    assert.ok(Math.abs(a[key] - b[key]) < 1e-12, key);
  }
});

test('bootstrapStatistic puts the sample median in an interval around the true one', () => {
  const values = exponentials(101, createRng(2));
  const median = (indices: Uint32Array): number =>
    Array.from(indices, (i) => values[i]!).sort((a, b) => a - b)[indices.length >> 1]!;
  const {low, high} =
      bootstrapStatistic(101, median, {rng: createRng(0), method: 'percentile'});
  assert.ok(low < Math.LN2 && Math.LN2 < high, `[${low}, ${high}]`);
});

test('bootstrapStatistic has the published intervals of a variance', () => {
  // Efron and Tibshirani 1993, tables 14.1 and 14.2: spatial test A, 90 % intervals of the
  // variance with divisor n; both ends of 2000 resamples are uncertain by a few units.
  const scores = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47,
    41, 24, 26, 30, 41];
  const variance = (indices: Uint32Array): number => {
    const drawn = Array.from(indices, (i) => scores[i]!);
    const mean = drawn.reduce((a, b) => a + b) / drawn.length;
    return drawn.reduce((total, value) => total + (value - mean) ** 2, 0) / drawn.length;
  };
  const interval = (method: 'bca' | 'percentile') => bootstrapStatistic(
      26, variance, {rng: createRng(0), resamples: 10_000, level: 0.9, method});
  const [bca, percentile] = [interval('bca'), interval('percentile')];
  assertClose([bca.estimate, percentile.low, percentile.high], [171.5, 100.8, 233.9], {atol: 4});
  assertClose([bca.low, bca.high], [115.8, 259.6], {atol: 6});
});

test('pairedDifference is far sharper than two separate intervals', () => {
  const rng = createRng(4);
  const shared = normals(60, rng).map((value) => 10 * value);
  const [a, b] = [shared, shared].map((base, i) => base.map((v) => v + 0.2 * i + rng.uniform()));
  const gap = pairedDifference(b!, a!, {rng: createRng(0)});
  const alone = bootstrapMean(a!, {rng: createRng(0)});
  assert.ok(gap.low > 0 && gap.high < 0.45, `[${gap.low}, ${gap.high}]`);
  assert.ok(gap.high - gap.low < (alone.high - alone.low) / 10);
});

test('bootstrap functions say what they expected', () => {
  const rng = createRng(0);
  const throwsRange = (body: () => unknown, message: RegExp): void =>
    assert.throws(body, {name: 'RangeError', message});
  throwsRange(() => bootstrapMean([1], {rng}), /at least 2 values, got 1/);
  throwsRange(() => bootstrapMean([1, NaN], {rng}), /finite values, got NaN at position 1/);
  throwsRange(() => bootstrapMean([1, 2], {rng, level: 1}), /`level` in \(0, 1\), got 1/);
  throwsRange(() => bootstrapMean([1, 2], {rng, resamples: 3}), /`resamples`.*>= 100, got 3/);
  throwsRange(() => bootstrapStatistic(1, () => 0, {rng}), /`count`.*>= 2, got 1/);
  throwsRange(() => bootstrapStatistic(2, () => NaN, {rng}), /finite statistic, got NaN/);
  throwsRange(() => pairedDifference([1, 2], [1], {rng}), /as many values in b as in a \(2\)/);
});
