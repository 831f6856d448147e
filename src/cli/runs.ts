/** `hidden-gaussian runs`: what has been computed and is loaded when it is asked for again. */
import {formatDuration} from '../progress/estimate';
import type {RunEntry} from '../setup/list-runs';
import {listRuns} from '../setup/list-runs';
import {projectPaths} from '../paths';

/** Prints a line for each run of the run store. */
export function runs(print: (line: string) => void = console.log): void {
  const entries = listRuns(projectPaths().runs);
  entries.forEach((entry) => print(formatRun(entry)));
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  print(`${entries.length} runs, ${(bytes / 2 ** 20).toFixed(0)} MiB`);
}

/** `train-1f0c…  finished    in 3 min 12 s     4.1 MiB`. */
export function formatRun({id, state, seconds, bytes}: RunEntry): string {
  const took = seconds === undefined ? '' : `in ${formatDuration(1000 * seconds)}`;
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return `${id.padEnd(40)}  ${state.padEnd(10)}  ${took.padEnd(12)}  ${size.padStart(10)}`;
}
