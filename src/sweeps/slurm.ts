/** The three commands of Slurm that a sweep calls, on the user's login node. */
import {spawnSync} from 'node:child_process';

/** What the queue says of one task of a job array. */
export interface QueuedTask {
  /** Id of the array, or of a job that is none. */
  readonly job: string;
  /** Array index; undefined for a job that is no array. */
  readonly index: number | undefined;
  /** Slurm's, such as PENDING, RUNNING, COMPLETING, FAILED. */
  readonly state: string;
  /** Node or nodes, when it runs. */
  readonly node: string;
  /** Why it waits, or why it failed. */
  readonly reason: string;
}

/** Slurm's commands answer in seconds, or something is wrong. */
const PATIENCE_MS = 60_000;
const FORMAT = '%F|%K|%T|%N|%r';

/** States of a job that is done with: it will not run again by itself. */
const ENDED = /^(COMPLETED|CANCELLED|FAILED|TIMEOUT|NODE_FAIL|PREEMPTED|BOOT_FAIL|DEADLINE|OUT_OF_MEMORY|REVOKED)$/;

/** Whether the task still waits or runs. */
export const isActive = ({state}: QueuedTask): boolean => !ENDED.test(state);
/** Whether it waits, perhaps to be started anew. */
export const isWaiting = ({state}: QueuedTask): boolean =>
    /^(PENDING|REQUEUED|REQUEUE_FED|REQUEUE_HOLD|SPECIAL_EXIT|RESV_DEL_HOLD)$/.test(state);

/**
 * Submits a script.
 * @returns the job's id.
 * @throws Error with sbatch's words when it refuses, or when there is no sbatch.
 */
export function sbatch(args: readonly string[]): string {
  const job = call('sbatch', ['--parsable', ...args]).trim().split(';')[0]!;
  if (!/^\d+$/.test(job)) throw new Error(`sbatch: expected a job's number, got ${JSON.stringify(job)}`);
  return job;
}

/**
 * All jobs of these names that Slurm still knows, also those that ended a while ago.
 * @throws Error when the queue cannot be asked.
 */
export function squeue(names: readonly string[]): QueuedTask[] {
  return call('squeue', [
    '--noheader', '--array', '--states=all', `--name=${names.join(',')}`, `--format=${FORMAT}`,
  ]).split('\n').filter(Boolean).map((line) => {
    const [job = '', index = '', state = '', node = '', ...reason] = line.trim().split('|');
    return {
      job, state, node, reason: reason.join('|'),
      index: /^\d+$/.test(index) ? Number(index) : undefined,
    };
  });
}

/** Cancels jobs; those that have ended are left alone. */
export const scancel = (jobs: readonly string[]): void => void call('scancel', [...jobs]);

function call(command: string, args: readonly string[]): string {
  const {error, status, stdout, stderr} =
      spawnSync(command, args, {encoding: 'utf8', timeout: PATIENCE_MS});
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
    throw new Error(`${command}: not found; --executor slurm needs Slurm's commands: run this on ` +
        'a login node of the cluster, or take --executor local');
  }
  if (error !== undefined) throw new Error(`${command}: ${error.message}`);
  if (status !== 0) {
    const words = stderr.trim().replaceAll('\n', '; ');
    throw new Error(`${command} failed with status ${status}: ${words}`);
  }
  return stdout;
}
