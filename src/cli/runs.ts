/** `hidden-gaussian runs`: what has been computed and is loaded when it is asked for again. */
import {formatDuration} from '../progress/estimate';
import {sumOfBytes} from '../store/files-in';
import {listStore} from '../store/list-runs';
import type {RunEntry, StoreListing} from '../store/list-runs';
import {counted, formatBytes} from './units';
import {printJson} from './runs-context';
import type {RunsContext, StoreOption} from './runs-context';
import {describeProgress, describeRequest, describeState, STATES} from './runs-words';

export interface ListOptions extends StoreOption {
  /** Only runs of this kind. */
  readonly kind?: string;
  readonly json?: boolean;
}

/**
 * Prints a line for each run of the run store, and the totals.
 * @throws Error for a kind of which there is no run, listing the kinds there are.
 */
export function listCommand({kind, json = false}: ListOptions, context: RunsContext): void {
  const listing = listStore(context.root);
  const runs = listing.runs.filter((run) => kind === undefined || run.kind === kind);
  const kinds = [...new Set(listing.runs.map((run) => run.kind))].sort();
  if (kind !== undefined && runs.length === 0 && kinds.length > 0) {
    throw new Error(`runs: there are no runs of kind ${kind}; there are ${kinds.join(', ')}`);
  }
  if (json) {
    const {root, setAside, trash, strangers} = listing;
    printJson(context, {root, runs, setAside, trash, strangers});
    return;
  }
  const widths = {
    id: widest(runs.map(({id}) => id)), state: widest(runs.map(describeState)),
  };
  runs.forEach((run) => context.print(formatRun(run, widths, context.width)));
  context.print(totals(runs));
  if (kind === undefined) others(listing).forEach((line) => context.print(line));
}

/** `train-1f0c…  finished  2026-11-26   3 min 12 s     4.1 MiB  fashion-mnist, N = 100, …`. */
export function formatRun(
    run: RunEntry, {id, state}: {id: number; state: number}, width?: number): string {
  const {started = '', seconds} = run;
  const took = seconds === undefined ? '' : formatDuration(1000 * seconds);
  const request = describeRequest(run, width);
  const words = run.state === 'running' ?
    [describeProgress(run), request].filter(Boolean).join('; ') : request;
  return [run.id.padEnd(id), describeState(run).padEnd(state), started.slice(0, 10).padEnd(10),
    took.padStart(12), formatBytes(run.bytes).padStart(10), words].join('  ').trimEnd();
}

/** `12 runs: 10 finished, 2 unfinished; 4.1 MiB`. */
function totals(runs: readonly RunEntry[]): string {
  const counts = STATES.map((state) =>
    [runs.filter((run) => run.state === state).length, state] as const);
  const states = counts.filter(([count]) => count > 0).map(([count, state]) => `${count} ${state}`);
  return `${counted(runs.length, 'run')}${states.length > 0 ? `: ${states.join(', ')}` : ''}; ` +
      formatBytes(sumOfBytes(runs));
}

function others({setAside, trash}: StoreListing): string[] {
  const garbage = [...setAside, ...trash];
  return garbage.length === 0 ? [] : [`${counted(garbage.length, 'folder')} of damaged or ` +
      `removed runs, ${formatBytes(sumOfBytes(garbage))}; \`runs gc\` removes them`];
}

const widest = (texts: readonly string[]): number =>
    Math.max(0, ...texts.map(({length}) => length));
