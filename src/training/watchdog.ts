/** Stops a training that has gone astray before it spoils what was kept. */
import {tf} from '../backend/tf';
import {describeNonFinite} from '../store/safetensors';
import type {Checkpoint} from './checkpoint';
import {learningRateAt} from './optimizer';
import {batchSigmas} from './train-step';
import type {TrainStepOptions} from './train-step';

export interface Watchdog {
  /**
   * @param step steps done before the one whose loss this is, from 0.
   * @throws Error when the loss is NaN or infinite.
   */
  checkLoss(loss: number, step: number): void;
  /** @throws Error when a vector holds NaN or an infinity: such a state must not be kept. */
  checkState(state: Checkpoint): void;
}

type WatchedOptions = Pick<TrainStepOptions,
  'adam' | 'batchSize' | 'pMean' | 'pStd' | 'streams'> & {
    /** Steps whose weights are kept, rising. */
    readonly checkpoints: readonly number[];
  };

/** The watchdog of a run; its messages say where it went astray, and what to change. */
export function createWatchdog(options: WatchedOptions): Watchdog {
  const {adam, batchSize, checkpoints} = options;
  const stop = (what: string, step: number): never => {
    const sigmas = tf.tidy(() => batchSigmas(options, tf.scalar(step, 'int32')).dataSync());
    const rate = learningRateAt(step * batchSize, adam);
    const kept = checkpoints.filter((checkpoint) => checkpoint <= step).at(-1);
    throw new Error(`train: ${what} at step ${step + 1} (sigma of its batch ` +
        `${Math.min(...sigmas).toPrecision(3)} to ${Math.max(...sigmas).toPrecision(3)}, learning ` +
        `rate ${Number(rate.toPrecision(3))}); lower the learning rate or lengthen the warm-up. ` +
        (kept === undefined ? 'No checkpoint was reached' :
          `The checkpoint of step ${kept} is kept`));
  };
  return {
    checkLoss(loss, step) {
      if (!Number.isFinite(loss)) stop(`the loss became ${loss}`, step);
    },
    checkState({step, weights, average, momentum, variance}) {
      for (const [name, values] of Object.entries({weights, average, momentum, variance})) {
        const problem = describeNonFinite(values);
        if (problem !== undefined) stop(`the state's ${name} ${problem}`, step - 1);
      }
    },
  };
}
