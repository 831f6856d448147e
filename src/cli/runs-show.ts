/** `hidden-gaussian runs show`: everything that is known of one run. */
import {resumptionOf} from '../experiments/resumption';
import type {Resumption} from '../experiments/resumption';
import {formatDuration} from '../progress/estimate';
import type {Json} from '../store/canonical';
import {findRunId} from '../store/find-run';
import {jsonLeaves} from '../store/json-difference';
import {runDetails} from '../store/run-details';
import type {RunDetails, RunRelative} from '../store/run-details';
import {verifyRun} from '../store/verify-run';
import {formatBytes} from './units';
import {printJson} from './runs-context';
import type {RunsContext, StoreOption} from './runs-context';
import {describeProgress, describeState, leafText} from './runs-words';

export interface ShowOptions extends StoreOption {
  readonly json?: boolean;
}

/** Lines of a list of values, and characters of one, at most. */
const [LINES, LENGTH] = [40, 100];

export function showCommand(
    name: string, {json = false}: ShowOptions, context: RunsContext): void {
  const details = runDetails(context.root, findRunId(context.root, name));
  const resumes = resumptionOf(details);
  if (json) printJson(context, {...details, ...(resumes && {resumption: resumes})});
  else describe(details, resumes).forEach((line) => context.print(line));
}

function describe(run: RunDetails, resumes: Resumption | undefined): string[] {
  const {id, folder, request, values, files, parents, children, provenance} = run;
  const seeds = jsonLeaves(request?.options ?? {}).filter(([path]) => /(^|\.)seed$/.test(path));
  return [
    id,
    ...section('run', [
      ['state', describeState({...run, needs: []})], ['folder', folder],
      ['size', formatBytes(run.bytes)], ...progressRows(run, resumes),
      ...damageRows(run),
    ]),
    ...section('request', leaves(request?.options ?? {})),
    ...section('values', leaves(values ?? {})),
    ...section('files', files.map(({name, bytes}) => [name, formatBytes(bytes)])),
    ...section('provenance', [
      ...Object.entries(provenance ?? {}).filter(([key]) => key !== 'parents')
          .map(([key, value]): Row => [key, key === 'seconds' ?
            `${value} (${formatDuration(1000 * (value as number))})` :
            leafText(value as Json, LENGTH)]),
      ...(provenance === undefined ? [] : seeds.map(([path, seed]): Row =>
        [path, leafText(seed, LENGTH)])),
    ]),
    ...section('is built on', parents.map(relative)),
    ...section('is needed by', children.map(relative)),
  ];
}

type Row = readonly [name: string, value: string];

const relative = ({id, state}: RunRelative): Row => [id, state];

function progressRows(run: RunDetails, resumes: Resumption | undefined): Row[] {
  if (run.state === 'running') {
    return [['progress', [run.progress?.label, describeProgress(run), run.progress?.detail,
      run.progress && `at ${run.progress.at}`].filter(Boolean).join(', ')]];
  }
  return resumes === undefined ? [] : [['resumes', resumptionWords(resumes)]];
}

/** What is wrong with a damaged run, file by file. */
const damageRows = ({state, folder}: RunDetails): Row[] => state !== 'damaged' ? [] :
  (verifyRun(folder)?.damages ?? []).map(({problem}) => ['damaged', problem]);

const resumptionWords = ({step, own}: Resumption): string =>
    step !== undefined && step > 0 ? `after step ${step}` :
      own ? 'with the files that it has written, if its computation reads them' :
        'from the beginning';

/** The ends of a value, long lists shortened. */
function leaves(value: Json): Row[] {
  const rows = jsonLeaves(shortLists(value)).map(([path, leaf]): Row =>
    [path, leafText(leaf, LENGTH)]);
  return rows.length <= LINES ? rows :
    [...rows.slice(0, LINES), ['…', `${rows.length - LINES} more; --json has all`]];
}

/** A list of numbers and texts on one line, another one by its first entry and its length. */
function shortLists(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    if (list.every((item) => item === null || typeof item !== 'object')) {
      const text = list.slice(0, 12).map((item) => leafText(item, LENGTH)).join(', ');
      return list.length <= 12 ? `[${text}]` : `[${text}, … ${list.length} in all]`;
    }
    return list.length <= 3 ? list.map(shortLists) :
      {first: shortLists(list[0]!), last: shortLists(list.at(-1)!), length: list.length};
  }
  return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, shortLists(item as Json)]));
}

/** A heading and its rows, or nothing. */
function section(title: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['', title, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`.trimEnd())];
}
