/** Where an unfinished run would go on, without changing anything in its folder. */
import {z} from 'zod';
import type {RunDetails} from '../store/run-details';
import {readChecksums, readOnlyFiles} from '../store/run-folder';
import {ARRAYS, REQUEST} from '../store/run-layout';
import {trainingFiles} from './training-files';

export interface Resumption {
  /** Of a training: the step after which it goes on; 0 is the beginning. */
  readonly step?: number;
  /** Of another computation: whether it has written files of its own, which it may go on from. */
  readonly own: boolean;
}

const trainingSchema = z.object({
  train: z.object({checkpoints: z.array(z.int()), steps: z.int()}),
});

/** Undefined for a run that is finished or being computed. */
export function resumptionOf(
    {kind, state, folder, request}: Pick<RunDetails, 'kind' | 'state' | 'folder' | 'request'>):
    Resumption | undefined {
  if (state === 'finished' || state === 'running') return undefined;
  const training = trainingSchema.safeParse(request?.options);
  if (kind === 'train' && training.success) {
    return {step: lastStep(folder, training.data.train), own: false};
  }
  const own = Object.keys(readChecksums(folder)).some((name) => !STORE_FILES.includes(name));
  return {own};
}

/** What the store writes for every run. */
const STORE_FILES: readonly string[] = [REQUEST, ARRAYS];

function lastStep(
    folder: string, options: z.infer<typeof trainingSchema>['train']): number {
  try {
    return trainingFiles(readOnlyFiles(folder), options).lastState()?.step ?? 0;
  } catch {
    return 0; // A file with the right checksum that is none of a training.
  }
}
