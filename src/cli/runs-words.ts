/** A run in a few words. */
import {z} from 'zod';
import type {Json} from '../store/canonical';
import {jsonLeaves} from '../store/json-difference';
import type {RunEntry, RunStateName} from '../store/list-runs';
import {describeOwner} from '../store/run-owner';
import {RUN_FORMAT} from '../store/run-request';
import {shortened} from './units';

const trainingSchema = z.object({
  dataset: z.object({name: z.string(), count: z.number()}),
  train: z.object({width: z.number(), seed: z.number(), steps: z.number()}),
});

/**
 * What a run is: `fashion-mnist, N = 100, width 16, seed 0, 2000 steps`, or what a measurement is
 * made on, `of train-1f0c…`.
 * @param length characters at most (default all).
 */
export function describeRequest(
    {request, needs = []}: Pick<RunEntry, 'request' | 'needs'>, length = Infinity): string {
  if (request === undefined) return '';
  const training = trainingSchema.safeParse(request.options);
  if (training.success) {
    const {dataset: {name, count}, train: {width, seed, steps}} = training.data;
    return shortened(`${name}, N = ${count}, width ${width}, seed ${seed}, ${steps} steps`, length);
  }
  if (needs.length > 0) return shortened(`of ${needs.join(', ')}`, length);
  return shortened(jsonLeaves(request.options).map(([path, leaf]) =>
    `${path} ${leafText(leaf, 12)}`).join(', '), length);
}

/** A number, a text or another end of a request or of a value, on one line. */
export const leafText = (leaf: Json, length: number): string =>
    shortened(typeof leaf === 'string' ? leaf : JSON.stringify(leaf), length);

/** The state and what it means for the reader: `finished, format 2, parts set aside`. */
export function describeState(run: RunEntry): string {
  const {state, format, setAside} = run;
  return [state, format !== undefined && format !== RUN_FORMAT && `format ${format}`,
    setAside > 0 && 'parts set aside'].filter(Boolean).join(', ');
}

/** `train, step 400 of 2000 on host, process 12`, of a run that is being computed. */
export function describeProgress({progress, owner}: Pick<RunEntry, 'progress' | 'owner'>): string {
  const where = owner && `on ${describeOwner(owner)}`;
  const how = progress && `${progress.done} of ${progress.total}`;
  return [how, where].filter(Boolean).join(' ');
}

/** States in the order of a summary. */
export const STATES: readonly RunStateName[] = ['finished', 'running', 'unfinished', 'damaged'];
