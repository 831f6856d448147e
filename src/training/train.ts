/**
 * Trains the EDM-preconditioned U-Net on a data set, one traced step after another, and hands out
 * checkpoints. Randomness depends on the seed and the step alone, so a resumed run draws what an
 * undisturbed one would have drawn.
 */
import {byteTensor} from '../backend/bytes';
import {createRng} from '../backend/rng';
import {trace} from '../backend/trace';
import {tf} from '../backend/tf';
import {imagesToTensor} from '../data/dataset-tensor';
import type {PreconditionedNetwork} from '../networks/preconditioning';
import type {Json} from '../store/canonical';
import type {Dataset, OnProgress} from '../types';
import {newState, NOTHING_YET, readCheckpoint, restoredState} from './checkpoint';
import type {Checkpoint} from './checkpoint';
import {fixedLoss} from './held-out-loss';
import {modelFor} from './model-for';
import type {TrainOptions} from './options';
import {trainStep} from './train-step';
import type {TrainState, TrainStepOptions} from './train-step';
import {createWatchdog} from './watchdog';

/** One line of the training log, written at each checkpoint. */
export interface LogRow {
  /** Steps done. */
  readonly step: number;
  /** Mean training loss per pixel since the last row. */
  readonly loss: number;
  /** Loss per pixel of the averaged weights, on fixed noise and the first 256 training images. */
  readonly trainLoss: number;
  /** The same on the first 256 images that are never trained on. */
  readonly heldOutLoss: number;
  /** Time of training since the last row. */
  readonly seconds: number;
}

/** What a training is told, and whom it tells. */
export interface TrainCallbacks {
  /** Called at each checkpoint step; awaited, so what it writes is safe before training goes on. */
  readonly onCheckpoint: (checkpoint: Checkpoint, row: LogRow) => Promise<void> | void;
  /** Told of the steps done. */
  readonly onProgress?: OnProgress | undefined;
  /**
   * Called between checkpoints with all that is needed to resume: now and then, and after an
   * interruption.
   */
  readonly onState?: ((state: Checkpoint) => Promise<void> | void) | undefined;
  /** Time between two of these calls, ms (default one minute). */
  readonly saveEveryMs?: number | undefined;
  /** Aborted: the training hands out its state and ends with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Continue from here instead of from new weights. */
  readonly resume?: Checkpoint | undefined;
}

/** Images of the fixed losses: the first of a data set, at most so many. */
export const FIXED_IMAGES = 256;
/** Steps a call of the graph at most, and so between two returns to the event loop. */
const STEPS_PER_CALL = 10;
/** A call of several steps takes about this time at most, ms. */
const CALL_MS = 1000;

/**
 * Runs the training to `options.steps`: denoising score matching with EDM's preconditioning, noise
 * levels and weights (Karras et al. 2022, table 1), by Adam, with an average of the weights. The
 * same options and images give the same bytes on the same machine, interrupted or not. To keep
 * what is trained, and to find it again, use `trainRun`.
 * @param dataset training images, square.
 * @param heldOut images of the same shape, which are only evaluated.
 * @param options complete, from `trainOptions`.
 * @param callbacks takes the checkpoints; may resume, and stop.
 * @throws RangeError when the two have images of different shapes; Error when the loss or the
 *     weights become NaN or infinite, naming step, noise levels and learning rate; the signal's
 *     reason.
 * @example
 * const bytes = Uint8Array.from({length: 16 * 16}, (_, i) => i);
 * const images = hg.createDataset({name: 'ramp', images: bytes, imageShape: [4, 4, 1]});
 * const options = hg.trainOptions({width: 4, steps: 4, batchSize: 4, checkpoints: [2]});
 * await hg.train(images, images, options, {
 *   onCheckpoint: ({step, weights}, {loss}) => console.log(step, weights.length, loss > 0),
 * });
 * // 2 11785 true
 * // 4 11785 true
 */
