/**
 * Trains the EDM-preconditioned U-Net on a data set, one traced step after another, and hands out
 * checkpoints. Randomness depends on the seed and the step alone, so a resumed run draws what an
 * undisturbed one would have drawn.
 */
import type {Tensor1D} from '@tensorflow/tfjs-core';
import {byteTensor} from '../backend/bytes';
import {createRng} from '../backend/rng';
import {trace} from '../backend/trace';
import {tf} from '../backend/tf';
import {imagesToTensor} from '../data/dataset-tensor';
import {initialParameters, parameterCount} from '../networks/parameters';
import type {PreconditionedNetwork} from '../networks/preconditioning';
import type {Json} from '../store/canonical';
import type {Dataset, OnProgress} from '../types';
import {fixedLoss} from './held-out-loss';
import {modelFor} from './model-for';
import type {TrainOptions} from './options';
import {initialTrainState, trainStep} from './train-step';
import type {TrainState, TrainStepOptions} from './train-step';

/** What a run keeps of one moment: flat vectors `[P]`. */
export interface Checkpoint {
  readonly step: number;
  readonly weights: Float32Array;
  /** The exponential moving average of the weights. */
  readonly average: Float32Array;
  /** Adam's moments, needed to resume. */
  readonly momentum: Float32Array;
  readonly variance: Float32Array;
}

/** One line of the training log, written at each checkpoint. */
export interface LogRow {
  readonly step: number;
  /** Mean training loss per pixel since the last row. */
  readonly loss: number;
  /** Loss of the average on fixed noise: training images, and images never trained on. */
  readonly trainLoss: number;
  readonly heldOutLoss: number;
  readonly seconds: number;
}

export interface TrainCallbacks {
  /** Called at each checkpoint step; awaited, so what it writes is safe before training goes on. */
  readonly onCheckpoint: (checkpoint: Checkpoint, row: LogRow) => Promise<void> | void;
  readonly onProgress?: OnProgress | undefined;
  /** Called now and then between checkpoints with all that is needed to resume. */
  readonly onState?: ((state: Checkpoint) => Promise<void> | void) | undefined;
  /** Continue from here instead of from new weights. */
  readonly resume?: Checkpoint | undefined;
}

/** Images of the fixed losses. */
const FIXED_IMAGES = 256;
/** Time between two states for resuming, ms. */
const SAVE_EVERY_MS = 60_000;
/** Steps a call of the graph at most, and so between two returns to the event loop. */
const STEPS_PER_CALL = 10;
/** A call of several steps takes about this time at most, ms. */
const CALL_MS = 1000;

/**
 * Runs the training to `options.steps`.
 * @param dataset training images; the held-out ones are only evaluated.
 * @throws RangeError when the two have images of different shapes; Error when the loss becomes NaN
 *     or infinite, naming the step and what to change.
 */
