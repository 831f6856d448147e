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

/** How the distance to D_G goes with the width of the network. */
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

/** How the distance to D_G goes with N at fixed width. */
export function sizeFinding({sizes: [small, large], middle}: SizeTrend): string {
  return `With more training images the network is ${GOES[middle.verdict]} ${gaussian}: RMSE ` +
      `${change(middle.change)} for σ from 0.4 to 2, from N = ${whole(small)} to ${whole(large)}`;
}

/** Likeness of a model's images to the Gaussian's from the same noise, above chance. */
export interface Likeness {
  /** What the model is called, such as `width 4`. */
  readonly name: string;
  readonly correlation: Interval;
}

/** Which of two models makes images more like the Gaussian's. */
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

/** Whether the distance to D_G has a minimum before the end of training. */
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
  readonly step: number;
  readonly trainLoss: number;
  readonly heldOutLoss: number;
}

/** When unseen images stop profiting from training; at least 2 rows. */
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

/** Copies when training is stopped early and when it goes on. */
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
