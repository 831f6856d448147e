/**
 * What an experiment needs, opened once per notebook: profile, images, run store, figures. The
 * same workspace options give the same runs, so notebooks share them.
 */
import * as path from 'node:path';
import {loadFashionMnist} from '../data/fashion-mnist';
import {subset} from '../data/split';
import {projectPaths} from '../paths';
import {trainOptions} from '../training/options';
import type {TrainOptions} from '../training/options';
import type {Dataset, OnProgress} from '../types';
import {profileOf} from './profiles';
import type {Profile} from './profiles';
import {openStudy} from './study';
import type {Study} from './study';
import {trainRun} from './train-run';
import type {TrainRun} from './train-run';

export interface WorkspaceOptions {
  /** `'smoke'`, `'quick'` or `'full'`. */
  readonly profile: string;
  /** Shown while something is computed. */
  readonly onProgress?: OnProgress;
  /** Folder of the run store (default `runs/`). */
  readonly runs?: string;
  /** Folder of Fashion-MNIST's files (default `data/fashion-mnist/`). */
  readonly data?: string;
  /** Folder of the figures (default `figures/`, or `figures/<profile>/` for other profiles). */
  readonly figures?: string;
}

/** A study of the runs that a profile describes. */
export interface Workspace extends Study {
  readonly profile: Profile;
  /** The N training images of a run: nested in N. */
  trainingSet(n: number): Dataset;
  /** Loads or trains the run with N images, this width and training seed. */
  trainRun(n: number, width?: number, seed?: number): Promise<TrainRun>;
}

/** The figures' folder of a profile. */
export const figuresDir = (profile: Profile): string =>
    profile.name === 'quick' ?
      projectPaths().figures : path.join(projectPaths().figures, profile.name);

/** Opens a workspace. @throws Error when the images are missing: `make data` brings them. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const profile = profileOf(options.profile);
  const paths = projectPaths();
  const {
    onProgress, runs = paths.runs, data = paths.fashionMnist, figures = figuresDir(profile),
  } = options;
  const images = loadFashionMnist({dir: data, resolution: profile.resolution});
  const study = openStudy({
    ...images, profile, runs, figures, claims: figures, onProgress,
    images: `Fashion-MNIST ${profile.resolution}×${profile.resolution}`,
  });
  const trainingSet = (n: number): Dataset => subset(images.train, {n, seed: profile.seed});
  return {
    ...study, profile, trainingSet,
    trainRun: (n, width = profile.width, seed = profile.seed) => trainRun(study.store, {
      dataset: trainingSet(n), heldOut: images.heldOut, onProgress,
      options: trainingOptions(profile, {n, width, seed}),
    }),
  };
}

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
