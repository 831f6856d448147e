/** The interval of a share, such as the share of generated images that copy a training image. */
import {assertInteger} from '../shapes';
import type {Interval} from '../types';
import {normalQuantile} from './normal';

/**
 * Wilson's score interval of the share successes / count (Wilson 1927). Unlike a bootstrap it
 * keeps its width at shares of 0 and 1: no copy among 200 samples still allows up to 1.9 %.
 * @param successes how many of `count`, an integer.
 * @param count an integer of at least 1.
 * @param options `level`: confidence in (0, 1) (default 0.95).
 * @throws RangeError when `successes` or `count` is no integer, or successes > count.
 * @example
 * const {low, high} = hg.wilsonInterval(0, 200);
 * console.log(low, hg.formatNumber(high)); // 0 0.0188
 */
export function wilsonInterval(
    successes: number, count: number, {level = 0.95}: {level?: number} = {}): Interval {
  assertInteger('wilsonInterval', 'count', count, 1);
  assertInteger('wilsonInterval', 'successes', successes);
  if (successes > count) {
    throw new RangeError(
        `wilsonInterval: expected \`successes\` <= \`count\` (${count}), got ${successes}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`wilsonInterval: expected \`level\` in (0, 1), got ${level}`);
  }
  const estimate = successes / count;
  const z2 = normalQuantile((1 + level) / 2) ** 2;
  const centre = (estimate + z2 / (2 * count)) / (1 + z2 / count);
  const spread = estimate * (1 - estimate) / count + z2 / (4 * count * count);
  const half = Math.sqrt(z2 * spread) / (1 + z2 / count);
  // At 0 and 1 the formula meets the bound up to rounding; there it is the bound.
  return {
    estimate,
    low: successes === 0 ? 0 : centre - half,
    high: successes === count ? 1 : centre + half,
  };
}

/** A share of a whole: k of n. */
export interface Share {
  /** k. */
  readonly successes: number;
  /** n, at least 1. */
  readonly count: number;
}

/**
 * The difference of two independent shares, first minus second, with the interval that their
 * Wilson intervals give (Newcombe 1998, method 10). 0 below it means: the first share is larger.
 * @param options as for `wilsonInterval`.
 * @throws RangeError as `wilsonInterval` does.
 * @example shareDifference({successes: 5, count: 100}, {successes: 0, count: 100}).low // > 0
 */
export function shareDifference(
    first: Share, second: Share, options: {level?: number} = {}): Interval {
  const [a, b] = [first, second].map(({successes, count}) =>
    wilsonInterval(successes, count, options)) as [Interval, Interval];
  const estimate = a.estimate - b.estimate;
  return {
    estimate,
    low: estimate - Math.hypot(a.estimate - a.low, b.high - b.estimate),
    high: estimate + Math.hypot(a.high - a.estimate, b.estimate - b.low),
  };
}
