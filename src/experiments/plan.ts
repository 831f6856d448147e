/** What training the runs of a profile takes: sizes, memory and time, without starting anything. */
import {networkCost} from '../networks/cost';
import type {NetworkCost} from '../networks/cost';
import {fixedLossBatch} from '../training/held-out-loss';
import {modelFor} from '../training/model-for';
import type {TrainOptions} from '../training/options';
import {profileImageCounts, profileImageShape} from './profile-data';
import type {Profile} from './profiles';
import {stepSeconds, stepWork} from './training-speed';
import type {MeasuredSpeed} from './training-speed';
import {trainTasks} from './train-pool';
import type {TrainTask} from './train-pool';
import {trainingOptions} from './workspace';

/** One training run and what it takes. */
export interface PlannedRun extends TrainTask {
  /** P. */
  readonly parameters: number;
  readonly options: TrainOptions;
  /** Images seen in all steps. */
  readonly imagesSeen: number;
  /** Peak memory of its process. */
  readonly memoryBytes: number;
  /** Files of its checkpoints in the run store: weights and average, float32. */
  readonly diskBytes: number;
  readonly seconds: number;
}

export interface Plan {
  readonly profile: Profile;
  /** In the order in which `make figures` starts them. */
  readonly runs: readonly PlannedRun[];
  /** Of all runs, one after another. */
  readonly seconds: number;
  readonly diskBytes: number;
}

const FLOAT = 4;
/**
 * Peak memory in units of what it is for, measured at 16x16 to 64x64x3, widths 8 to 64 (within
 * 10 %): copies of the parameters (weights, gradient, moments, average, the convolutions' Winograd
 * forms, and the copies that splitting and updating make), and, for each value that a convolution
 * puts out, the values that are kept for the gradient; dropout keeps its masks too. The fixed losses
 * are the last: they need no gradient, but keep a pass while it is recorded.
 */
const PEAK = {parameters: 13, activations: 6, activationsWithDropout: 8, evaluation: 3.1} as const;
/** Images of the fixed losses at most, as in `train`. */
const EVALUATED_IMAGES = 256;

/**
 * @param measured speed and size of a training process, from `measureSpeed`.
 * @throws RangeError when a network of the profile cannot be built.
 */
export function planOf(
    profile: Profile, measured: Pick<MeasuredSpeed, 'speed' | 'processBytes'>): Plan {
  const imageShape = profileImageShape(profile.data);
  const runs = trainTasks(profile).map((task): PlannedRun => {
    const options = trainingOptions(profile, task);
    const cost = networkCost(modelFor(options, imageShape).parameters);
    const {steps, batchSize, checkpoints} = options;
    return {
      ...task, options, parameters: cost.parameters,
      imagesSeen: steps * batchSize,
      memoryBytes: measured.processBytes + dataBytes(profile, task) +
          trainingBytes(cost, options, imageShape.reduce((a, b) => a * b, 1)),
      diskBytes: checkpoints.length * 2 * FLOAT * cost.parameters,
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

/** All images, the held-out ones, and the N of the run here and in TensorFlow; a byte a value. */
function dataBytes({data}: Profile, {n}: TrainTask): number {
  const {train, heldOut} = profileImageCounts(data);
  return (train + heldOut + 2 * n) * profileImageShape(data).reduce((a, b) => a * b, 1);
}

function trainingBytes(
    {parameters, activations, attentionScores}: NetworkCost, {batchSize, dropout}: TrainOptions,
    pixels: number): number {
  const perImage = activations + attentionScores;
  const kept = dropout > 0 ? PEAK.activationsWithDropout : PEAK.activations;
  const evaluated = Math.min(EVALUATED_IMAGES, fixedLossBatch(pixels));
  return FLOAT * (PEAK.parameters * parameters +
      perImage * Math.max(kept * batchSize, PEAK.evaluation * evaluated));
}