export async function train(
    dataset: Dataset, heldOut: Dataset, options: TrainOptions,
    {onCheckpoint, onState, onProgress, resume, signal, saveEveryMs = 60_000}: TrainCallbacks,
): Promise<void> {
  const [H, W, C] = dataset.imageShape;
  if (heldOut.imageShape.join() !== dataset.imageShape.join()) {
    throw new RangeError(`train: expected held-out images of shape [${dataset.imageShape}] like ` +
        `the training images, got [${heldOut.imageShape}]`);
  }
  const model = modelFor(options, dataset.imageShape);
  const state = resume === undefined ? newState(model, options) : restoredState(model, resume);
  const bytes = byteTensor(dataset.images, [dataset.count, H, W, C]);
  const settings = stepOptions(options);
  const watchdog = createWatchdog({...settings, checkpoints: options.checkpoints});
  const step = trace('train', trainStep({model, ...settings}), {
    state: {...state, bytes},
    cache: {model: model.form, settings: settings as unknown as Json},
  });
  tf.dispose([state, bytes]);
  const losses = [dataset, heldOut].map((images) => firstImagesLoss(model, images, options));
  try {
    let {lossSum, steps: since, seconds: before} = resume?.sinceRow ?? NOTHING_YET;
    let started = Date.now();
    let saved = started;
    /** The step whose state was handed out last. */
    let safe = resume?.step ?? 0;
    let perCall = 1;
    const seconds = (): number => before + (Date.now() - started) / 1000;
    const read = (at: number): Checkpoint => {
      const sinceRow = {lossSum, steps: since, seconds: seconds()};
      const checkpoint = readCheckpoint(step.readState() as TrainState, at, sinceRow);
      watchdog.checkState(checkpoint);
      return checkpoint;
    };
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    for (let done = resume?.step ?? 0; done < options.steps;) {
      const until = Math.min(done + perCall - done % perCall,
          options.checkpoints.find((checkpoint) => checkpoint > done)!);
      const called = Date.now();
      const {loss} = step.run({}, {steps: until - done});
      const values = Array.from(loss!.dataSync(), (value) => value / (H * W * C));
      loss!.dispose();
      values.forEach((value, i) => watchdog.checkLoss(value, done + i));
      for (const value of values) lossSum += value;
      since += values.length;
      // The first call also records the graph. Later ones may grow to ten times the last one.
      const stepMs = (Date.now() - called) / values.length;
      perCall = Math.max(1, Math.min(STEPS_PER_CALL, Math.floor(CALL_MS / stepMs)));
      done = until;
      if (options.checkpoints.includes(done)) {
        const [loss, took] = [lossSum / since, seconds()];
        [lossSum, since, before, started] = [0, 0, 0, Date.now()];
        const checkpoint = {...read(done), sinceRow: NOTHING_YET};
        const average = tf.tensor1d(checkpoint.average);
        const [trainLoss, heldOutLoss] = losses.map((fixed) => fixed.evaluate(average));
        average.dispose();
        watchdog.checkLoss(trainLoss! + heldOutLoss!, done - 1);
        await onCheckpoint(checkpoint, {
          step: done, loss, trainLoss: trainLoss!, heldOutLoss: heldOutLoss!, seconds: took,
        });
        started = saved = Date.now();
        safe = done;
      } else if (Date.now() - saved > saveEveryMs) {
        await onState?.(read(done));
        saved = Date.now();
        safe = done;
      }
      if (signal?.aborted !== true) {
        onProgress?.({
          label: `train ${dataset.name} width ${options.width}`, done, total: options.steps,
          detail: `loss ${values.at(-1)!.toFixed(3)}`,
        });
      }
      await new Promise(setImmediate);
      if (signal?.aborted === true && done < options.steps) {
        if (safe !== done) await onState?.(read(done));
        throw signal.reason;
      }
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

function firstImagesLoss(model: PreconditionedNetwork, dataset: Dataset, options: TrainOptions) {
  const count = Math.min(FIXED_IMAGES, dataset.count);
  const images = imagesToTensor(dataset, Uint32Array.from({length: count}, (_, i) => i));
  const fixed = fixedLoss(model, images, options);
  images.dispose();
  return fixed;
}
