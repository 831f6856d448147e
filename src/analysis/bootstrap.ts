/**
 * Bootstrap intervals: how far an average over samples (noise draws, pairs, generated images)
 * could have come out elsewhere. Efron and Tibshirani 1993, chapters 13 and 14.
 *
 * The default is BCa (bias-corrected and accelerated), which follows skewed values such as
 * distances; `'percentile'` is for statistics that jump, such as the position of a minimum.
 * Both come out somewhat short below about 20 samples. What was not resampled is not covered:
 * an interval over noise draws says nothing about another training seed.
 */
import {assertInteger} from '../shapes';
import type {Interval, Rng} from '../types';
import {normalCdf, normalQuantile} from './normal';

/** How the samples are resampled. */
export interface BootstrapOptions {
  /** Draws the resamples. Pass the same fork to resample paired values alike. */
  readonly rng: Rng;
  /** How many resamples, at least 100 (default 2000). */
  readonly resamples?: number;
  /** Confidence of the interval, in (0, 1) (default 0.95). */
  readonly level?: number;
  /** Kind of interval: `'percentile'` for statistics that jump (default `'bca'`). */
  readonly method?: 'bca' | 'percentile';
}

/**
 * The mean of `values` with its interval; Efron and Tibshirani 1993, chapters 13 and 14.
 * @param values one number a sample, at least 2, all finite; the interval is in their unit.
 * @param options `rng` draws the resamples; the others have defaults.
 * @throws RangeError naming a value that is not finite, or when there are fewer than 2; for a bad
 *     option.
 * @example
 * const rmse = [0.21, 0.18, 0.25, 0.19, 0.22, 0.2, 0.17, 0.24];
 * const mean = hg.bootstrapMean(rmse, {rng: hg.createRng(0)});
 * console.log(hg.formatInterval(mean)); // 0.208 [0.190, 0.227]
 */
export function bootstrapMean(values: ArrayLike<number>, options: BootstrapOptions): Interval {
  const sample = finiteSample('bootstrapMean', values);
  const n = sample.length;
  const total = sum(sample);
  const {rng} = options;
  const replicates = draw('bootstrapMean', options, () => {
    let resampled = 0;
    for (let i = 0; i < n; i++) resampled += sample[rng.int(n)]!;
    return resampled / n;
  });
  const jackknife = () => sample.map((value) => (total - value) / (n - 1));
  return intervalOf(total / n, replicates, jackknife, options);
}

/**
 * Any statistic of a sample with its interval; Efron and Tibshirani 1993, chapters 13 and 14.
 * @param count size of the sample, at least 2.
 * @param statistic its value on the samples with these indices (a position may come twice). Called
 *     with `count` indices for the estimate and the resamples, with `count - 1` for the jackknife
 *     of BCa. The array is reused: do not keep it.
 * @param options `rng` draws the resamples; the others have defaults.
 * @throws RangeError when the statistic is not finite somewhere, or for a bad option.
 * @example
 * const values = [3, 1, 4, 1, 5, 9, 2, 6];
 * const largest = (indices: Uint32Array) => Math.max(...Array.from(indices, (i) => values[i]!));
 * const interval = hg.bootstrapStatistic(values.length, largest,
 *     {rng: hg.createRng(0), method: 'percentile'});
 * console.log(hg.formatInterval(interval)); // 9.00 [5.00, 9.00]
 */
export function bootstrapStatistic(
    count: number, statistic: (indices: Uint32Array) => number,
    options: BootstrapOptions): Interval {
  const where = 'bootstrapStatistic';
  assertInteger(where, 'count', count, 2);
  const evaluate = (indices: Uint32Array): number => {
    const value = statistic(indices);
    if (!Number.isFinite(value)) {
      throw new RangeError(`${where}: expected a finite statistic, got ${value}`);
    }
    return value;
  };
  const {rng} = options;
  const indices = new Uint32Array(count);
  const replicates = draw(where, options, () => {
    for (let i = 0; i < count; i++) indices[i] = rng.int(count);
    return evaluate(indices);
  });
  const all = Uint32Array.from(indices, (_, i) => i);
  const jackknife = () => Float64Array.from(indices, (_, left) =>
    evaluate(all.filter((i) => i !== left)));
  return intervalOf(evaluate(all), replicates, jackknife, options);
}

