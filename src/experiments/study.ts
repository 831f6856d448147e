/**
 * What measurements need: images, noise levels, randomness, a run store and a place for figures.
 * A `Workspace` is a study of the project's own training runs; `openOwnStudy` one of any model.
 */
import {createFigureExporter} from '../figures/export';
import type {FigureExporter} from '../figures/export';
import {showFigure} from '../figures/show';
import type {PlotlyFigure} from '../figures/types';
import {computeDevice} from '../backend/device';
import {createRng} from '../backend/rng';
import {karrasSchedule} from '../sampling/schedule';
import {openRunStore} from '../store/run-store';
import type {RunStore} from '../store/run-store';
import {showTable} from '../tables/show-table';
import type {Dataset, OnProgress, Rng} from '../types';
import {saveClaims} from './claims';
import type {Claim} from './claims';
import {claimsTable} from './claims-table';
import {profileTitle} from './changed-profile';
import type {Profile} from './profiles';

/** How much is measured: the part of a profile that does not concern training. */
export type MeasureSettings = Pick<Profile,
  'name' | 'changes' | 'linearityPoints' | 'pairs' | 'comparisonImages' | 'samples' | 'samplingSteps' |
  'linearFitSamples' | 'seed'>;

/** Images, run store and places of a series of measurements. */
export interface Study {
  /** How much is measured. */
  readonly profile: MeasureSettings;
  /** All training images. */
  readonly train: Dataset;
  /** Images that no training ever sees. */
  readonly heldOut: Dataset;
  /** Where results are kept. */
  readonly store: RunStore;
  /** What writes the figures. */
  readonly exporter: FigureExporter;
  /** Told how far computations are. */
  readonly onProgress: OnProgress | undefined;
  /** Root of all random choices that are not a training run's. */
  readonly rng: Rng;
  /** The paper's grid: 10 Karras points from 80 to 0.002. */
  readonly sigmas: Float64Array;
  /**
   * What a figure's subtitle says: data set and seed, after `what`.
   * @param what the figure shows, for example `'100 samples of each model'`.
   */
  caption(what: string): string;
  /**
   * Shows a figure in the notebook and writes it to the figures' folder.
   * @param name of its files: lower-case letters, digits and hyphens.
   * @param figure of any kind of this library.
   */
  show(name: string, figure: PlotlyFigure): Promise<void>;
  /**
   * Shows the table of a section's claims and saves them; the last call of a notebook.
   * @param section name of the notebook, without extension.
   * @param claims what it found; they replace its earlier ones.
   */
  conclude(section: string, claims: readonly Claim[]): Promise<void>;
  /** Ends the process that draws; frees what the study itself opened. */
  close(): Promise<void>;
}

export interface StudyOptions {
  readonly profile: MeasureSettings;
  readonly train: Dataset;
  readonly heldOut: Dataset;
  /** Name of the images in captions, for example `Fashion-MNIST 16×16`. */
  readonly images: string;
  /** Folder of the run store. */
  readonly runs: string;
  /** Folder of the figures. */
  readonly figures: string;
  /** Folder of the claims. */
  readonly claims: string;
  readonly onProgress?: OnProgress | undefined;
}

/** Opens a study. */
export function openStudy(options: StudyOptions): Study {
  const {profile, train, heldOut, images, runs, figures, claims: claimsDir, onProgress} = options;
  const exporter = createFigureExporter({dir: figures});
  return {
    profile, train, heldOut, exporter, onProgress,
    store: openRunStore(runs, {onProgress, device: computeDevice}),
    rng: createRng(profile.seed).fork('experiments'),
    sigmas: karrasSchedule({steps: 10}).subarray(0, 10),
    caption: (what) =>
      `${what}; ${images}, seed ${profile.seed}, profile ${profileTitle(profile)}`,
    async show(name, figure) {
      await showFigure(figure, {name, exporter});
    },
    async conclude(section, claims) {
      const measured = profile.changes === undefined ? claims :
        claims.map((claim): Claim => ({...claim, profile: profileTitle(profile)}));
      saveClaims(claimsDir, section, measured);
      showTable(claimsTable(claims), undefined, {
        caption: profile.changes === undefined ? 'What this notebook found' :
          `What this notebook found with seed ${profile.seed}, profile ${profileTitle(profile)}`,
      });
      await exporter.close();
    },
    close: () => exporter.close(),
  };
}
