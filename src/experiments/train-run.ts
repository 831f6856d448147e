/** Training as a stored run: checkpoints and log in the run store, resumed after interruptions. */
import {networkDenoiser} from '../denoisers/network';
import {decodeSafetensors, encodeSafetensors} from '../store/safetensors';
import type {NamedArray} from '../store/safetensors';
import type {RunFolder, RunRequest, RunStore, StoredRun} from '../store/run-store';
import type {Json} from '../store/canonical';
import {runId} from '../store/run-request';
import type {TrainOptions} from '../training/options';
import {modelFor} from '../training/model-for';
import {train} from '../training/train';
import type {Checkpoint, LogRow} from '../training/train';
import type {Dataset, Denoiser, ImageShape, OnProgress} from '../types';

export interface TrainRun {
  readonly stored: StoredRun;
  readonly options: TrainOptions;
  readonly imageShape: ImageShape;
  readonly log: readonly LogRow[];
  /**
   * The denoiser at a checkpoint.
   * @param step one of `options.checkpoints` (default the last).
   * @param which the moving average of the weights (default) or the raw weights.
   * @throws RangeError listing the checkpoints there are.
   */
  denoiser(step?: number, which?: 'average' | 'weights'): Denoiser;
}

export interface TrainRunRequest {
  readonly dataset: Dataset;
  /** Images never trained on; evaluated only. */
  readonly heldOut: Dataset;
  /** Completed options, from `trainOptions`. */
  readonly options: TrainOptions;
  readonly onProgress?: OnProgress | undefined;
}

const checkpointFile = (step: number): string =>
    `checkpoints/step-${String(step).padStart(7, '0')}.safetensors`;
const STATE = 'state.safetensors';

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

/** Loads the training run, or trains it; an interrupted one continues from its last checkpoint. */
export async function trainRun(store: RunStore, request: TrainRunRequest): Promise<TrainRun> {
  const {dataset, heldOut, options, onProgress} = request;
  const stored = await store.run(storedAs(request), async (folder) => {
    const {resume, log} = interruptedRun(folder, options);
    await train(dataset, heldOut, options, {
      onProgress, resume,
      onCheckpoint(checkpoint, row) {
        log.push(row);
        folder.write(checkpointFile(checkpoint.step), encodeCheckpoint(checkpoint, false));
        folder.write('log.jsonl', log.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
        folder.write(STATE, encodeCheckpoint(checkpoint, true));
      },
      onState: (state) => folder.write(STATE, encodeCheckpoint(state, true)),
    });
    return {arrays: {}, values: {log: log as unknown as Json, imageShape: dataset.imageShape}};
  });
  return {
    stored, options,
    imageShape: dataset.imageShape,
    log: stored.values['log'] as unknown as LogRow[],
    denoiser(step = options.steps, which = 'average') {
      const parameters = checkpointParameters(store, stored, options, {step, which});
      return networkDenoiser(modelFor(options, dataset.imageShape), parameters, {
        name: `network (N = ${dataset.count}, width ${options.width}, ${step} steps)`,
      });
    },
  };
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

function encodeCheckpoint(checkpoint: Checkpoint, withMoments: boolean): Buffer {
  const {step, weights, average, momentum, variance} = checkpoint;
  const vector = (data: Float32Array): NamedArray => ({shape: [data.length], data});
  return encodeSafetensors({
    weights: vector(weights), average: vector(average),
    ...(withMoments ? {momentum: vector(momentum), variance: vector(variance)} : {}),
  }, {step: String(step)});
}

/** Where an interrupted run goes on: at its last state, if all that came before is whole too. */
function interruptedRun(folder: RunFolder, {checkpoints}: TrainOptions):
    {readonly resume?: Checkpoint; readonly log: LogRow[]} {
  const resume = readState(folder);
  if (resume === undefined) return {log: []};
  const log = readLog(folder).filter(({step}) => step <= resume.step);
  const kept = checkpoints.filter((step) => step <= resume.step);
  const whole = log.length === kept.length &&
      kept.every((step) => folder.read(checkpointFile(step)) !== undefined);
  return whole ? {resume, log} : {log: []};
}

function readState(folder: RunFolder): Checkpoint | undefined {
  const bytes = folder.read(STATE);
  if (bytes === undefined) return undefined;
  const {tensors, metadata} = decodeSafetensors(bytes, STATE);
  const vector = (name: string): Float32Array => tensors.get(name)!.data as Float32Array;
  return {
    step: Number(metadata['step']),
    weights: vector('weights'), average: vector('average'),
    momentum: vector('momentum'), variance: vector('variance'),
  };
}

function readLog(folder: RunFolder): LogRow[] {
  const text = folder.read('log.jsonl')?.toString('utf8') ?? '';
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LogRow);
}
