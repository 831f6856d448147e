/**
 * A sweep: training runs of a profile that are trained together, here or on a cluster.
 *
 *     sweeps/quick-1f0c2a9b/sweep.json   what it is made of and where it was submitted
 *                           tasks.txt    arguments of `hidden-gaussian`, a line a run; Slurm's array
 *                                        indices and the names below are numbers of lines
 *                           job.sh, figures.sh    batch scripts of Slurm
 *                           logs/        output of the runs
 *                           failed/3     why run 3 failed; gone when it is started again
 *                           lock/        who trains it here (executor `local`)
 *
 * The name is a hash of the runs' ids: the same runs are the same sweep.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import type {Profile} from '../experiments/profiles';
import {taskArguments, taskTitle} from '../experiments/train-tasks';
import type {TrainTask} from '../experiments/train-tasks';
import {sha256} from '../store/canonical';
import {makeFolder, writeFile} from '../store/write-file';
import {slurmOptionsSchema} from './slurm-options';

const whole = z.int().min(0);
const schema = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  profile: z.string(),
  /** The runs in the order of tasks.txt, and their ids in the run store. */
  tasks: z.array(z.strictObject({n: whole, width: whole, seed: whole, run: z.string()})).min(1),
  /** Folder of the run store. */
  runs: z.string(),
  executor: z.enum(['local', 'slurm']),
  /** When it was last started or resumed; ISO 8601, UTC. */
  started: z.string(),
  slurm: z.strictObject({
    options: slurmOptionsSchema,
    /** Job arrays, the newest last, each with its lines of tasks.txt. */
    arrays: z.array(z.strictObject({job: z.string(), lines: z.array(z.int().min(1))})),
    /** The job that makes the figures. */
    figures: z.string().optional(),
  }).optional(),
});

export type Sweep = Readonly<z.infer<typeof schema>>;
export type SweepTask = Sweep['tasks'][number];
export type Executor = Sweep['executor'];

const RECORD = 'sweep.json';

/** @param tasks with the ids that the runs have in the store. */
export const sweepName = ({name}: Profile, tasks: readonly SweepTask[]): string =>
    `${name}-${sha256(tasks.map(({run}) => run).join('\n')).slice(0, 8)}`;

/** `n64-width16-seed0`. */
export const taskName = ({n, width, seed}: TrainTask): string => `n${n}-width${width}-seed${seed}`;

/** Writes the record and the tasks' lines. */
export function writeSweep(folder: string, profile: Profile, sweep: Sweep): void {
  makeFolder(folder);
  const lines = sweep.tasks.map((task) => `${taskArguments(profile, task).join(' ')}\n`);
  writeFile(path.join(folder, 'tasks.txt'), lines.join(''));
  writeFile(path.join(folder, RECORD), `${JSON.stringify(sweep, null, 2)}\n`);
}

/**
 * @returns undefined when there is no such sweep.
 * @throws Error naming the file when it cannot be understood.
 */
export function readSweep(folder: string): Sweep | undefined {
  const file = path.join(folder, RECORD);
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new Error(`${file}: expected the record of a sweep (damaged, or of another version?); ` +
        'remove this folder and start the sweep again: finished runs are kept');
  }
}

/**
 * @param sweeps the folder of all sweeps.
 * @param name its name or the beginning of it (default: the sweep that was started last).
 * @throws Error listing the sweeps there are.
 */
export function findSweep(sweeps: string, name?: string): Sweep {
  const names = existsSync(sweeps) ? readdirSync(sweeps)
      .filter((each) => existsSync(path.join(sweeps, each, RECORD))).sort() : [];
  if (names.length === 0) {
    throw new Error(`${sweeps}: there is no sweep; start one with \`npx hidden-gaussian sweep\``);
  }
  const found = names.includes(name ?? '') ? [name!] :
    names.filter((each) => each.startsWith(name ?? ''));
  if (found.length === 0 || (name !== undefined && found.length > 1)) {
    throw new Error(`${name}: expected the name of one sweep, there are ${names.join(', ')}`);
  }
  const [first, ...others] = found.map((each) => readSweep(path.join(sweeps, each))!);
  return others.reduce((latest, each) => each.started > latest.started ? each : latest, first!);
}

/** For messages: `3: N = 64, width 16, seed 0`. */
export const lineTitle = ({tasks}: Sweep, line: number): string =>
    `${line}: ${taskTitle(tasks[line - 1]!)}`;
