/** Titles of notebook IV: what its numbers say, whatever they are. */
import type {EarlyStoppingResult} from '../../analysis/early-stopping';
import type {TrendResult} from '../../analysis/trend';
import {formatNumber} from '../../tables/format';
import type {Interval} from '../../types';
import {NAMES, change, isAbove, isBelow, ratio, value, whole} from './words';

const {gaussian} = NAMES;

/** What changes with width at fixed N. */
export interface WidthTrends {
  /** The smallest and the largest width. */
  readonly widths: readonly [number, number];
  /** RMSE to D_G, mean over 0.4 < σ < 2. */
  readonly middle: TrendResult;
  /** NMSE to D_G, mean over σ > 9. */
  readonly high: TrendResult;
}

const GOES = {
  rises: 'farther from', falls: 'nearer to', unclear: 'not clearly nearer to or farther from',
} as const;

/**
 * How the distance to D_G goes with the width of the network.
 * @param trends with width.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const trend = (means: number[]) => hg.trendTest(
 *     means.map((mean, x) => ({x, values: [mean, mean + 0.01, mean - 0.01]})),
 *     {rng: hg.createRng(0)});
 * const finding = hg.widthFinding({
 *   widths: [4, 16], middle: trend([0.1, 0.2]), high: trend([0.02, 0.01])});
 * console.log(finding.replace(' (RMSE', '\n(RMSE').replace(' and ', '\nand '));
 * // Wider networks are farther from D<sub>G</sub> for σ from 0.4 to 2
 * // (RMSE +0.10 [0.10, 0.10] from width 4 to 16)
 * // and nearer to it for σ above 9 (NMSE −0.010 [−0.010, −0.010])
 */
export function widthFinding({widths: [small, large], middle, high}: WidthTrends): string {
  return `Wider networks are ${GOES[middle.verdict]} ${gaussian} for σ from 0.4 to 2 (RMSE ` +
      `${change(middle.change)} from width ${small} to ${large}) and ${GOES[high.verdict]} it for ` +
      `σ above 9 (NMSE ${change(high.change)})`;
}

/** What changes with N at fixed width. */
export interface SizeTrend {
  /** The smallest and the largest N. */
  readonly sizes: readonly [number, number];
  /** RMSE to D_G, mean over 0.4 < σ < 2. */
  readonly middle: TrendResult;
}

/**
 * How the distance to D_G goes with N at fixed width.
 * @param trend with N.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const trend = (means: number[]) => hg.trendTest(
 *     means.map((mean, x) => ({x, values: [mean, mean + 0.01, mean - 0.01]})),
 *     {rng: hg.createRng(0)});
 * console.log(hg.sizeFinding({sizes: [64, 1024], middle: trend([0.2, 0.1])}).replace(': ', ':\n'));
 * // With more training images the network is nearer to D<sub>G</sub>:
 * // RMSE −0.10 [−0.10, −0.10] for σ from 0.4 to 2, from N = 64 to 1,024
 */
export function sizeFinding({sizes: [small, large], middle}: SizeTrend): string {
  return `With more training images the network is ${GOES[middle.verdict]} ${gaussian}: RMSE ` +
      `${change(middle.change)} for σ from 0.4 to 2, from N = ${whole(small)} to ${whole(large)}`;
}

/** Likeness of a model's images to the Gaussian's from the same noise, above chance. */
export interface Likeness {
  /** What the model is called, such as `width 4`. */
  readonly name: string;
  /** Pearson's correlation of pixels, minus that of images from other noise. */
  readonly correlation: Interval;
}

/**
 * Which of two models makes images more like the Gaussian's.
 * @param first one model, of `likenessToGaussian`.
 * @param last another one.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const about = (estimate: number) => ({estimate, low: estimate - 0.02, high: estimate + 0.02});
 * const [narrow, wide] = [{name: 'width 4', correlation: about(0.6)},
 *   {name: 'width 16', correlation: about(0.2)}];
 * console.log(hg.likenessFinding(narrow!, wide!).split(':')[0]);
 * // Images are more like the Gaussian’s at width 4 than at width 16
 */
export function likenessFinding(first: Likeness, last: Likeness): string {
  const numbers = [first, last].map(({name, correlation}) =>
    `${value(correlation)} at ${name}`).join(', ');
  const tail = `correlation from the same noise, above chance, ${numbers}`;
  if (isAbove(first.correlation, last.correlation.high)) {
    return `Images are more like the Gaussian’s at ${first.name} than at ${last.name}: ${tail}`;
  }
  return isBelow(first.correlation, last.correlation.low) ?
    `Images are less like the Gaussian’s at ${first.name} than at ${last.name}: ${tail}` :
    `Images are about as like the Gaussian’s at ${first.name} as at ${last.name}: ${tail}`;
}

