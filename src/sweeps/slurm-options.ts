/** What a sweep asks Slurm for, and which of it becomes `#SBATCH` lines. */
import {z} from 'zod';
import {defined} from '../defined';

/** Words of Slurm's options: no spaces, quotes or line ends, so they need no quoting. */
const word = z.string().regex(/^[\w.,:%+@=*/-]+$/, 'expected a value without spaces or quotes');
const count = z.coerce.number().int().min(1);

export const slurmOptionsSchema = z.strictObject({
  /** Partition or partitions (default: the cluster's). */
  partition: word.optional(),
  /** Time limit of a run, such as `4:00:00`; at the limit it goes on anew (default: the cluster's). */
  time: word.optional(),
  /** Memory of a run, such as `8G` (default: what the largest run needs, and a quarter more). */
  memory: word.optional(),
  /** GPUs of a run, such as `1` or `a100:1` (default none). */
  gpus: word.optional(),
  /** Cores of a run. Training computes on one thread whatever this is (default 1). */
  cpus: count.optional(),
  /** Further lines, such as `--account=physics`. */
  sbatch: z.array(z.string().regex(/^-[^\r\n]*$/, 'expected an option of sbatch in one line, ' +
      'such as --account=physics')).optional(),
  /** Runs at a time at most (default: what the cluster allows). */
  maxRunning: count.optional(),
  /** Seconds before the time limit at which Slurm warns and a checkpoint is written (default 90). */
  warning: count.optional(),
  /** Starts of a run after which it is not requeued any more (default 20). */
  maxRestarts: count.optional(),
  /** Whether a job makes the figures afterwards (default: when all runs of the profile are in). */
  figures: z.boolean().optional(),
});

export type SlurmOptions = z.infer<typeof slurmOptionsSchema>;

const FLAGS: Readonly<Record<string, string>> = {maxRunning: 'max-running', maxRestarts: 'max-restarts'};

/** @throws RangeError naming the option, what is expected and what came. */
export function slurmOptions(given: Readonly<Record<string, unknown>>): SlurmOptions {
  const parsed = slurmOptionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const {path: [field, at], message} = parsed.error.issues[0]!;
  const value = given[String(field)];
  throw new RangeError(`sweep: --${FLAGS[String(field)] ?? String(field)}: ${message}, got ` +
      JSON.stringify(at === undefined ? value : (value as unknown[])[at as number]));
}

/** @param memoryBytes what the job needs, when `memory` does not say. */
export function resourceLines(options: SlurmOptions, memoryBytes: number): string[] {
  const {partition, time, memory = `${Math.ceil(1.25 * memoryBytes / 2 ** 20)}M`, gpus, cpus = 1} =
      options;
  const given = {partition, time, mem: memory, 'cpus-per-task': cpus, gpus};
  return [
    ...Object.entries(defined(given)).map(([name, value]) => `--${name}=${value}`),
    ...options.sbatch ?? [],
  ].map((line) => `#SBATCH ${line}`);
}
