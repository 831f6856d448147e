/** Training as a stored run: checkpoints and log in the run store, resumed after interruptions. */
import {z} from 'zod';
import {describeCompute, usesGpu} from '../backend/device';
import {networkDenoiser} from '../denoisers/network';
import type {Json} from '../store/canonical';
import {interruptedError, isInterrupted} from '../store/interruption';
import {REQUEST} from '../store/run-layout';
import {runId} from '../store/run-request';
import type {RunRequest, RunStore, StoredRun} from '../store/run-store';
import {decodeSafetensors} from '../store/safetensors';
import {trainOptions} from '../training/options';
import type {TrainOptions} from '../training/options';
import {modelFor} from '../training/model-for';
import {checkNeeds, trainingNeeds} from '../training/needs';
import {train} from '../training/train';
import type {Dataset, Denoiser, ImageShape} from '../types';
import {checkpointFile, trainingFiles} from './training-files';
import type {StoredLogRow} from './training-files';

/** What a run knows of the images that it was trained on, or judged by. */
export interface RunImages {
  /** Name of the data set. */
  readonly name: string;
  /** `Dataset.hash`. */
  readonly hash: string;
}

/** A finished training run. */
export interface TrainRun {
  /** The run in its store. */
  readonly stored: StoredRun;
  /** The images it was trained on. */
  readonly dataset: RunImages & {readonly count: number};
  /** The same images as `dataset` when none were held out. */
  readonly heldOut: RunImages;
  /** As they were given. */
  readonly options: TrainOptions;
  /** `[H, W, C]` of the images. */
  readonly imageShape: ImageShape;
  /** Losses at each checkpoint. */
  readonly log: readonly StoredLogRow[];
  /**
   * The denoiser at a checkpoint.
   * @param step one of `options.checkpoints` (default the last).
   * @param which the moving average of the weights (default) or the raw weights.
   * @returns a denoiser of the caller: dispose of it.
   * @throws RangeError listing the checkpoints there are.
   */
  denoiser(step?: number, which?: 'average' | 'weights'): Denoiser;
}

/** Everything that decides a training run. */
export interface TrainRunRequest {
  /** The training images. */
  readonly dataset: Dataset;
  /** Images never trained on; evaluated only. */
  readonly heldOut: Dataset;
  /** Completed options, from `trainOptions`. */
  readonly options: TrainOptions;
  /** Time between two states that an interrupted training can go on from, ms (default a minute). */
  readonly saveEveryMs?: number;
  /** Where the images lie, kept with the run's provenance (default nothing). */
  readonly origin?: Json;
}

/** What the run store knows a training run by. */
const storedAs = ({dataset, heldOut, options}: TrainRunRequest): RunRequest => ({
  kind: 'train',
  options: {
    dataset: {name: dataset.name, hash: dataset.hash, count: dataset.count},
    heldOut: {name: heldOut.name, hash: heldOut.hash},
    train: options as unknown as Json,
  },
});

/** Whether the training run is finished and whole. */
export const isTrained = (store: RunStore, request: TrainRunRequest): boolean =>
    store.find(storedAs(request)) !== undefined;

/** The id of the training run in a run store, trained or not. */
export const trainRunId = (request: TrainRunRequest): string => runId(storedAs(request));

/**
 * Loads the training run, or trains it; an interrupted one continues from its last state.
 * @throws Error as `train` and `RunStore.run` do, and before it starts when memory or disk do not
 *     suffice. After an interruption the state of the last step is kept, and the message says so.
 * @param store where it is kept.
 * @param request images and options: whoever asks for the same gets the same run.
 * @example
 * const images = Uint8Array.from({length: 12 * 16}, (_, i) => 37 * i % 256);
 * const {train, heldOut} = hg.heldOutSplit(
 *     hg.createDataset({name: 'tiny', images, imageShape: [4, 4, 1]}), {heldOut: 4, seed: 0});
 * const options = hg.trainOptions({width: 4, channelMult: [1], steps: 4, checkpoints: [2]});
 * const run = await hg.trainRun(hg.openRunStore('runs'), {dataset: train, heldOut, options});
 * console.log(run.log.map(({step}) => step), run.denoiser(2).name);
 * // [ 2, 4 ] network (N = 8, width 4, 2 steps)
 */
export async function trainRun(store: RunStore, request: TrainRunRequest): Promise<TrainRun> {
  const {dataset, heldOut, options, saveEveryMs, origin} = request;
  const stored = await store.run(storedAs(request), async (folder) => {
    const compute = describeCompute();
    const files = trainingFiles(folder, options, {
      compute,
      onOtherCompute: (before) => folder.warn(`${folder.id}: began on ${before}, goes on on ` +
          `${compute}: the last digits can differ from those of an undisturbed run`),
    });
    const resume = files.lastState();
    let saved = resume?.step ?? 0;
    checkRoom(store, request, saved);
    try {
      await train(dataset, heldOut, options, {
        resume, saveEveryMs, signal: folder.signal, onProgress: folder.onProgress,
        onCheckpoint(checkpoint, row) {
          files.saveCheckpoint(checkpoint, row);
          saved = checkpoint.step;
        },
        onState(state) {
          files.saveState(state);
          saved = state.step;
        },
      });
    } catch (error) {
      if (!isInterrupted(error)) throw error;
      throw interruptedError(error.interrupt, `${folder.id} is kept as it was after step ${saved} ` +
          `of ${options.steps} and goes on from there when it is asked for again`);
    }
    const log = files.log();
    return {
      arrays: {}, values: {log: log as unknown as Json, imageShape: dataset.imageShape},
      ...(origin !== undefined && {notes: {images: origin}}),
    };
  });
  return trained(store, stored, {
    dataset: {name: dataset.name, hash: dataset.hash, count: dataset.count},
    heldOut: {name: heldOut.name, hash: heldOut.hash},
    options, imageShape: dataset.imageShape,
  });
}

