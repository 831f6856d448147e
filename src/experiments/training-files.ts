/**
 * The files of a training run:
 *
 *     checkpoints/step-0002000.safetensors   kept: raw and averaged weights, and the row of the log
 *     states/step-0002340.safetensors        to go on from: Adam's moments too; the last two, or one
 *                                            when the run is finished
 *     log.jsonl                              the rows of all checkpoints, with the time they took
 *
 * Checkpoints hold no times: those of two machines or attempts can be compared byte by byte.
 */
import {z} from 'zod';
import type {RunFiles} from '../store/run-folder';
import {decodeSafetensors, encodeSafetensors} from '../store/safetensors';
import type {NamedArray, SafetensorsFile} from '../store/safetensors';
import type {Checkpoint} from '../training/checkpoint';
import type {TrainOptions} from '../training/options';
import type {LogRow} from '../training/train';

const STATES = 'states';
/** States that are kept: should the last one be damaged, there is another. */
const KEPT_STATES = 2;

const fileName = (step: number): string => `step-${String(step).padStart(7, '0')}.safetensors`;

/** Name of the file with the weights after `step` steps. */
export const checkpointFile = (step: number): string => `checkpoints/${fileName(step)}`;

const LOG = 'log.jsonl';

const rowSchema = z.strictObject({
  step: z.int(), loss: z.number(), trainLoss: z.number(), heldOutLoss: z.number(),
});
const timeSchema = z.looseObject({step: z.int(), seconds: z.number().nullable()});
const sinceRowSchema =
    z.strictObject({lossSum: z.number(), steps: z.int(), seconds: z.number()});

/** A row of a stored log. */
export interface StoredLogRow extends Omit<LogRow, 'seconds'> {
  /** Seconds since the last row; null when a damaged log lost it. */
  readonly seconds: number | null;
}

export interface TrainingFiles {
  /**
   * Where an interrupted training goes on: its last state that is whole, with all checkpoints
   * before it; undefined means from the beginning.
   */
  lastState(): Checkpoint | undefined;
  saveCheckpoint(checkpoint: Checkpoint, row: LogRow): void;
  saveState(state: Checkpoint): void;
  /** The rows of the checkpoints read or saved so far. */
  log(): readonly StoredLogRow[];
}

export interface TrainingFilesOptions {
  /** What the training computes on, noted in states (default nothing). */
  readonly compute?: string;
  /** Told what the last state was computed on, when that was something else. */
  readonly onOtherCompute?: (before: string) => void;
}

/** @param files of the run; damaged ones are set aside when they are read. */
export function trainingFiles(
    files: RunFiles, {checkpoints, steps}: Pick<TrainOptions, 'checkpoints' | 'steps'>,
    {compute = '', onOtherCompute}: TrainingFilesOptions = {}): TrainingFiles {
  let log: readonly StoredLogRow[] = [];
  const keepStates = (count: number): void =>
    files.list(STATES).slice(0, -count).forEach((name) => files.remove(name));
  const saveState = (state: Checkpoint): void => {
    // A state beyond this one was left because a checkpoint before it is lost.
    files.list(STATES).filter((name) => name > `${STATES}/${fileName(state.step)}`)
        .forEach((name) => files.remove(name));
    const {step, weights, average, momentum, variance, sinceRow} = state;
    files.write(`${STATES}/${fileName(step)}`, encode(
        {weights, average, momentum, variance},
        {step: String(step), sinceRow: JSON.stringify(sinceRow), compute}));
    keepStates(KEPT_STATES);
  };
  return {
    saveState,
    saveCheckpoint(checkpoint, row) {
      const {step, weights, average} = checkpoint;
      const {seconds: _, ...timeless} = row;
      files.write(checkpointFile(step),
          encode({weights, average}, {step: String(step), row: JSON.stringify(timeless)}));
      log = [...log, row];
      files.write(LOG, log.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      // Nothing goes on from the end; one state stays, from which a damaged end could be mended.
      if (step < steps) saveState(checkpoint);
      else keepStates(1);
    },
    lastState() {
      const times = readTimes(files);
      for (const name of files.list(STATES).reverse()) {
        const found = readState(files, name);
        if (found === undefined) continue;
        const {state, compute: before} = found;
        const rows = checkpoints.filter((step) => step <= state.step)
            .map((step) => readRow(files, step));
        if (!rows.every((row) => row !== undefined)) continue;
        log = rows.map((row) => ({...row, seconds: times.get(row.step) ?? null}));
        if (before !== compute) onOtherCompute?.(before);
        return state;
      }
      return undefined;
    },
    log: () => log,
  };
}

function encode(
    vectors: Readonly<Record<string, Float32Array>>,
    metadata: Readonly<Record<string, string>>): Buffer {
  const arrays = Object.entries(vectors).map(([name, data]): [string, NamedArray] =>
    [name, {shape: [data.length], data}]);
  return encodeSafetensors(Object.fromEntries(arrays), metadata);
}

function readState(files: RunFiles, name: string):
    {readonly state: Checkpoint; readonly compute: string} | undefined {
  return read(files, name, ({tensors, metadata}) => {
    const vector = (key: string): Float32Array =>
      z.instanceof(Float32Array).parse(tensors.get(key)?.data);
    const state = {
      step: z.coerce.number().int().parse(metadata['step']),
      weights: vector('weights'), average: vector('average'),
      momentum: vector('momentum'), variance: vector('variance'),
      sinceRow: sinceRowSchema.parse(JSON.parse(metadata['sinceRow'] ?? '')),
    };
    return {state, compute: metadata['compute'] ?? ''};
  });
}

const readRow = (files: RunFiles, step: number): z.infer<typeof rowSchema> | undefined =>
    read(files, checkpointFile(step), ({metadata}) =>
      rowSchema.parse(JSON.parse(metadata['row'] ?? '')));

/** The times in the log, by step: as many as can be read. */
function readTimes(files: RunFiles): Map<number, number | null> {
  const lines = files.read(LOG)?.toString('utf8').split('\n') ?? [];
  const rows = lines.flatMap((line) => {
    try {
      return [timeSchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
  return new Map(rows.map(({step, seconds}) => [step, seconds]));
}

/** Undefined when there is no such file, or another version of this code wrote it. */
function read<T>(
    files: RunFiles, name: string, parse: (file: SafetensorsFile) => T): T | undefined {
  const bytes = files.read(name);
  if (bytes === undefined) return undefined;
  const file = decodeSafetensors(bytes, name);
  try {
    return parse(file);
  } catch {
    return undefined;
  }
}
