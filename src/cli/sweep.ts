/** `hidden-gaussian sweep`, `sweep status` and `sweep resume`. */
import * as path from 'node:path';
import {projectPaths} from '../paths';
import {terminalProgress} from '../progress/terminal-progress';
import {slurmOptions} from '../sweeps/slurm-options';
import type {SweepRunOptions} from '../sweeps/start';
import {findSweep} from '../sweeps/sweep';
import type {Executor} from '../sweeps/sweep';
import {sweepStatus} from '../sweeps/status';
import type {SweepStatus} from '../sweeps/status';
import {counted} from './units';

/** As the command line gives them; Slurm's, which `slurmOptions` checks, come besides. */
export interface ExecutorOptions {
  readonly executor?: Executor;
  readonly dryRun?: boolean;
}

export interface SweepCommandOptions extends ExecutorOptions {
  readonly profile: string;
  /** Filters as of `selectRuns`. */
  readonly runs?: readonly string[];
}

/** Starts a sweep. @returns the exit status. */
export async function sweep(options: SweepCommandOptions): Promise<number> {
  const {profile, runs = [], ...rest} = options;
  const run = runOptions(rest);
  return (await import('../sweeps/start.js')).startSweep(profile, runs, run);
}

/** Goes on with a sweep. @returns the exit status. */
export async function resume(
    name: string | undefined, options: ExecutorOptions): Promise<number> {
  const run = runOptions(options);
  return (await import('../sweeps/start.js')).resumeSweep(name, run);
}

function runOptions({executor, dryRun = false, ...slurm}: ExecutorOptions): SweepRunOptions {
  return {executor, dryRun, slurm: slurmOptions(slurm), onProgress: terminalProgress()};
}

/** Prints how far a sweep is. */
export function status(
    name: string | undefined, print: (line: string) => void = console.log): void {
  const {sweeps} = projectPaths();
  const found = findSweep(sweeps, name);
  formatStatus(sweepStatus(path.join(sweeps, found.name), found)).forEach((line) => print(line));
}

const COLUMNS = ['run', 'N', 'width', 'seed', 'state', 'details', 'log'] as const;

/** A row for each run, then counts. */
export function formatStatus({sweep, tasks, figures, queueError}: SweepStatus): string[] {
  const rows = tasks.map(({task, line, state, detail, log}) =>
    [line, task.n, task.width, task.seed, state, detail, log ?? ''].map(String));
  const widths = COLUMNS.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => row[i]!.length)));
  const align = (row: readonly string[]): string => row.map((cell, i) =>
    i < 4 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)).join('  ').trimEnd();
  const states = [...new Set(tasks.map(({state}) => state))];
  const counts = states.map((state) =>
    `${tasks.filter((task) => task.state === state).length} ${state}`);
  const open = states.some((state) =>
    state === 'failed' || state === 'interrupted' || state === 'not started');
  return [
    `${sweep.name}: profile ${sweep.profile}, executor ${sweep.executor}, runs in ${sweep.runs}`,
    ...queueError === undefined ? [] :
      [`Slurm's queue cannot be asked (${queueError}): this is what the run store shows`],
    '', ...[[...COLUMNS], ...rows].map(align), '',
    `${counted(tasks.length, 'run')}: ${counts.join(', ')}`,
    ...figures === undefined ? [] : [`figures: ${figures}`],
    ...open ? [`\`npx hidden-gaussian sweep resume ${sweep.name}\` trains what is not under way`] : [],
  ];
}