export async function train(
    dataset: Dataset, heldOut: Dataset, options: TrainOptions,
    {onCheckpoint, onState, onProgress, resume}: TrainCallbacks): Promise<void> {
  const [H, W, C] = dataset.imageShape;
  if (heldOut.imageShape.join() !== dataset.imageShape.join()) {
    throw new RangeError(`train: expected held-out images of shape [${dataset.imageShape}] like ` +
        `the training images, got [${heldOut.imageShape}]`);
  }
  const model = modelFor(options, dataset.imageShape);
  const state = resume === undefined ? newState(model, options) : restoredState(model, resume);
  const bytes = byteTensor(dataset.images, [dataset.count, H, W, C]);
  const settings = stepOptions(options);
  const step = trace('train', trainStep({model, ...settings}), {
    state: {...state, bytes},
    cache: {model: model.form, settings: settings as unknown as Json},
  });
  tf.dispose([state, bytes]);
  const losses = [dataset, heldOut].map((images) => firstImagesLoss(model, images, options));
  try {
    let sum = 0;
    let since = 0;
    let started = Date.now();
    let saved = started;
    let perCall = STEPS_PER_CALL;
    for (let done = resume?.step ?? 0; done < options.steps;) {
      const until = Math.min(done + perCall - done % perCall,
          options.checkpoints.find((checkpoint) => checkpoint > done)!);
      const called = Date.now();
      const {loss} = step.run({}, {steps: until - done});
      const values = Array.from(loss!.dataSync(), (value) => value / (H * W * C));
      loss!.dispose();
      values.forEach((value, i) => assertFinite(value, done + i, options));
      sum += values.reduce((a, b) => a + b);
      since += values.length;
      const stepMs = (Date.now() - called) / values.length;
      const first = done === (resume?.step ?? 0); // It also records the graph.
      if (!first) perCall = Math.max(1, Math.min(STEPS_PER_CALL, Math.floor(CALL_MS / stepMs)));
      done = until;
      if (options.checkpoints.includes(done)) {
        const seconds = (Date.now() - started) / 1000;
        const checkpoint = readCheckpoint(step.readState() as TrainState, done);
        const average = tf.tensor1d(checkpoint.average);
        const [trainLoss, heldOutLoss] = losses.map((fixed) => fixed.evaluate(average));
        average.dispose();
        assertFinite(trainLoss! + heldOutLoss!, done - 1, options);
        await onCheckpoint(checkpoint, {
          step: done, loss: sum / since, trainLoss: trainLoss!, heldOutLoss: heldOutLoss!, seconds,
        });
        [sum, since, started, saved] = [0, 0, Date.now(), Date.now()];
      } else if (onState !== undefined && Date.now() - saved > SAVE_EVERY_MS) {
        await onState(readCheckpoint(step.readState() as TrainState, done));
        saved = Date.now();
      }
      onProgress?.({
        label: `train ${dataset.name} width ${options.width}`, done, total: options.steps,
        detail: `loss ${values.at(-1)!.toFixed(3)}`,
      });
      await new Promise(setImmediate);
    }
  } finally {
    step.dispose();
    for (const fixed of losses) fixed.dispose();
  }
}

function stepOptions(options: TrainOptions): Omit<TrainStepOptions, 'model'> {
  const {batchSize, learningRate, warmupSteps, emaHalfLifeImages, emaRampRatio} = options;
  const rng = createRng(options.seed);
  const stream = (label: string): number => rng.fork(label).seedPair()[0];
  return {
    batchSize,
    pMean: options.pMean, pStd: options.pStd, sigmaData: options.sigmaData,
    adam: {
      learningRate, rampImages: warmupSteps * batchSize, beta1: 0.9, beta2: 0.999, eps: 1e-8,
    },
    ema: {halfLifeImages: emaHalfLifeImages, rampRatio: emaRampRatio},
    streams: {
      batch: stream('batch'), sigma: stream('sigma'), noise: stream('noise'),
      dropout: stream('dropout'),
    },
  };
}

function newState({network}: PreconditionedNetwork, options: TrainOptions): TrainState {
  const weights = initialParameters(network.parameters, createRng(options.seed).fork('weights'));
  const state = initialTrainState(weights);
  weights.dispose();
  return state;
}

function restoredState({network}: PreconditionedNetwork, checkpoint: Checkpoint): TrainState {
  const expected = parameterCount(network.parameters);
  const {step, ...vectors} = checkpoint;
  const tensors = Object.fromEntries(Object.entries(vectors).map(([name, values]) => {
    if (values.length !== expected) {
      throw new RangeError(
          `train: the checkpoint's ${name} has ${values.length} values, expected ${expected}`);
    }
    return [name, tf.tensor1d(values)];
  })) as Record<keyof typeof vectors, Tensor1D>;
  return {...tensors, step: tf.scalar(step, 'int32')};
}

function readCheckpoint(state: TrainState, step: number): Checkpoint {
  const read = (tensor: Tensor1D): Float32Array => Float32Array.from(tensor.dataSync());
  const checkpoint = {
    step, weights: read(state.weights), average: read(state.average),
    momentum: read(state.momentum), variance: read(state.variance),
  };
  tf.dispose(state);
  return checkpoint;
}

function firstImagesLoss(model: PreconditionedNetwork, dataset: Dataset, options: TrainOptions) {
  const count = Math.min(FIXED_IMAGES, dataset.count);
  const images = imagesToTensor(dataset, Uint32Array.from({length: count}, (_, i) => i));
  const fixed = fixedLoss(model, images, options);
  images.dispose();
  return fixed;
}

function assertFinite(loss: number, step: number, {learningRate}: TrainOptions): void {
  if (Number.isFinite(loss)) return;
  throw new Error(`train: the loss became ${loss} at step ${step + 1} (learning rate ` +
      `${learningRate}); lower the learning rate or lengthen the warm-up. The last checkpoint ` +
      'is kept');
}
