/** Early-stopping advice for a run: every checkpoint measured, and what follows in words. */
import {copiesOf} from '../analysis/novelty';
import type {MemorizationResult} from '../analysis/memorization';
import {stoppingAdvice} from '../analysis/stopping-advice';
import type {StoppingAdvice} from '../analysis/stopping-advice';
import {formatInterval, formatNumber, formatShare} from '../tables/format';
import {heldOutLosses, measureCheckpoint, middleDistance} from './checkpoints';
import type {CheckpointMeasures} from './checkpoints';
import {calibrationOf} from './measure';
import type {RunStudy} from './run-study';

/** A checkpoint with its losses on held-out images. */
export interface AdvisedCheckpoint extends CheckpointMeasures {
  /** Loss of each held-out image; undefined when there are too few, or none. */
  readonly heldOutLoss: readonly number[] | undefined;
}

export interface RunAdvice {
  readonly advice: StoppingAdvice;
  readonly checkpoints: readonly AdvisedCheckpoint[];
  /** Scores of held-out images; undefined when there are none. */
  readonly calibration: MemorizationResult | undefined;
  /** What to use and why. */
  readonly sentence: string;
}

/** A bootstrap over fewer images says nothing. */
const LEAST_IMAGES = 4;

/** Measures all checkpoints of the study's run (remembered in the run store) and advises. */
export async function adviseRun(study: RunStudy): Promise<RunAdvice> {
  const {run, train, heldOutIsUnseen, onProgress} = study;
  const checkpoints: AdvisedCheckpoint[] = [];
  const judged = heldOutIsUnseen && study.heldOut.count >= LEAST_IMAGES;
  for (const step of run.options.checkpoints) {
    checkpoints.push({
      ...await measureCheckpoint(study, {run, train}, step),
      heldOutLoss: judged ? await heldOutLosses(study, run, step) : undefined,
    });
    onProgress?.({
      label: 'checkpoints', done: checkpoints.length, total: run.options.checkpoints.length,
    });
  }
  const calibration = judged ? await calibrationOf(study, train) : undefined;
  const advice = stoppingAdvice(checkpoints.map((checkpoint) => ({
    step: checkpoint.step, toGaussian: middleDistance(checkpoint),
    heldOutLoss: checkpoint.heldOutLoss, copies: copiesOf(checkpoint.novelty),
  })), {rng: study.rng, calibration: calibration && copiesOf(calibration)});
  return {advice, checkpoints, calibration, sentence: adviceSentence(advice, checkpoints.length)};
}

/** The advice in words, with the numbers that decide. */
export function adviceSentence(advice: StoppingAdvice, checkpoints: number): string {
  const {recommended, situation, criterion, closestToGaussian, lowestHeldOutLoss, firstCopies} =
      advice;
  const curve = lowestHeldOutLoss ?? closestToGaussian;
  const [best, risen, falling] = criterion === 'held-out loss' ?
    ['the held-out loss is lowest', 'it has risen', 'it has not risen again'] :
    ['the network is closest to D_G', 'the distance has grown', 'it has not left D_G again'];
  const copies = firstCopies && `copies appear at step ${formatNumber(firstCopies.step)} ` +
      `(${formatShare(firstCopies.copyRatio)} of samples)`;
  const use = `Use step ${formatNumber(recommended)}`;
  const words = (): string => {
    switch (situation) {
      case 'copies from the beginning':
        return `${use}, the first checkpoint, with care: already there ${copies}. Train on more ` +
            'images, or keep earlier checkpoints.';
      case 'too few checkpoints':
        return `${use}, ${checkpoints === 1 ? 'the only checkpoint' :
          `the best of ${checkpoints} checkpoints`}${copies ? ` before ${copies}` : ''}: what ` +
            'happened between is not known. Train with more checkpoints to learn where to stop.';
      case 'copies':
        return `${use}: ${best} at step ${formatNumber(curve!.step.estimate)}, but ${copies}; of ` +
            'the checkpoints before, this is the best.';
      case 'passed the best':
        return `${use}: there ${best}, and by the last step ${risen} by ` +
            `${formatInterval(curve!.depth)}${copies ? `; ${copies}` : ', without copies'}.`;
      case 'levelled off':
        return `${use}: there ${best}; the last step differs from it by no more than chance ` +
            `(${formatInterval(curve!.depth)}), and ${copies ?? 'no copies appear'}.`;
      case 'still falling':
        return `${use}, the last: there ${best}, ${falling}, and no copies appear. Training ` +
            'longer may improve it further.';
    }
  };
  return criterion === 'held-out loss' ? words() : `${words()} No images were held out, so that ` +
      'no loss tells where the network stops generalizing.';
}

/** A row of the advice, for a table. */
export interface AdviceRow {
  readonly what: string;
  readonly 'step [95 %]'?: string;
  readonly 'value [95 %]'?: string;
  /** By how much the last step is worse. */
  readonly 'at the last step [95 %]'?: string;
}

/** The advice as rows of a table: what, at which step, with which value. */
export function adviceRows(
    {advice, calibration}: Pick<RunAdvice, 'advice' | 'calibration'>): readonly AdviceRow[] {
  const {closestToGaussian, lowestHeldOutLoss, firstCopies, recommended} = advice;
  const minimum = (curve: StoppingAdvice['closestToGaussian']): Partial<AdviceRow> => curve ? {
    'step [95 %]': formatInterval(curve.step), 'value [95 %]': formatInterval(curve.minimum),
    'at the last step [95 %]': `+ ${formatInterval(curve.depth)}`,
  } : {};
  const yardstick = calibration ? `, beyond those among held-out images (${
    formatShare(calibration.copyRatio)})` : '';
  return [
    {what: 'closest to D_G: RMSE at 0.4 < σ < 2', ...minimum(closestToGaussian)},
    {what: 'lowest held-out loss', ...minimum(lowestHeldOutLoss)},
    {what: `first copies${yardstick}`, ...(firstCopies ? {
      'step [95 %]': formatNumber(firstCopies.step), 'value [95 %]': formatShare(firstCopies.copyRatio),
    } : {'value [95 %]': 'none seen'})},
    {what: 'recommended', 'step [95 %]': formatNumber(recommended)},
  ];
}
