/** Training on one's own images, as a run in the store like those of the profiles. */
import {computeDevice} from '../backend/device';
import type {HeldOutSplit} from '../data/split';
import {defined} from '../defined';
import {projectPaths} from '../paths';
import type {Json} from '../store/canonical';
import {openRunStore} from '../store/run-store';
import {trainOptions} from '../training/options';
import type {TrainOptions} from '../training/options';
import type {ImageShape, OnProgress} from '../types';
import {absoluteImages, loadOwnImages} from './own-images';
import type {LoadOwnImagesOptions, OwnImages} from './own-images';
import {logSteps, profileOf} from './profiles';
import {trainRun} from './train-run';
import type {TrainRun} from './train-run';

/** What a person chooses; all else is as in the profile `quick`. */
export interface OwnTraining {
  /** Optimizer steps (default 2000). */
  readonly steps?: number | undefined;
  /** Channels at full resolution, a multiple of 4 (default 16). */
  readonly width?: number | undefined;
  /** Images per step (default 32). */
  readonly batchSize?: number | undefined;
  /** Adam's rate (default 0.003). */
  readonly learningRate?: number | undefined;
  /** Seed of the training (default 0); what is held out does not depend on it. */
  readonly seed?: number | undefined;
  /** How many checkpoints are kept, about evenly spaced in the logarithm of time (default 12). */
  readonly checkpoints?: number | undefined;
}

const CHECKPOINTS = 12;
/** The first checkpoint is after the last step over this. */
const SPAN = 64;

/** Levels of the U-Net: each halves the images, which must come out even. */
const levelsFor = (side: number): number[] =>
    side % 4 === 0 ? [1, 2, 2] : side % 2 === 0 ? [1, 2] : [1];

/** Options of a training on images of this shape. @throws RangeError naming each bad field. */
export function ownTrainOptions([side]: ImageShape, chosen: OwnTraining = {}): TrainOptions {
  const {train, width, seed} = profileOf('quick');
  const {checkpoints = CHECKPOINTS, ...rest} = chosen;
  const given: Partial<TrainOptions> = defined(rest);
  const {steps} = trainOptions({...train, ...given});
  return trainOptions({
    ...train, width, seed, channelMult: levelsFor(side),
    warmupSteps: Math.min(100, Math.ceil(steps / 10)), ...given,
    checkpoints: checkpoints < 2 || steps < 2 ? [] :
      logSteps(Math.max(1, Math.round(steps / SPAN)), steps, checkpoints),
  });
}

/** How one's own images are trained on, and who is told. */
export interface TrainOnImagesOptions extends LoadOwnImagesOptions {
  /** The choices of the training (default: all as stated there). */
  readonly training?: OwnTraining | undefined;
  /** Folder of the run store (default `runs/`). */
  readonly runs?: string | undefined;
  /** Told what will be trained, before it begins. */
  readonly onStart?: (images: HeldOutSplit, options: TrainOptions) => void;
  /** Told while images are read and the network is trained. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Trains a network on one's own images, or finds the run in the store; an interrupted one goes on.
 * The run keeps where the images lie, so that reports find them again.
 * @param images where they lie, and what is held out.
 * @param options the choices of the training, the run store, and who is told.
 * @throws Error as `loadDataset` and `trainRun` do; RangeError for images that are not square, with
 *     what to pass, and when fewer than 4 would be held out or fewer than 2 be left.
 * @example
 * const images = Uint8Array.from({length: 24 * 49}, (_, i) => 37 * i % 256); // 24 images of 7×7
 * const tiny = hg.createDataset({name: 'tiny', images, imageShape: [7, 7, 1]});
 * await hg.writeImageZip(hg.collectionOf(tiny), 'tiny.zip');
 * const training = {steps: 4, width: 4, checkpoints: 3};
 * const run = await hg.trainOnImages({source: 'tiny.zip'}, {runs: 'runs', training});
 * console.log(run.dataset.count, run.log.map(({step}) => step)); // 16 [ 1, 2, 4 ]
 */
export async function trainOnImages(
    images: OwnImages, options: TrainOnImagesOptions = {}): Promise<TrainRun> {
  const {training, runs = projectPaths().runs, onStart, onProgress, warn} = options;
  const {train, heldOut} = await loadOwnImages(images, {warn, onProgress});
  const chosen = ownTrainOptions(train.imageShape, training);
  onStart?.({train, heldOut}, chosen);
  return trainRun(openRunStore(runs, {onProgress, device: computeDevice}), {
    dataset: train, heldOut, options: chosen,
    origin: JSON.parse(JSON.stringify(absoluteImages(images))) as Json,
  });
}