/** A finished run with its checkpoints. */
const trained = (
    store: RunStore, stored: StoredRun,
    known: Pick<TrainRun, 'dataset' | 'heldOut' | 'options' | 'imageShape'>): TrainRun => ({
  ...known, stored,
  log: stored.values['log'] as unknown as StoredLogRow[],
  denoiser(step = known.options.steps, which = 'average') {
    const {options, imageShape, dataset: {count}} = known;
    const parameters = checkpointParameters(store, stored, options, {step, which});
    return networkDenoiser(modelFor(options, imageShape), parameters, {
      name: `network (N = ${count}, width ${options.width}, ${step} steps)`,
    });
  },
});

const requestSchema = z.object({
  options: z.object({
    dataset: z.object({name: z.string(), hash: z.string(), count: z.int()}),
    heldOut: z.object({name: z.string(), hash: z.string()}),
    train: z.record(z.string(), z.json()),
  }),
});
const shapeSchema = z.tuple([z.int(), z.int(), z.int()]);

/**
 * Loads a finished training run by its name, without its images.
 * @param store that has the run.
 * @param name of the run, as `RunStore.named` takes it.
 * @throws Error when there is no such run, it is no training run, or it comes from a version that
 *     did not note the shape of the images.
 * @example
 * const images = Uint8Array.from({length: 24 * 49}, (_, i) => 37 * i % 256); // 24 images of 7×7
 * const tiny = hg.createDataset({name: 'tiny', images, imageShape: [7, 7, 1]});
 * await hg.writeImageZip(hg.collectionOf(tiny), 'tiny.zip');
 * const training = {steps: 4, width: 4, checkpoints: 3};
 * const {stored} = await hg.trainOnImages({source: 'tiny.zip'}, {runs: 'runs', training});
 * const run = hg.openTrainRun(hg.openRunStore('runs'), stored.id);
 * console.log(run.dataset.count, run.imageShape, run.options.checkpoints);
 * // 16 [ 7, 7, 1 ] [ 1, 2, 4 ]
 */
export function openTrainRun(store: RunStore, name: string): TrainRun {
  const stored = store.named(name);
  if (!stored.id.startsWith('train-')) {
    throw new Error(`${stored.id}: expected a training run; only these have a network`);
  }
  const {options: {dataset, heldOut, train: options}} =
      requestSchema.parse(JSON.parse(store.file(stored, REQUEST).toString('utf8')));
  const imageShape = shapeSchema.safeParse(stored.values['imageShape']);
  if (!imageShape.success) {
    throw new Error(`${stored.id}: an older version made this run and did not note the shape of ` +
        'its images; delete its folder and train it again');
  }
  return trained(store, stored, {
    dataset, heldOut, options: trainOptions(options as Partial<TrainOptions>),
    imageShape: imageShape.data,
  });
}

/** Files of less than this are not worth a refusal: a full disk is noticed when it is full. */
const SMALL_BYTES = 2 ** 24;

/** Whether memory and disk suffice for the steps after `step`. @throws Error as `checkNeeds` does. */
function checkRoom(store: RunStore, {dataset, options}: TrainRunRequest, step: number): void {
  const checkpoints = options.checkpoints.filter((kept) => kept > step);
  const {workBytes, diskBytes} = trainingNeeds({...options, checkpoints}, dataset.imageShape);
  checkNeeds(`training on ${dataset.name}, width ${options.width}`, {
    ...(!usesGpu() && {memoryBytes: workBytes}), ...(diskBytes > SMALL_BYTES && {diskBytes}),
  }, {runs: store.root});
}

/** Which weights of a training run are meant. */
export interface CheckpointChoice {
  /** One of `options.checkpoints` (default the last). */
  readonly step?: number | undefined;
  /** The moving average of the weights (default) or the raw weights. */
  readonly which?: 'average' | 'weights' | undefined;
}

/**
 * Flat parameters `[P]` of a checkpoint.
 * @throws RangeError listing the checkpoints there are.
 */
export function checkpointParameters(
    store: RunStore, stored: StoredRun, {steps, checkpoints}: TrainOptions,
    {step = steps, which = 'average'}: CheckpointChoice = {}): Float32Array {
  if (!checkpoints.includes(step)) {
    throw new RangeError(`checkpointParameters: expected a checkpoint step ` +
        `(${checkpoints.join(', ')}), got ${step}`);
  }
  const file = checkpointFile(step);
  return decodeSafetensors(store.file(stored, file), file).tensors.get(which)!.data as Float32Array;
}
