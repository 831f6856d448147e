/** What is measured of a run at each of its checkpoints: how training time changes a network. */
import {earlyStopping} from '../analysis/early-stopping';
import type {EarlyStoppingResult} from '../analysis/early-stopping';
import type {MemorizationResult} from '../analysis/memorization';
import {noisyInputs} from '../analysis/noisy-inputs';
import {compareDenoisers} from '../analysis/score-difference';
import type {DenoiserDistance} from '../analysis/score-difference';
import {imagesToTensor} from '../data/dataset-tensor';
import {gaussianDenoiser} from '../denoisers/gaussian';
import {gaussianStats} from '../denoisers/gaussian-stats';
import type {SampleResult} from '../sampling/solver';
import type {Json} from '../store/canonical';
import {fixedLosses} from '../training/held-out-loss';
import {FIXED_IMAGES} from '../training/train';
import type {Dataset} from '../types';
import {heldOutParts, meanOverSigmas} from './gaussian-bias';
import {noveltyOf, remember, samplesOf} from './measure';
import type {Subject} from './measure';
import type {Study} from './study';
import type {TrainRun} from './train-run';

/** A run and the images it was trained on. */
export interface RunWithImages {
  /** The trained network. */
  readonly run: TrainRun;
  /** Its training images. */
  readonly train: Dataset;
}

/** One checkpoint of a run, measured. */
export interface CheckpointMeasures {
  /** Training step of the checkpoint. */
  readonly step: number;
  /** Distance to the Gaussian of the run's own training set, on noisy held-out images. */
  readonly toGaussian: DenoiserDistance;
  /** From the same start noise at every checkpoint. */
  readonly samples: SampleResult;
  /** GL and copies of the samples among the training images. */
  readonly novelty: MemorizationResult;
}

/** What the run store knows a checkpoint by; the last one is the run itself. */
export const checkpointIdentity = ({stored, options}: TrainRun, step: number): Json =>
    step === options.steps ? stored.id : {run: stored.id, step};

/**
 * Measures a run at a checkpoint; loaded when the run store has it.
 * @param study whose run store keeps the results.
 * @param subject the run and its training images.
 * @param step of the checkpoint.
 * @throws RangeError listing the checkpoints there are.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const images = Uint8Array.from({length: 24 * 49}, (_, i) => 37 * i % 256); // 24 images of 7×7
 * const tiny = hg.createDataset({name: 'tiny', images, imageShape: [7, 7, 1]});
 * await hg.writeImageZip(hg.collectionOf(tiny), 'tiny.zip');
 * const training = {steps: 4, width: 4, checkpoints: 3};
 * const {stored} = await hg.trainOnImages({source: 'tiny.zip'}, {runs: 'runs', training});
 * const study = await hg.openRunStudy(stored.id, {profile: 'smoke', runs: 'runs'});
 * const {novelty} = await hg.measureCheckpoint(study, study, study.run.options.checkpoints[0]!);
 * console.log(novelty.perSample.length); // 16
 */
export async function measureCheckpoint(
    study: Study, {run, train}: RunWithImages, step: number): Promise<CheckpointMeasures> {
  const denoiser = run.denoiser(step);
  const subject: Subject = {denoiser, identity: checkpointIdentity(run, step)};
  try {
    const toGaussian = await remember(study, 'distance-to-gaussian', {
      run: run.stored.id, step, judge: study.heldOut.hash, sigmas: [...study.sigmas],
      images: study.profile.comparisonImages, seed: study.profile.seed,
    }, async (onProgress) => {
      const gaussian = gaussianDenoiser(gaussianStats(train), {name: 'D_G'});
      const {sigmas, profile, rng} = study;
      const inputs = noisyInputs(heldOutParts(study).judge,
          {sigmas, count: profile.comparisonImages, rng: rng.fork('inputs')});
      try {
        const [distance] = await compareDenoisers(
            denoiser, [gaussian], inputs, {rng: rng.fork('distances'), onProgress});
        return distance!;
      } finally {
        for (const {x} of inputs) x.dispose();
        gaussian.dispose();
      }
    });
    const samples = await samplesOf(study, subject);
    return {step, toGaussian, samples, novelty: await noveltyOf(study, train, subject, samples)};
  } finally {
    denoiser.dispose();
  }
}

/**
 * The loss of each held-out image at a checkpoint, on the noise of the run's log: their mean is the
 * log's `heldOutLoss`.
 */
export function heldOutLosses(study: Study, run: TrainRun, step: number): Promise<number[]> {
  const options = {run: run.stored.id, step, heldOut: study.heldOut.hash};
  return remember(study, 'held-out-losses', options, async () => {
    const count = Math.min(FIXED_IMAGES, study.heldOut.count);
    const images =
        imagesToTensor(study.heldOut, Uint32Array.from({length: count}, (_, i) => i));
    const denoiser = run.denoiser(step);
    try {
      return [...fixedLosses(denoiser, images, run.options)];
    } finally {
      denoiser.dispose();
      images.dispose();
    }
  });
}

/** Where the bias is looked for: where networks are least linear (section II). */
const isMiddle = (sigma: number): boolean => sigma > 0.4 && sigma < 2;

/**
 * Mean over 0.4 < sigma < 2 of each held-out image's RMSE to D_G, in pixels: how far a network is
 * from the Gaussian where networks are least linear. The choice of the range is ours.
 * @param point a checkpoint, measured, or a point of a sweep.
 * @example
 * const points = [10, 1, 0.5].map((sigma) => ({ // two images
 *   sigma, rmse: hg.bootstrapMean([0.1, 0.2], {rng: hg.createRng(0)}),
 *   nmse: hg.bootstrapMean([0.1, 0.2], {rng: hg.createRng(0)}),
 *   perSample: {rmse: [0.1 * sigma, 0.2 * sigma], nmse: [0.1, 0.2]},
 * }));
 * const toGaussian = {denoiser: 'D_G', reference: 'network', points};
 * console.log(hg.middleDistance({toGaussian}).map((rmse) => rmse.toFixed(3)));
 * // [ '0.075', '0.150' ]
 */
export const middleDistance = ({toGaussian}: Pick<CheckpointMeasures, 'toGaussian'>): number[] =>
    meanOverSigmas(toGaussian, isMiddle);

/**
 * The U-curve: where training comes closest to D_G.
 * @param study randomness of the intervals.
 * @param points at least 3 checkpoints, of `timeSweep` for example.
 * @throws RangeError as `earlyStopping` does.
 * @example
 * const rng = hg.createRng(0);
 * const mean = (rmse: number[]) => hg.bootstrapMean(rmse, {rng});
 * const points = [0.5, 0.2, 0.3].map((distance, i) => {
 *   const rmse = [0, 1, 2, 3].map((image) => distance + 0.01 * image);
 *   const point = {sigma: 1, rmse: mean(rmse), nmse: mean(rmse), perSample: {rmse, nmse: rmse}};
 *   return {step: 10 ** i, toGaussian: {denoiser: 'D_G', reference: 'network', points: [point]}};
 * });
 * const {step, uShaped} = hg.closestToGaussian({rng}, points);
 * console.log(step.estimate, uShaped); // 10 true
 */
export const closestToGaussian = (
    {rng}: Pick<Study, 'rng'>,
    points: ReadonlyArray<Pick<CheckpointMeasures, 'step' | 'toGaussian'>>): EarlyStoppingResult =>
    earlyStopping(points.map((point) => ({step: point.step, values: middleDistance(point)})),
        {rng: rng.fork('early stopping')});
