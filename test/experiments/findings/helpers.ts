/** Numbers that findings are made from. */
import type {TrendResult} from '../../../src/analysis/trend';
import type {DenoiserDistance} from '../../../src/analysis/score-difference';
import type {Interval} from '../../../src/types';

/** An estimate with an interval of that half width. */
export const interval = (estimate: number, half = 0.01): Interval =>
    ({estimate, low: estimate - half, high: estimate + half});

/** A trend of that change, judged as `trendTest` judges. */
export function trend(change: Interval): TrendResult {
  const verdict = change.low > 0 ? 'rises' : change.high < 0 ? 'falls' : 'unclear';
  return {change, slope: change, spearman: change, verdict};
}

/** A distance by noise level, with half widths of 0.01. */
export const distance = (rmse: readonly (readonly [sigma: number, rmse: number])[]):
DenoiserDistance => ({
  denoiser: 'D_L', reference: 'network',
  points: rmse.map(([sigma, value]) => ({
    sigma, rmse: interval(value), nmse: interval(value / 10, 0.001),
    perSample: {rmse: [], nmse: []},
  })),
});
