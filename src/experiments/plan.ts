/** What training the runs of a profile takes: sizes, memory and time, without starting anything. */
import type {TrainOptions} from '../training/options';
import type {Profile} from './profiles';
import {stepSeconds, stepWork} from './training-speed';
import type {MeasuredSpeed} from './training-speed';
import {taskNeeds, trainTasks} from './train-tasks';
import type {TrainTask} from './train-tasks';
import {trainingOptions} from './workspace';

/** One training run and what it takes. */
export interface PlannedRun extends TrainTask {
  /** P. */
  readonly parameters: number;
  /** Complete options of the training. */
  readonly options: TrainOptions;
  /** Images seen in all steps. */
  readonly imagesSeen: number;
  /** Peak memory of its process. */
  readonly memoryBytes: number;
  /** Files in the run store at most: kept checkpoints and two states to resume from, float32. */
  readonly diskBytes: number;
  /** Predicted time. */
  readonly seconds: number;
}

/** What training all runs of a profile takes. */
export interface Plan {
  /** The profile that is planned. */
  readonly profile: Profile;
  /** In the order in which `make figures` starts them. */
  readonly runs: readonly PlannedRun[];
  /** Of all runs, one after another. */
  readonly seconds: number;
  /** Of all runs. */
  readonly diskBytes: number;
}

/**
 * Says what the training runs of a profile take; nothing is started.
 * @param profile as `profileOf` returns it.
 * @param measured speed and size of a training process, from `measureSpeed`.
 * @throws RangeError when a network of the profile cannot be built.
 * @example
 * const speed = { // of some machine, seconds; `hg.measureSpeed()` finds that of this one
 *   flops: 1e-11, activations: 2e-9, attentionScores: 2e-9, convolutions: 1e-4, parameters: 1e-8,
 * };
 * const {runs} = hg.planOf(hg.profileOf('paper'), {speed, processBytes: 3e8});
 * const most = Math.max(...runs.map(({parameters}) => parameters));
 * console.log(hg.formatNumber(most)); // 62,758,915
 */
export function planOf(
    profile: Profile, measured: Pick<MeasuredSpeed, 'speed' | 'processBytes'>): Plan {
  const runs = trainTasks(profile).map((task): PlannedRun => {
    const options = trainingOptions(profile, task);
    const {cost, memoryBytes, diskBytes} = taskNeeds(profile, task, measured.processBytes);
    const {steps, batchSize} = options;
    return {
      ...task, options, parameters: cost.parameters,
      imagesSeen: steps * batchSize,
      memoryBytes, diskBytes,
      seconds: steps * stepSeconds(measured.speed, stepWork(cost, batchSize)),
    };
  });
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return {
    profile, runs,
    seconds: sum(runs.map(({seconds}) => seconds)),
    diskBytes: sum(runs.map(({diskBytes}) => diskBytes)),
  };
}