/**
 * Whether the distance to D_G has a minimum before the end of training.
 * @param curve of `closestToGaussian`.
 * @param lastStep the last training step.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const curve = [0.5, 0.2, 0.3].map((mean, i) =>
 *   ({step: 10 ** i, values: [0, 1, 2, 3].map((image) => mean + 0.01 * image)}));
 * const result = hg.earlyStopping(curve, {rng: hg.createRng(0)});
 * console.log(hg.stoppingFinding(result, 100).replace(': ', ':\n'));
 * // The distance to D<sub>G</sub> is U-shaped over training:
 * // closest at step 10 (RMSE 0.22 [0.20, 0.23]), +0.10 [0.10, 0.10] at step 100
 */
export function stoppingFinding(
    {step, minimum, descent, depth, uShaped}: EarlyStoppingResult, lastStep: number): string {
  const closest = `closest at step ${whole(step.estimate)} (RMSE ${value(minimum)})`;
  if (uShaped) {
    return `The distance to ${gaussian} is U-shaped over training: ${closest}, ` +
        `${change(depth)} at step ${whole(lastStep)}`;
  }
  return isAbove(descent) ?
    `The distance to ${gaussian} falls and does not clearly rise again: ${closest}, ` +
      `${change(depth)} at step ${whole(lastStep)}` :
    `Training does not bring the network clearly nearer to ${gaussian}: ${closest}`;
}

/** One row of a training log. */
export interface LossRow {
  /** Training step. */
  readonly step: number;
  /** Loss on training images. */
  readonly trainLoss: number;
  /** Loss on images never trained on. */
  readonly heldOutLoss: number;
}

/**
 * When unseen images stop profiting from training.
 * @param log of a run, at least 2 rows.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const log = [0.3, 0.2, 0.25].map((heldOutLoss, i) =>
 *   ({step: 10 ** i, trainLoss: heldOutLoss - 0.05 * i, heldOutLoss}));
 * console.log(hg.lossFinding(log).replace('; ', ';\n'));
 * // The loss on unseen images is lowest at step 10 (0.20) and ends at 0.25;
 * // that on training images ends at 0.15
 */
export function lossFinding(log: readonly LossRow[]): string {
  const least = log.reduce((low, row) => row.heldOutLoss < low.heldOutLoss ? row : low);
  const last = log.at(-1)!;
  const short = (loss: number): string => formatNumber(loss, 2);
  const training = `that on training images ends at ${short(last.trainLoss)}`;
  return least.step === last.step ?
    `The loss on unseen images falls to the end of training (${short(last.heldOutLoss)}); ${training}` :
    `The loss on unseen images is lowest at step ${whole(least.step)} (${short(least.heldOutLoss)}) ` +
      `and ends at ${short(last.heldOutLoss)}; ${training}`;
}

/**
 * Copies when training is stopped early and when it goes on.
 * @param stopped the step closest to D_G, and the share of copies there.
 * @param last the last step, and the share of copies there.
 * @returns the finding in one sentence, with its numbers.
 * @example
 * const [stopped, last] = [2, 60].map((copies, i) =>
 *   ({step: 100 * 10 ** i, copyRatio: hg.wilsonInterval(copies, 100)}));
 * console.log(hg.stoppedCopiesFinding(stopped!, last!).replace(': ', ':\n'));
 * // Stopped where it is closest to D<sub>G</sub>, the network copies less:
 * // copy ratio 0.02 [0.01, 0.07] at step 100, 0.60 [0.50, 0.69] at step 1,000
 */
export function stoppedCopiesFinding(
    stopped: {readonly step: number; readonly copyRatio: Interval},
    last: {readonly step: number; readonly copyRatio: Interval}): string {
  if (stopped.step === last.step) {
    return `The network is closest to ${gaussian} at the end of training, step ` +
        `${whole(last.step)}, with a copy ratio of ${ratio(last.copyRatio)}`;
  }
  const numbers = `copy ratio ${ratio(stopped.copyRatio)} at step ${whole(stopped.step)}, ` +
      `${ratio(last.copyRatio)} at step ${whole(last.step)}`;
  return isAbove(last.copyRatio, stopped.copyRatio.high) ?
    `Stopped where it is closest to ${gaussian}, the network copies less: ${numbers}` :
    `Stopping where the network is closest to ${gaussian} does not clearly change the copies: ` +
      numbers;
}
