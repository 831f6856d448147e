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
  /** Name of a profile, as `profileOf` takes it: `'smoke'`, `'quick'`, `'full'`, … */
  readonly profile: string;
  /** Other images than its own (default: its own, loaded from `data`). */
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
  /** Sizes, widths, training options and how much is measured. */
  readonly profile: Profile;
  /**
   * The N training images of a run: nested in N.
   * @param n N.
   */
  trainingSet(n: number): Dataset;
  /**
   * Loads or trains the run with N images, this width and training seed.
   * @param n N: how many training images.
   * @param width of the network (default: the profile's).
   * @param seed of the training (default: the profile's).
   */
  trainRun(n: number, width?: number, seed?: number): Promise<TrainRun>;
  /**
   * Whether that run is finished: then it is loaded at once.
   * @param n N: how many training images.
   * @param width of the network (default: the profile's).
   * @param seed of the training (default: the profile's).
   */
  isTrained(n: number, width?: number, seed?: number): boolean;
  /**
   * The id of that run in the run store, trained or not.
   * @param n N: how many training images.
   * @param width of the network (default: the profile's).
   * @param seed of the training (default: the profile's).
   */
  runId(n: number, width?: number, seed?: number): string;
}

/**
 * The figures' folder of a profile: `figures/` of the project for `quick`, a folder of its own in
 * it for the others.
 * @param profile as `profileOf` returns it.
 * @example console.log(hg.figuresDir(hg.profileOf('smoke')).split('/').slice(-2));
 * // [ 'figures', 'smoke' ]
 */
export const figuresDir = (profile: Profile): string =>
    profile.name === 'quick' ?
      projectPaths().figures : path.join(projectPaths().figures, profile.name);

/**
 * Opens a workspace: what the notebooks compute comes from one, and what it computes is kept in the
 * run store. Some of the profile's choices may be changed; trainings whose options and images are
 * the same are shared with the plain profile.
 * @param options profile, what is changed in it, and where runs and figures go.
 * @throws Error when the images are missing, saying which command brings or makes them (for
 *     Fashion-MNIST `make data`); RangeError for an unknown profile, and for a change that is not
 *     possible, see `ProfileChanges`.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const {profile: {sizes}, heldOut} = workspace;
 * console.log(sizes, heldOut.count, workspace.trainingSet(16).imageShape);
 * // [ 16, 32, 64, 128, 256, 512 ] 10000 [ 8, 8, 1 ]
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
