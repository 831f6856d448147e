/** Titles of notebook II: what its numbers say, whatever they are. */
import type {TrendResult} from '../../analysis/trend';
import type {Interval} from '../../types';
import {change, isAbove, isBelow, ratio, whole} from './words';

/** What changes from the smallest to the largest number of training images. */
export interface SizeTrends {
  /** The smallest and the largest N. */
  readonly sizes: readonly [number, number];
  /** Mean LS over the intermediate noise levels. */
  readonly score: TrendResult;
  /** Mean centred LS over the intermediate noise levels. */
  readonly centred: TrendResult;
  /** GL of generated images over GL of held-out images. */
  readonly novelty: TrendResult;
  /** Share of copies. */
  readonly copies: TrendResult;
}

const between = ([small, large]: readonly [number, number]): string =>
    `from N = ${whole(small)} to ${whole(large)}`;

/**
 * How linearity goes with N.
 * @param trends of `sizeTrends`.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const trend = (means: number[]) => hg.trendTest(
 *     means.map((mean, x) => ({x, values: [mean, mean + 0.01, mean - 0.01]})),
 *     {rng: hg.createRng(0)});
 * const trends: hg.SizeTrends = {
 *   sizes: [64, 1024], score: trend([0.8, 0.9]), centred: trend([0.6, 0.9]),
 *   novelty: trend([0.3, 1]), copies: trend([0.9, 0.1])};
 * console.log(hg.linearityFinding(trends).replace(': ', ':\n'));
 * // With more training images denoisers become more linear:
 * // LS +0.10 [0.10, 0.10], centred LS +0.30 [0.30, 0.30] from N = 64 to 1,024
 */
export function linearityFinding({sizes, score, centred}: SizeTrends): string {
  const numbers = `LS ${change(score.change)}, centred LS ${change(centred.change)} ` +
      between(sizes);
  const verdicts = [score.verdict, centred.verdict];
  if (verdicts.every((verdict) => verdict === 'rises')) {
    return `With more training images denoisers become more linear: ${numbers}`;
  }
  if (verdicts.every((verdict) => verdict === 'falls')) {
    return `With more training images denoisers become less linear: ${numbers}`;
  }
  if (!verdicts.includes('rises')) return `No rise of linearity with N: ${numbers}`;
  return `Only ${score.verdict === 'rises' ? 'the plain' : 'the centred'} linearity score rises ` +
      `with N: ${numbers}`;
}

/**
 * How novelty and copies go with N.
 * @param trends of `sizeTrends`.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const trend = (means: number[]) => hg.trendTest(
 *     means.map((mean, x) => ({x, values: [mean, mean + 0.01, mean - 0.01]})),
 *     {rng: hg.createRng(0)});
 * const trends: hg.SizeTrends = {
 *   sizes: [64, 1024], score: trend([0.8, 0.9]), centred: trend([0.6, 0.9]),
 *   novelty: trend([0.3, 1]), copies: trend([0.9, 0.1])};
 * console.log(hg.noveltyFinding(trends).replace(': ', ':\n').replace(', copy', ',\ncopy'));
 * // Generated images become newer and copies fewer with N:
 * // GL relative to held-out images +0.70 [0.70, 0.70],
 * // copy ratio −0.80 [−0.80, −0.80] from N = 64 to 1,024
 */
export function noveltyFinding({sizes, novelty, copies}: SizeTrends): string {
  const numbers = `GL relative to held-out images ${change(novelty.change)}, copy ratio ` +
      `${change(copies.change)} ${between(sizes)}`;
  if (novelty.verdict === 'rises') {
    return `Generated images become newer${copies.verdict === 'falls' ? ' and copies fewer' : ''} ` +
        `with N: ${numbers}`;
  }
  return novelty.verdict === 'falls' ? `Generated images become less new with N: ${numbers}` :
    `No clear change of novelty with N: ${numbers}`;
}

