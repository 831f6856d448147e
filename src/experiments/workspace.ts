/**
 * What an experiment needs, opened once per notebook: profile, images, run store, figures. The
 * same workspace options give the same runs, so notebooks share them.
 */
import * as path from 'node:path';
import {createRng} from '../backend/rng';
import {loadFashionMnist} from '../data/fashion-mnist';
import {subset} from '../data/split';
import {createFigureExporter} from '../figures/export';
import type {FigureExporter} from '../figures/export';
import {DATA_DIR, FIGURES_DIR, RUNS_DIR} from '../paths';
import {karrasSchedule} from '../sampling/schedule';
import {openRunStore} from '../store/run-store';
import type {RunStore} from '../store/run-store';
import {trainOptions} from '../training/options';
import type {TrainOptions} from '../training/options';
import type {Dataset, OnProgress, Rng} from '../types';
import {profileOf} from './profiles';
import type {Profile} from './profiles';
import {trainRun} from './train-run';
import type {TrainRun} from './train-run';

export interface WorkspaceOptions {
  /** `'smoke'`, `'quick'` or `'full'`. */
  readonly profile: string;
  /** Shown while something is computed. */
  readonly onProgress?: OnProgress;
  /** Folder of the run store (default `runs/`). */
  readonly runs?: string;
  /** Folder of the images (default `data/`). */
  readonly data?: string;
  /** Folder of the figures (default `figures/`, or `figures/<profile>/` for other profiles). */
  readonly figures?: string;
}

export interface Workspace {
  readonly profile: Profile;
  /** All training images. */
  readonly train: Dataset;
  /** Images that no training ever sees. */
  readonly heldOut: Dataset;
  readonly store: RunStore;
  readonly exporter: FigureExporter;
  readonly onProgress: OnProgress | undefined;
  /** Root of all random choices that are not a training run's. */
  readonly rng: Rng;
  /** The paper's grid: 10 Karras points from 80 to 0.002. */
  readonly sigmas: Float64Array;
  /** The N training images of a run: nested in N. */
  trainingSet(n: number): Dataset;
  /** Loads or trains the run with N images and this width. */
  trainRun(n: number, width?: number): Promise<TrainRun>;
  close(): Promise<void>;
}

/** The figures' folder of a profile. */
export const figuresDir = (profile: Profile): string =>
    profile.name === 'quick' ? FIGURES_DIR : path.join(FIGURES_DIR, profile.name);

/** Opens a workspace. @throws Error when the images are missing: `make data` brings them. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const profile = profileOf(options.profile);
  const {onProgress, runs = RUNS_DIR, data = DATA_DIR, figures = figuresDir(profile)} = options;
  const images = loadFashionMnist(
      {dir: path.join(data, 'fashion-mnist'), resolution: profile.resolution});
  const store = openRunStore(runs);
  const exporter = createFigureExporter({dir: figures});
  const trainingSet = (n: number): Dataset => subset(images.train, {n, seed: profile.seed});
  return {
    profile, store, exporter, onProgress, trainingSet,
    train: images.train,
    heldOut: images.heldOut,
    rng: createRng(profile.seed).fork('experiments'),
    sigmas: karrasSchedule({steps: 10}).subarray(0, 10),
    trainRun: (n, width = profile.width) => trainRun(store, {
      dataset: trainingSet(n), heldOut: images.heldOut, onProgress,
      options: trainingOptions(profile, n, width),
    }),
    close: () => exporter.close(),
  };
}

/** Options of a profile's run; the run of section IV keeps more checkpoints. */
export function trainingOptions(profile: Profile, n: number, width: number): TrainOptions {
  const inTimeSweep = n === profile.smallSize && width === profile.width;
  return trainOptions({
    ...profile.train, width, seed: profile.seed,
    checkpoints: inTimeSweep ? profile.timeCheckpoints : [],
  });
}
