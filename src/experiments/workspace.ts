/**
 * What an experiment needs, opened once per notebook: profile, images, run store, figures. The
 * same workspace options give the same runs, so notebooks share them.
 */
import * as path from 'node:path';
import {subset} from '../data/split';
import type {HeldOutSplit} from '../data/split';
import {projectPaths} from '../paths';
import {trainOptions} from '../training/options';
import type {TrainOptions} from '../training/options';
import type {Dataset, OnProgress} from '../types';
import {changedProfile, changedProfileName, checkChanges} from './changed-profile';
import type {ProfileChanges} from './changed-profile';
import {loadOwnImages} from './own-images';
import {loadProfileImages, profileDataTitle, profileImageShape} from './profile-data';
import type {OwnData} from './profile-data';
import {profileOf} from './profiles';
import type {Profile} from './profiles';
import {openStudy} from './study';
import type {Study} from './study';
import {isTrained, trainRun, trainRunId} from './train-run';
import type {TrainRun, TrainRunRequest} from './train-run';

/** A profile, what is changed in it, and where everything lies. */
export interface WorkspaceOptions extends ProfileChanges {
  /** One of `PROFILE_NAMES`. */
  readonly profile: string;
  /** Its images (default: loaded from `data`). */
  readonly images?: HeldOutSplit;
  /** Shown while something is computed. */
  readonly onProgress?: OnProgress | undefined;
  /** Folder of the run store (default `runs/`). */
  readonly runs?: string;
  /** Folder of the data sets (default `data/`). */
  readonly data?: string;
  /**
   * Folder of the figures and claims (default `figures/`, or `figures/<profile>/` for other
   * profiles; for a changed one `figures/custom/` and a name that tells what was changed).
   */
  readonly figures?: string | undefined;
}

/** A study of the runs that a profile describes. */
export interface Workspace extends Study {
  readonly profile: Profile;
  /** The N training images of a run: nested in N. */
  trainingSet(n: number): Dataset;
  /** Loads or trains the run with N images, this width and training seed. */
  trainRun(n: number, width?: number, seed?: number): Promise<TrainRun>;
  /** Whether that run is finished: then it is loaded at once. */
  isTrained(n: number, width?: number, seed?: number): boolean;
  /** The id of that run in the run store, trained or not. */
  runId(n: number, width?: number, seed?: number): string;
}

/** The figures' folder of a profile. */
export const figuresDir = (profile: Profile): string =>
    profile.name === 'quick' ?
      projectPaths().figures : path.join(projectPaths().figures, profile.name);

/**
 * Opens a workspace: a profile's, or with some of its choices changed. Trainings whose options and
 * images are the same are shared with the plain profile.
 * @example
 * const workspace = await openWorkspace({profile: 'quick', sizes: [64, 512], seed: 1});
 * @throws Error when the images are missing, saying which command brings or makes them;
 *     RangeError for a change that is not possible, see `ProfileChanges`.
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const plain = profileOf(options.profile);
  const paths = projectPaths();
  const {dataset, onProgress, runs = paths.runs, data = paths.data} = options;
  checkChanges(options);
  const [height] = profileImageShape(plain.data);
  const images = options.images ?? (dataset === undefined ?
    await loadProfileImages(plain, {data, onProgress}) :
    await loadOwnImages(
        {source: dataset, size: height}, {leastHeldOut: plain.samples, onProgress}));
  const profile = changedProfile(
      plain, options, images, dataset === undefined ? undefined : ownData(dataset, images));
  const {figures = profile === plain ? figuresDir(profile) :
    path.join(paths.figures, 'custom', changedProfileName(profile, images))} = options;
  const study = openStudy({
    ...images, profile, runs, figures, claims: figures, onProgress,
    images: profileDataTitle(profile.data),
  });
  const trainingSet = (n: number): Dataset => subset(images.train, {n, seed: profile.seed});
  const request = (
      n: number, width = profile.width, seed = profile.seed): TrainRunRequest => ({
    dataset: trainingSet(n), heldOut: images.heldOut,
    options: trainingOptions(profile, {n, width, seed}),
  });
  return {
    ...study, profile, trainingSet,
    trainRun: (...run) => trainRun(study.store, request(...run)),
    isTrained: (...run) => isTrained(study.store, request(...run)),
    runId: (...run) => trainRunId(request(...run)),
  };
}

const ownData = (source: string, {train, heldOut}: HeldOutSplit): OwnData => ({
  kind: 'own', title: path.parse(source).name, source, imageShape: train.imageShape,
  images: {train: train.count, heldOut: heldOut.count},
});

/** Options of a profile's run; the run of section IV keeps more checkpoints. */
export function trainingOptions(
    profile: Profile, {n, width, seed}: {n: number; width: number; seed: number}): TrainOptions {
  const inTimeSweep =
      n === profile.smallSize && width === profile.width && seed === profile.seed;
  return trainOptions({
    ...profile.train, width, seed,
    checkpoints: inTimeSweep ? profile.timeCheckpoints : [],
  });
}
