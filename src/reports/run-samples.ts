/** Samples of a training run, generated once and kept in the run store. */
import {createRng} from '../backend/rng';
import {checkpointIdentity} from '../experiments/checkpoints';
import {samplesOf} from '../experiments/measure';
import {profileOf} from '../experiments/profiles';
import type {TrainRun} from '../experiments/train-run';
import type {RunStore} from '../store/run-store';
import type {NamedSamples} from './samples-source';

export interface RunSamplesOptions {
  /** How many (default 64). */
  readonly count?: number | undefined;
  /** Seed of their start noise (default 0). */
  readonly seed?: number | undefined;
  /** Checkpoint (default the last). */
  readonly step?: number | undefined;
}

/**
 * Samples of a run by Heun's method, in as many steps as in the profile `quick`.
 * @throws RangeError listing the checkpoints there are.
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
