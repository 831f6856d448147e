/** Starting and resuming sweeps: what is neither finished nor under way is trained. */
import * as path from 'node:path';
import {counted} from '../counted';
import {profileOf} from '../experiments/profiles';
import type {Profile} from '../experiments/profiles';
import {checkDisk} from '../experiments/train-pool';
import {trainTasks, unfinishedTasks} from '../experiments/train-tasks';
import type {TrainTask} from '../experiments/train-tasks';
import {openWorkspace} from '../experiments/workspace';
import {projectPaths} from '../paths';
import {bytesOf} from '../store/files-in';
import {describeOwner} from '../store/run-owner';
import type {OnProgress} from '../types';
import {runLocally} from './local';
import {selectRuns} from './select-runs';
import type {SlurmOptions} from './slurm-options';
import {describeSubmission, submitToSlurm} from './submit';
import {sweepStatus} from './status';
import type {SweepStatus} from './status';
import {findSweep, readSweep, sweepName, writeSweep} from './sweep';
import type {Executor, Sweep} from './sweep';

export interface SweepRunOptions {
  /** Where it is trained (default: as before, else `local`). */
  readonly executor?: Executor | undefined;
  /** Of Slurm; those given replace earlier ones. */
  readonly slurm?: SlurmOptions;
  /** Only says what would be submitted to Slurm (default false). */
  readonly dryRun?: boolean;
  /** A line for the user (default `console.log`). */
  readonly print?: (line: string) => void;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Starts a sweep, or goes on with it when it was started before.
 * @param filters as of `selectRuns`.
 * @returns exit status: 0, 1 when runs failed, 128 + n after signal n.
 */
export async function startSweep(
    profileName: string, filters: readonly string[], options: SweepRunOptions): Promise<number> {
  const profile = profileOf(profileName);
  const selected = selectRuns(profile, filters);
  const workspace = await openWorkspace({profile: profile.name, onProgress: options.onProgress});
  const tasks = selected.map((task) =>
    ({...task, run: workspace.runId(task.n, task.width, task.seed)}));
  const unfinished = unfinishedTasks(workspace, selected);
  const {root: runs} = workspace.store;
  await workspace.close();
  const name = sweepName(profile, tasks);
  const before = readSweep(path.join(projectPaths().sweeps, name));
  const sweep: Sweep = {
    format: 1, executor: 'local', ...before, name, profile: profile.name, tasks, runs,
    started: new Date().toISOString(),
  };
  if (before !== undefined) checkSameRuns(before, runs);
  return run(profile, sweep, unfinished, options);
}

/** Goes on with a sweep; see `startSweep`. @param name as of `findSweep`. */
export async function resumeSweep(
    name: string | undefined, options: SweepRunOptions): Promise<number> {
  const sweep = findSweep(projectPaths().sweeps, name);
  checkSameRuns(sweep, projectPaths().runs);
  const profile = profileOf(sweep.profile);
  const workspace = await openWorkspace({profile: profile.name, onProgress: options.onProgress});
  const changed = sweep.tasks.find((task) =>
    workspace.runId(task.n, task.width, task.seed) !== task.run);
  const unfinished = unfinishedTasks(workspace, sweep.tasks);
  await workspace.close();
  if (changed !== undefined) {
    throw new Error(`${sweep.name}: profile ${profile.name} or its images have changed since the ` +
        'sweep was started; start a new one with `npx hidden-gaussian sweep`');
  }
  return run(profile, {...sweep, started: new Date().toISOString()}, unfinished, options);
}

async function run(
    profile: Profile, sweep: Sweep, unfinished: readonly TrainTask[],
    options: SweepRunOptions): Promise<number> {
  const {executor = sweep.executor, slurm = {}, dryRun = false, print = console.log, onProgress} =
      options;
  const folder = path.join(projectPaths().sweeps, sweep.name);
  const status = sweepStatus(folder, sweep);
  const {todo, message} = whatToDo(status, unfinished, executor);
  print(`${sweep.name}: ${message}`);
  if (todo.length === 0) return 0;
  const ids = new Map<TrainTask, string>(sweep.tasks.map((task) => [task, task.run]));
  checkDisk(profile, todo.map((line) => sweep.tasks[line - 1]!), sweep.runs,
      (task) => bytesOf(path.join(sweep.runs, ids.get(task)!)));
  if (executor === 'local') {
    if (dryRun) return 0;
    const local: Sweep = {...sweep, executor};
    writeSweep(folder, profile, local);
    return runLocally(folder, profile, local, todo, {print, onProgress});
  }
  const previous = sweep.slurm ?? {options: {}, arrays: []};
  const chosen = {...previous.options, ...slurm};
  const withFigures = chosen.figures ?? sweep.tasks.length === trainTasks(profile).length;
  const next: Sweep = {...sweep, executor, slurm: {...previous, options: chosen}};
  const request = {folder, profile, sweep: next, status, lines: todo, withFigures};
  if (dryRun) describeSubmission(request).forEach((line) => print(line));
  else submitToSlurm(request).forEach((line) => print(line));
  return 0;
}

/** The lines of tasks.txt to train now, and a sentence about all. */
function whatToDo(
    {sweep, tasks, trainer, queueError}: SweepStatus, unfinished: readonly TrainTask[],
    executor: Executor): {readonly todo: readonly number[]; readonly message: string} {
  const left = tasks.filter(({task}) => unfinished.some((each) =>
    each.n === task.n && each.width === task.width && each.seed === task.seed));
  const totals = `${counted(tasks.length, 'run')}, ${tasks.length - left.length} finished`;
  if (left.length === 0) {
    return {todo: [], message: `${totals}; now \`make figures PROFILE=${sweep.profile}\``};
  }
  if (trainer !== undefined) {
    return {todo: [], message: `${totals}; already being trained (${describeOwner(trainer)})`};
  }
  if (queueError !== undefined && executor === 'slurm') {
    throw new Error(`${sweep.name}: Slurm's queue cannot be asked whether its runs are still ` +
        `there; try again later (${queueError})`);
  }
  const idle = left.filter(({inQueue}) => !inQueue);
  const queued = left.length - idle.length;
  const inQueue = queued === 0 ? '' : `, ${queued} in Slurm's queue already`;
  return {
    todo: idle.map(({line}) => line),
    message: `${totals}${inQueue}${idle.length === 0 ? '' : `, ${idle.length} to train`}`,
  };
}

function checkSameRuns(before: Sweep, runs: string): void {
  if (before.runs === runs) return;
  throw new Error(`${before.name}: this sweep trains into ${before.runs}, but runs are kept in ` +
      `${runs} now; set HIDDEN_GAUSSIAN_RUNS as it was, or remove the sweep's folder`);
}
