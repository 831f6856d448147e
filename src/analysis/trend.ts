/**
 * Does a measure rise or fall along an ordered quantity, for example linearity with the number of
 * training images (Li, Dai, Qu 2024, Fig. 1)?
 */
import type {Interval} from '../types';
import {bootstrapStatistic} from './bootstrap';
import type {BootstrapOptions} from './bootstrap';

/** The values measured at one level. */
export interface TrendLevel {
  /** Where the level lies, for example log2 N; levels are ordered by it. */
  readonly x: number;
  /** One value a sample, as many at every level; value i shares its inputs at all levels. */
  readonly values: ArrayLike<number>;
}

/** A trend over levels, with 95 % intervals. */
export interface TrendResult {
  /** Least-squares slope of the level means against x, per unit of x. */
  readonly slope: Interval;
  /** Spearman's rank correlation of the level means with x: 1 when every step rises. */
  readonly spearman: Interval;
  /** Mean at the largest x minus mean at the smallest. */
  readonly change: Interval;
  /** `'rises'` or `'falls'` when the intervals of slope and change both exclude 0 on that side. */
  readonly verdict: 'rises' | 'falls' | 'unclear';
}

/**
 * Tests for a trend by resampling the samples, the same ones at every level (paired).
 * The interval covers the choice of inputs, not that of training seeds.
 * @param levels at least 2, with different x and equally many values, in any order.
 * @param options as for `bootstrapStatistic`; intervals are percentile unless `method` says else,
 *     since ranks jump.
 * @throws RangeError when levels are too few, share an x or differ in their number of values.
 * @example
 * const scores = {64: [0.8, 0.82, 0.81], 256: [0.9, 0.93, 0.9], 1024: [0.95, 0.96, 0.97]};
 * const levels = Object.entries(scores).map(([n, values]) => ({x: Math.log2(Number(n)), values}));
 * const {change, verdict} = hg.trendTest(levels, {rng: hg.createRng(0)});
 * console.log(verdict, hg.formatInterval(change)); // rises 0.150 [0.140, 0.160]
 */
export function trendTest(levels: readonly TrendLevel[], options: BootstrapOptions): TrendResult {
  const ordered = [...levels].sort((a, b) => a.x - b.x);
  const count = checkLevels(ordered);
  const x = ordered.map((level) => level.x);
  const ranks = x.map((_, i) => i);
  const interval = (statistic: (means: number[]) => number): Interval => bootstrapStatistic(
      count, (indices) => statistic(ordered.map(({values}) => meanAt(values, indices))),
      {method: 'percentile', ...options, rng: options.rng.fork('trend')});
  const slope = interval((means) => slopeOf(x, means));
  const change = interval((means) => means.at(-1)! - means[0]!);
  const spearman = interval((means) => correlation(ranks, ranksOf(means)));
  const rises = slope.low > 0 && change.low > 0;
  const falls = slope.high < 0 && change.high < 0;
  return {slope, spearman, change, verdict: rises ? 'rises' : falls ? 'falls' : 'unclear'};
}

function checkLevels(ordered: readonly TrendLevel[]): number {
  if (ordered.length < 2) {
    throw new RangeError(`trendTest: expected at least 2 levels, got ${ordered.length}`);
  }
  const count = ordered[0]!.values.length;
  ordered.forEach(({x, values}, i) => {
    if (!Number.isFinite(x) || x === ordered[i + 1]?.x) {
      throw new RangeError(`trendTest: expected finite x, each once, got ${x}`);
    }
    if (values.length !== count) {
      throw new RangeError(`trendTest: expected ${count} values at every level, got ` +
          `${values.length} at x = ${x}; measure all levels on the same inputs`);
    }
  });
  return count;
}

function meanAt(values: ArrayLike<number>, indices: Uint32Array): number {
  let total = 0;
  for (const index of indices) total += values[index]!;
  return total / indices.length;
}

function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = x.reduce((total, value, i) => total + (value - meanX) * (y[i]! - meanY), 0);
  return covariance / x.reduce((total, value) => total + (value - meanX) ** 2, 0);
}

/** Pearson's correlation; 0 when one side does not vary. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const slope = slopeOf(x, y);
  return slope === 0 ? 0 : Math.sign(slope) * Math.sqrt(slope * slopeOf(y, x));
}

/** Ranks from 0; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;