/**
 * Whether linearity and novelty go together.
 * @param trends of `sizeTrends`.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const trend = (means: number[]) => hg.trendTest(
 *     means.map((mean, x) => ({x, values: [mean, mean + 0.01, mean - 0.01]})),
 *     {rng: hg.createRng(0)});
 * const trends: hg.SizeTrends = {
 *   sizes: [64, 1024], score: trend([0.8, 0.9]), centred: trend([0.6, 0.9]),
 *   novelty: trend([0.3, 1]), copies: trend([0.9, 0.1])};
 * console.log(hg.togetherFinding(trends).replace(': ', ':\n'));
 * // Linearity and novelty rise together with N:
 * // centred LS +0.30 [0.30, 0.30], relative GL +0.70 [0.70, 0.70] from N = 64 to 1,024
 */
export function togetherFinding({sizes, centred, novelty}: SizeTrends): string {
  const numbers = `centred LS ${change(centred.change)}, relative GL ${change(novelty.change)} ` +
      between(sizes);
  const [linear, fresh] = [centred.verdict === 'rises', novelty.verdict === 'rises'];
  if (linear && fresh) return `Linearity and novelty rise together with N: ${numbers}`;
  if (linear || fresh) {
    return `${linear ? 'Linearity' : 'Novelty'} rises with N, ` +
        `${linear ? 'novelty' : 'linearity'} does not: ${numbers}`;
  }
  return `Neither linearity nor novelty rises with N: ${numbers}`;
}

/**
 * The share of copies by N.
 * @param sizes N and the share of copies; at least 2 entries, N rising.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const sizes = [90, 1].map((copies, i) =>
 *   ({n: 64 * 16 ** i, copyRatio: hg.wilsonInterval(copies, 100)}));
 * console.log(hg.copiesFinding(sizes).replace(': ', ':\n'));
 * // Few training images are copied, many are not:
 * // copy ratio 0.90 [0.83, 0.94] at N = 64, 0.01 [0.00, 0.05] at N = 1,024
 */
export function copiesFinding(
    sizes: ReadonlyArray<{readonly n: number; readonly copyRatio: Interval}>): string {
  const [small, large] = [sizes[0]!, sizes.at(-1)!];
  const numbers = `copy ratio ${ratio(small.copyRatio)} at N = ${whole(small.n)}, ` +
      `${ratio(large.copyRatio)} at N = ${whole(large.n)}`;
  if (isAbove(small.copyRatio, large.copyRatio.high)) {
    return `Few training images are copied, many are not: ${numbers}`;
  }
  return isBelow(small.copyRatio, large.copyRatio.low) ?
    `Many training images are copied more than few: ${numbers}` :
    `The share of copies does not differ clearly between few and many images: ${numbers}`;
}

/**
 * Which weight of the first image makes denoisers least linear.
 * @param measured the weight with the lowest score, that score, and the one at equal weights.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const score = {estimate: 0.97, low: 0.965, high: 0.975};
 * console.log(hg.weightFinding({alpha: Math.SQRT1_2, score, equal: score}).replace(': ', ':\n'));
 * // Equal weights are the hardest:
 * // LS is lowest, 0.970 [0.965, 0.975], at α = 0.71
 */
export function weightFinding({alpha, score, equal}: {
  /** The weight with the lowest score. */
  readonly alpha: number;
  /** That score. */
  readonly score: Interval;
  /** The score at equal weights. */
  readonly equal: Interval;
}): string {
  return Math.abs(alpha - Math.SQRT1_2) < 1e-9 ?
    `Equal weights are the hardest: LS is lowest, ${value3(score)}, at α = ${alpha.toFixed(2)}` :
    `The hardest combination is not that of equal weights: LS ${value3(score)} at ` +
      `α = ${alpha.toFixed(2)}, ${value3(equal)} at equal weights`;
}

/** Scores near 1 need three decimals. */
const value3 = ({estimate, low, high}: Interval): string =>
    `${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