/**
 * The mean of a - b, sample by sample, with its interval. Values that share their inputs vary
 * together, so this is far sharper than comparing two separate intervals.
 * @param a one number a sample, at least 2, all finite.
 * @param b as many, value i of the same sample as value i of `a`.
 * @param options `rng` draws the resamples; the others have defaults.
 * @throws RangeError when the two have different lengths, and as `bootstrapMean` does.
 * @example
 * const [a, b] = [[0.9, 0.5, 0.7, 0.3], [0.8, 0.4, 0.5, 0.2]];
 * const gap = hg.pairedDifference(a, b, {rng: hg.createRng(0)});
 * console.log(hg.formatInterval(gap)); // 0.125 [0.100, 0.182]
 */
export function pairedDifference(
    a: ArrayLike<number>, b: ArrayLike<number>, options: BootstrapOptions): Interval {
  if (a.length !== b.length) {
    throw new RangeError(`pairedDifference: expected as many values in b as in a (${a.length}), ` +
        `got ${b.length}; pair them by using the same inputs for both`);
  }
  return bootstrapMean(Float64Array.from(a, (value, i) => value - b[i]!), options);
}

function draw(
    where: string, {resamples = 2000, level = 0.95}: BootstrapOptions,
    replicate: () => number): Float64Array {
  assertInteger(where, 'resamples', resamples, 100);
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`${where}: expected \`level\` in (0, 1), got ${level}`);
  }
  return Float64Array.from({length: resamples}, replicate).sort();
}

function intervalOf(
    estimate: number, sorted: Float64Array, jackknife: () => Float64Array,
    {level = 0.95, method = 'bca'}: BootstrapOptions): Interval {
  const edges = [(1 - level) / 2, (1 + level) / 2] as const;
  if (sorted[0] === sorted[sorted.length - 1] || method === 'percentile') {
    return {estimate, low: quantile(sorted, edges[0]), high: quantile(sorted, edges[1])};
  }
  const bias = normalQuantile(shareBelow(sorted, estimate));
  const acceleration = accelerationOf(jackknife());
  const [low, high] = edges.map((edge) => {
    const z = bias + normalQuantile(edge);
    return quantile(sorted, normalCdf(bias + z / (1 - acceleration * z)));
  });
  return {estimate, low: low!, high: high!};
}

/** Share of replicates below the estimate, ties counted half, kept inside (0, 1). */
function shareBelow(sorted: Float64Array, estimate: number): number {
  let below = 0;
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  return Math.min(Math.max(below, 0.5), sorted.length - 0.5) / sorted.length;
}

/** BCa's acceleration: a sixth of the skewness of the jackknife values. */
function accelerationOf(jackknife: Float64Array): number {
  const mean = sum(jackknife) / jackknife.length;
  let [square, cube] = [0, 0];
  for (const value of jackknife) {
    square += (mean - value) ** 2;
    cube += (mean - value) ** 3;
  }
  return square === 0 ? 0 : cube / (6 * square ** 1.5);
}

/** The p-quantile of sorted values, interpolated linearly. */
function quantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return sorted[below]! + (position - below) * (next - sorted[below]!);
}

function finiteSample(where: string, values: ArrayLike<number>): Float64Array {
  if (values.length < 2) {
    throw new RangeError(`${where}: expected at least 2 values, got ${values.length}`);
  }
  const sample = Float64Array.from(values);
  const bad = sample.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`${where}: expected finite values, got ${sample[bad]} at position ${bad}`);
  }
  return sample;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
