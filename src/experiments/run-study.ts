/**
 * The study of one finished training run, of a profile or on one's own images.
 */
import * as path from 'node:path';
import {projectPaths} from '../paths';
import {openRunStore} from '../store/run-store';
import type {OnProgress} from '../types';
import {profileOf} from './profiles';
import {hasHeldOut, imagesOfRun} from './run-images';
import type {RunImagesOptions} from './run-images';
import {openStudy} from './study';
import type {MeasureSettings, Study} from './study';
import {openTrainRun} from './train-run';
import type {TrainRun} from './train-run';

/** How much is measured, and where run and images lie. */
export interface RunStudyOptions extends Omit<RunImagesOptions, 'onProgress'> {
  /** How much is measured, as in the profile of this name (default `'quick'`). */
  readonly profile?: string | undefined;
  /** What is measured otherwise. */
  readonly measures?: Partial<MeasureSettings>;
  /** Folder of the run store (default `runs/`). */
  readonly runs?: string | undefined;
  /** Told how far computations are. */
  readonly onProgress?: OnProgress | undefined;
}

/** A study whose `train` holds the training images of one run. */
export interface RunStudy extends Study {
  /** The run. */
  readonly run: TrainRun;
  /** Whether `heldOut` holds images that the run never saw; else the training images stand in. */
  readonly heldOutIsUnseen: boolean;
}

/**
 * Opens the study of a run; nothing is measured yet.
 * @param name of the run, as `npx hidden-gaussian runs` lists it, or its beginning.
 * @param options how much is measured, and where things lie; all have defaults.
 * @throws Error as `openTrainRun` does, and when the images are not where they were, or are no
 *     longer the same, saying what to give.
 * @example
 * const images = Uint8Array.from({length: 24 * 49}, (_, i) => 37 * i % 256); // 24 images of 7×7
 * const tiny = hg.createDataset({name: 'tiny', images, imageShape: [7, 7, 1]});
 * await hg.writeImageZip(hg.collectionOf(tiny), 'tiny.zip');
 * const training = {steps: 4, width: 4, checkpoints: 3};
 * const {stored} = await hg.trainOnImages({source: 'tiny.zip'}, {runs: 'runs', training});
 * const study = await hg.openRunStudy(stored.id, {profile: 'smoke', runs: 'runs'});
 * console.log(study.train.count, study.heldOut.count, study.heldOutIsUnseen); // 16 8 true
 */
export async function openRunStudy(
    name: string, options: RunStudyOptions = {}): Promise<RunStudy> {
  const {profile = 'quick', measures, onProgress, runs = projectPaths().runs} = options;
  const settings = {...profileOf(profile), ...measures};
  const run = openTrainRun(openRunStore(runs), name);
  const {train, heldOut} = await imagesOfRun(run, options);
  const [H, W] = run.imageShape;
  const figures = path.join(projectPaths().figures, 'reports', run.stored.id);
  const study = openStudy({
    profile: settings, train, heldOut, runs, figures, claims: figures, onProgress,
    images: `${run.dataset.name} ${H}×${W}`,
  });
  return {...study, run, heldOutIsUnseen: hasHeldOut(run)};
}
