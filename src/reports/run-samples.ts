/** Samples of a training run, generated once and kept in the run store. */
import {createRng} from '../backend/rng';
import {checkpointIdentity} from '../experiments/checkpoints';
import {samplesOf} from '../experiments/measure';
import {profileOf} from '../experiments/profiles';
import type {TrainRun} from '../experiments/train-run';
import type {RunStore} from '../store/run-store';
import type {NamedSamples} from './samples-source';

/** How many samples, from which start noise and checkpoint. */
export interface RunSamplesOptions {
  /** How many (default 64). */
  readonly count?: number | undefined;
  /** Seed of their start noise (default 0). */
  readonly seed?: number | undefined;
  /** Checkpoint (default the last). */
  readonly step?: number | undefined;
}

/**
 * Samples of a run by Heun's method, in as many steps as in the profile `quick`; loaded when the
 * run store has them.
 * @param store that has the run.
 * @param run of `openTrainRun`, `trainRun` or `trainOnImages`.
 * @param options how many, from which start noise and checkpoint; all have defaults.
 * @throws RangeError listing the checkpoints there are.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const images = Uint8Array.from({length: 24 * 49}, (_, i) => 37 * i % 256); // 24 images of 7×7
 * const tiny = hg.createDataset({name: 'tiny', images, imageShape: [7, 7, 1]});
 * await hg.writeImageZip(hg.collectionOf(tiny), 'tiny.zip');
 * const training = {steps: 4, width: 4, checkpoints: 3};
 * const {stored} = await hg.trainOnImages({source: 'tiny.zip'}, {runs: 'runs', training});
 * const store = hg.openRunStore('runs');
 * const samples = await hg.samplesOfRun(store, hg.openTrainRun(store, stored.id), {count: 2});
 * console.log(samples.count, samples.imageShape); // 2 [ 7, 7, 1 ]
 */
export async function samplesOfRun(
    store: RunStore, run: TrainRun, options: RunSamplesOptions = {}): Promise<NamedSamples> {
  const {count = 64, seed = 0, step = run.options.steps} = options;
  const {samplingSteps} = profileOf('quick');
  const denoiser = run.denoiser(step);
  try {
    const result = await samplesOf(
        {store, rng: createRng(seed).fork('experiments'),
          profile: {samples: count, samplingSteps, seed}},
        {denoiser, identity: checkpointIdentity(run, step)});
    return {...result, title: `${run.stored.id} after ${step} steps, seed ${seed}`};
  } finally {
    denoiser.dispose();
  }
}
