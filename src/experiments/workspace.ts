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
import {showFigure} from '../figures/show';
import type {PlotlyFigure} from '../figures/types';
import {projectPaths} from '../paths';
import {karrasSchedule} from '../sampling/schedule';
import {openRunStore} from '../store/run-store';
import type {RunStore} from '../store/run-store';
import {trainOptions} from '../training/options';
import type {TrainOptions} from '../training/options';
import type {Dataset, OnProgress, Rng} from '../types';
import {showTable} from '../tables/show-table';
import {saveClaims} from './claims';
import type {Claim} from './claims';
import {claimsTable} from './claims-table';
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
  /** Folder of Fashion-MNIST's files (default `data/fashion-mnist/`). */
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
  /** Loads or trains the run with N images, this width and training seed. */
  trainRun(n: number, width?: number, seed?: number): Promise<TrainRun>;
  /** What a figure's subtitle says: data set and seed, after `what`. */
  caption(what: string): string;
  /** Shows a figure in the notebook and writes it to the figures' folder. */
  show(name: string, figure: PlotlyFigure): Promise<void>;
  /** Shows the table of a section's claims and saves them; the last call of a notebook. */
  conclude(section: string, claims: readonly Claim[]): Promise<void>;
  close(): Promise<void>;
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
  const store = openRunStore(runs);
  const exporter = createFigureExporter({dir: figures});
  const trainingSet = (n: number): Dataset => subset(images.train, {n, seed: profile.seed});
  return {
    profile, store, exporter, onProgress, trainingSet,
    train: images.train,
    heldOut: images.heldOut,
    rng: createRng(profile.seed).fork('experiments'),
    sigmas: karrasSchedule({steps: 10}).subarray(0, 10),
    trainRun: (n, width = profile.width, seed = profile.seed) => trainRun(store, {
      dataset: trainingSet(n), heldOut: images.heldOut, onProgress,
      options: trainingOptions(profile, {n, width, seed}),
    }),
    caption: (what) => `${what}; Fashion-MNIST ${profile.resolution}×${profile.resolution}, ` +
        `seed ${profile.seed}, profile ${profile.name}`,
    async show(name, figure) {
      await showFigure(figure, {name, exporter});
    },
    async conclude(section, claims) {
      saveClaims(figures, section, claims);
      showTable(claimsTable(claims), undefined, {caption: 'What this notebook found'});
      await exporter.close();
    },
    close: () => exporter.close(),
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
