/** The executor `slurm`: one job array, and a job for the figures that follows it. */
import * as path from 'node:path';
import {counted} from '../counted';
import type {Profile} from '../experiments/profiles';
import {taskNeeds} from '../experiments/train-tasks';
import {makeFolder, writeFile} from '../store/write-file';
import {sbatch, scancel} from './slurm';
import {resourceLines} from './slurm-options';
import type {SlurmOptions} from './slurm-options';
import {shellQuote, slurmScript} from './slurm-script';
import {figuresJobName, jobName, logsFolder} from './status';
import type {SweepStatus} from './status';
import {writeSweep} from './sweep';
import type {Sweep} from './sweep';

export interface Submission {
  /** Of the sweep. */
  readonly folder: string;
  readonly profile: Profile;
  /** With Slurm's options. */
  readonly sweep: Sweep;
  readonly status: SweepStatus;
  /** The runs, as lines of tasks.txt. */
  readonly lines: readonly number[];
  readonly withFigures: boolean;
}

const WARNING_SECONDS = 90;
const MAX_RESTARTS = 20;
/** What executing a notebook takes at most, with a margin. */
const FIGURES_BYTES = 3.2 * 2 ** 30;

/**
 * Writes the scripts and submits them.
 * @returns what happened, in lines.
 * @throws Error with Slurm's words when it refuses the array; the sweep is unchanged then.
 */
export function submitToSlurm(submission: Submission): string[] {
  const {folder, profile, sweep, status, lines, withFigures} = submission;
  const {options, arrays} = sweep.slurm!;
  makeFolder(logsFolder(folder));
  writeFile(scriptFile(folder, 'job'), jobScript(submission));
  writeFile(scriptFile(folder, 'figures'), figuresScript(submission));
  writeSweep(folder, profile, sweep);
  const array = sbatch(arrayArguments(submission));
  // Noted at once: whatever happens next, the array is known.
  let record: Sweep = {
    ...sweep, slurm: {options, arrays: [...arrays, {job: array, lines: [...lines]}]},
  };
  writeSweep(folder, profile, record);
  const said = [`job array ${array}: ${counted(lines.length, 'run')}`];
  if (withFigures) {
    // An earlier one waits for runs that failed.
    if (status.figuresJob !== undefined) scancel([status.figuresJob]);
    const figures = sbatch(figuresArguments(submission, array));
    record = {...record, slurm: {...record.slurm!, figures}};
    writeSweep(folder, profile, record);
    said.push(`job ${figures}: the figures, when all runs are finished`);
  }
  return [...said, `\`npx hidden-gaussian sweep status ${sweep.name}\` shows how far it is`];
}

/** What `submitToSlurm` would submit. */
export function describeSubmission(submission: Submission): string[] {
  const command = (args: readonly string[]): string =>
    `sbatch ${args.map((arg) => /^[\w@%/.,:=+-]+$/.test(arg) ? arg : shellQuote(arg)).join(' ')}`;
  const {folder, withFigures} = submission;
  return [
    command(arrayArguments(submission)), `--- ${scriptFile(folder, 'job')}`, jobScript(submission),
    ...!withFigures ? [] : [
      command(figuresArguments(submission, 'ARRAY')), `--- ${scriptFile(folder, 'figures')}`,
      figuresScript(submission),
    ],
  ];
}

const scriptFile = (folder: string, name: string): string => path.join(folder, `${name}.sh`);

/**
 * What a restart depends on is on the command line, which goes before `#SBATCH` lines and
 * `SBATCH_…` variables.
 * @throws Error for a folder whose name Slurm's patterns of file names cannot express.
 */
function jobArguments(
    {folder, sweep}: Submission, name: string, log: string): string[] {
  if (/[\\\r\n]/.test(folder)) {
    throw new Error(`${JSON.stringify(folder)}: Slurm cannot write logs to a folder with a ` +
        'backslash or a line end in its name; set HIDDEN_GAUSSIAN_SWEEPS to another one');
  }
  return [
    `--job-name=${name}`, `--chdir=${folder}`,
    `--output=${logsFolder(folder).replaceAll('%', '%%')}/${log}.log`,
    '--requeue', '--open-mode=append',
    `--signal=B:USR1@${sweep.slurm!.options.warning ?? WARNING_SECONDS}`,
  ];
}

function arrayArguments(submission: Submission): string[] {
  const {folder, sweep, lines} = submission;
  const {maxRunning} = sweep.slurm!.options;
  return [
    ...jobArguments(submission, jobName(sweep), '%A_%a'),
    `--array=${lines.join(',')}${maxRunning === undefined ? '' : `%${maxRunning}`}`,
    scriptFile(folder, 'job'),
  ];
}

/** The figures follow this array, and what still is under way of earlier ones. */
function figuresArguments(submission: Submission, array: string): string[] {
  const {folder, sweep, status} = submission;
  const earlier = status.tasks.filter(({inQueue}) => inQueue).map(({line}) => {
    const {job} = [...sweep.slurm!.arrays].reverse().find(({lines}) => lines.includes(line))!;
    return `${job}_${line}`;
  });
  return [
    ...jobArguments(submission, figuresJobName(sweep), 'figures-%j'),
    `--dependency=afterok:${[array, ...earlier].join(':')}`, '--kill-on-invalid-dep=yes',
    scriptFile(folder, 'figures'),
  ];
}

const maxRestarts = (options: SlurmOptions): number => options.maxRestarts ?? MAX_RESTARTS;

function jobScript({folder, profile, sweep}: Submission): string {
  const {options} = sweep.slurm!;
  const memoryBytes = Math.max(...sweep.tasks.map((task) => taskNeeds(profile, task).memoryBytes));
  return slurmScript({
    title: `A run of the sweep ${sweep.name}`, lines: resourceLines(options, memoryBytes),
    folder, runs: sweep.runs, maxRestarts: maxRestarts(options),
  });
}

function figuresScript({folder, profile, sweep}: Submission): string {
  const {options} = sweep.slurm!;
  return slurmScript({
    title: `The figures after the sweep ${sweep.name}`, lines: resourceLines(options, FIGURES_BYTES),
    folder, runs: sweep.runs, maxRestarts: maxRestarts(options),
    arguments: ['figures', '--profile', profile.name],
  });
}
