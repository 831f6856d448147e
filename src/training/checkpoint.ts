/** What a training run keeps of one moment, and the way back from it into a traced step's state. */
import type {Tensor1D} from '@tensorflow/tfjs-core';
import {createRng} from '../backend/rng';
import {tf} from '../backend/tf';
import {initialParameters, parameterCount} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';
import type {TrainOptions} from './options';
import {initialTrainState} from './train-step';
import type {TrainState} from './train-step';

/** What has gathered since the last row of the log. */
export interface SinceRow {
  /** Sum of the training losses per pixel. */
  readonly lossSum: number;
  /** Steps since then. */
  readonly steps: number;
  /** Seconds of training since then. */
  readonly seconds: number;
}

export const NOTHING_YET: SinceRow = {lossSum: 0, steps: 0, seconds: 0};

/** All that training needs to go on; flat vectors `[P]`. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** The weights themselves. */
  readonly weights: Float32Array;
  /** The exponential moving average of the weights. */
  readonly average: Float32Array;
  /** Adam's average of the gradient. */
  readonly momentum: Float32Array;
  /** Adam's average of the squared gradient. */
  readonly variance: Float32Array;
  /** What the next row of the log goes on from. */
  readonly sinceRow: SinceRow;
}

/** The state at step 0, with the initial weights of the options' seed. */
export function newState({network}: PreconditionedNetwork, options: TrainOptions): TrainState {
  const weights = initialParameters(network.parameters, createRng(options.seed).fork('weights'));
  const state = initialTrainState(weights);
  weights.dispose();
  return state;
}

/** The state at a checkpoint. @throws RangeError when it is of another network. */
export function restoredState(
    {network}: PreconditionedNetwork, checkpoint: Checkpoint): TrainState {
  const expected = parameterCount(network.parameters);
  const {step, sinceRow: _, ...vectors} = checkpoint;
  const tensors = Object.fromEntries(Object.entries(vectors).map(([name, values]) => {
    if (values.length !== expected) {
      throw new RangeError(
          `train: the checkpoint's ${name} has ${values.length} values, expected ${expected}`);
    }
    return [name, tf.tensor1d(values)];
  })) as Record<keyof typeof vectors, Tensor1D>;
  return {...tensors, step: tf.scalar(step, 'int32')};
}

/** Copies a state out of TensorFlow, and disposes it. */
export function readCheckpoint(state: TrainState, step: number, sinceRow: SinceRow): Checkpoint {
  const read = (tensor: Tensor1D): Float32Array => Float32Array.from(tensor.dataSync());
  const checkpoint = {
    step, weights: read(state.weights), average: read(state.average),
    momentum: read(state.momentum), variance: read(state.variance), sinceRow,
  };
  tf.dispose(state);
  return checkpoint;
}
