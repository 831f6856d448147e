/** `hidden-gaussian runs diff`: what two finished runs differ in. */
import {findRunId} from '../store/find-run';
import type {JsonDifference} from '../store/json-difference';
import {runDifference} from '../store/run-difference';
import type {FileDifference, RunDifference} from '../store/run-difference';
import type {TensorDifference} from '../store/tensor-difference';
import {formatNumber} from '../tables/format';
import {counted} from './units';
import {printJson} from './runs-context';
import type {RunsContext, StoreOption} from './runs-context';
import {leafText} from './runs-words';

export interface DiffOptions extends StoreOption {
  readonly json?: boolean;
}

/** Lines of one section, and characters of one value, at most. */
const [LINES, LENGTH] = [40, 60];

/** @returns the exit status: 0 when the results are the same, 1 when they differ. */
export function diffCommand(
    names: readonly [string, string], {json = false}: DiffOptions, context: RunsContext): number {
  const {root, print} = context;
  const difference = runDifference(root, [findRunId(root, names[0]), findRunId(root, names[1])]);
  if (json) printJson(context, difference);
  else describe(difference).forEach((line) => print(line));
  return difference.same ? 0 : 1;
}

function describe(difference: RunDifference): string[] {
  const {a, b, request, values, files, sameFiles, provenance, same} = difference;
  return [
    `a  ${a}`, `b  ${b}`,
    ...section('request', request.map(jsonLine)),
    ...section('values', values.map(jsonLine)),
    ...section('files', files.flatMap(fileLines)),
    ...section('provenance', provenance.map(jsonLine)),
    '',
    same ? `The results are the same: values, and ${counted(sameFiles, 'file')}.` :
      `The results differ: ${counted(values.length, 'value')}, ${counted(files.length, 'file')}; ` +
      `${counted(sameFiles, 'file')} the same.`,
  ];
}

function jsonLine({path, a, b, relative}: JsonDifference): string {
  const text = (value: JsonDifference['a']): string =>
      value === undefined ? '–' : leafText(value, LENGTH);
  return `${path === '' ? '(all)' : path}: ${text(a)} -> ${text(b)}` +
      (relative === undefined ? '' : ` (relative difference ${formatNumber(relative)})`);
}

function fileLines({name, only, tensors}: FileDifference): string[] {
  if (only !== undefined) return [`${name}: only in ${only}`];
  if (tensors === undefined) return [`${name}: other bytes`];
  return tensors.length === 0 ? [`${name}: the same arrays, another header`] :
    tensors.map((tensor) => `${name}: ${tensorText(tensor)}`);
}

function tensorText({name, only, forms, values}: TensorDifference): string {
  if (only !== undefined) return `${name} only in ${only}`;
  if (forms !== undefined) return `${name} ${forms.join(' -> ')}`;
  const {count, differ, maxAbs} = values!;
  return `${name} differs in ${formatNumber(differ)} of ${counted(count, 'value')}, by at most ` +
      formatNumber(maxAbs);
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - LINES;
  return ['', title, ...lines.slice(0, LINES).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … ${more} more; --json has all`] : [])];
}
