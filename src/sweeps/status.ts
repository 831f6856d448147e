/** How far the runs of a sweep are: what the run store shows, and what Slurm's queue says. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {lockState} from '../store/run-lock';
import type {RunOwner} from '../store/run-owner';
import {runState} from '../store/run-state';
import {isActive, isWaiting, squeue} from './slurm';
import type {QueuedTask} from './slurm';
import {taskName} from './sweep';
import type {Sweep, SweepTask} from './sweep';

export interface TaskStatus {
  readonly task: SweepTask;
  /** Its line in tasks.txt, from 1. */
  readonly line: number;
  readonly state: 'finished' | 'running' | 'queued' | 'failed' | 'interrupted' | 'not started';
  /** Steps and host, why it waits, or why it failed. */
  readonly detail: string;
  /** Its newest log, if there is one. */
  readonly log: string | undefined;
  /** Whether it waits or runs in Slurm's queue. */
  readonly inQueue: boolean;
}

export interface SweepStatus {
  readonly sweep: Sweep;
  readonly tasks: readonly TaskStatus[];
  /** The process that trains the sweep on some machine. */
  readonly trainer: RunOwner | undefined;
  /** The job that makes the figures, while it is in Slurm's queue. */
  readonly figuresJob: string | undefined;
  /** What is known about the figures, for a person; undefined when no job was to make them. */
  readonly figures: string | undefined;
  /** Why Slurm's queue could not be asked. */
  readonly queueError: string | undefined;
}

/** Slurm's names of a sweep's jobs. */
export const jobName = ({name}: Pick<Sweep, 'name'>): string => `hidden-gaussian-${name}`;
export const figuresJobName = (sweep: Pick<Sweep, 'name'>): string => `${jobName(sweep)}-figures`;

/** @param folder of the sweep. */
export function sweepStatus(folder: string, sweep: Sweep): SweepStatus {
  let queue: QueuedTask[] = [];
  let queueError: string | undefined;
  if (sweep.slurm !== undefined) {
    try {
      queue = squeue([jobName(sweep), figuresJobName(sweep)]);
    } catch (error) {
      queueError = (error as Error).message;
    }
  }
  const lock = lockState(folder);
  return {
    sweep, queueError,
    trainer: lock?.active === true ? lock.owner : undefined,
    ...figuresStatus(folder, sweep, queue),
    tasks: sweep.tasks.map((task, i) => taskStatus(folder, sweep, {task, line: i + 1, queue})),
  };
}

function figuresStatus(folder: string, {slurm}: Sweep, queue: readonly QueuedTask[]):
    Pick<SweepStatus, 'figures' | 'figuresJob'> {
  const id = slurm?.figures;
  if (id === undefined) return {figures: undefined, figuresJob: undefined};
  const job = queue.find((each) => each.job === id);
  const log = path.join(logsFolder(folder), `figures-${id}.log`);
  const said = [
    `job ${id}`, job?.state.toLowerCase(),
    job !== undefined && isWaiting(job) ? job.reason : undefined,
    failure(folder, 'figures'), existsSync(log) ? log : undefined,
  ];
  return {
    figures: said.filter((part) => part !== undefined).join(', '),
    figuresJob: job !== undefined && isActive(job) ? id : undefined,
  };
}

function taskStatus(
    folder: string, sweep: Sweep,
    {task, line, queue}: {task: SweepTask; line: number; queue: readonly QueuedTask[]},
): TaskStatus {
  const {state, progress} = runState(sweep.runs, task.run);
  const jobs = (sweep.slurm?.arrays ?? []).filter(({lines}) => lines.includes(line))
      .map(({job}) => job);
  const known = queue.filter((each) => each.index === line && jobs.includes(each.job));
  const queued = known.find(isActive);
  const ended = known.find(({job}) => job === jobs.at(-1));
  const log = newestLog(folder, task, line, jobs);
  const base = {task, line, log, inQueue: queued !== undefined};
  const steps = progress && `${progress.done} of ${progress.total}, ${progress.host}`;
  if (state === 'finished') return {...base, state, detail: ''};
  if (queued !== undefined && isWaiting(queued)) {
    return {...base, state: 'queued', detail: queued.reason};
  }
  if (queued !== undefined || state === 'running') {
    return {...base, state: 'running', detail: steps ?? queued?.node ?? ''};
  }
  const reason = failure(folder, line) ?? (ended && failureInQueue(ended));
  if (reason !== undefined) return {...base, state: 'failed', detail: reason};
  return {...base, state: state === 'absent' ? 'not started' : 'interrupted', detail: ''};
}

/** Where a run, or the figures, that failed leave a line about it. */
export const failureFile = (folder: string, task: number | 'figures'): string =>
    path.join(folder, 'failed', `${task}`);

function failure(folder: string, task: number | 'figures'): string | undefined {
  const file = failureFile(folder, task);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** What Slurm says of a job that ended before or beside our script: it could not start, say. */
const failureInQueue = ({state, reason}: QueuedTask): string | undefined =>
    state === 'COMPLETED' || state === 'CANCELLED' ? undefined :
      `${state.toLowerCase()} (${reason})`;

export const logsFolder = (folder: string): string => path.join(folder, 'logs');

/** Logs of Slurm are `<job>_<line>.log`, those of this machine `<task>.log`. */
function newestLog(
    folder: string, task: SweepTask, line: number, jobs: readonly string[]): string | undefined {
  const logs = logsFolder(folder);
  const there = new Set(existsSync(logs) ? readdirSync(logs) : []);
  const names = [...jobs].reverse().map((job) => `${job}_${line}.log`);
  const found = [...names, `${taskName(task)}.log`].find((name) => there.has(name));
  return found === undefined ? undefined : path.join(logs, found);
}
