/** The command `sweep` with `sweep status` and `sweep resume`: names, options and their help. */
import {Command, Option} from 'commander';
import {PROFILE_NAMES} from '../experiments/profiles';
import type {ExecutorOptions, SweepCommandOptions} from './sweep';

/** @param end is told the exit status. */
export function sweepCommand(end: (status: number) => void): Command {
  const sweep = withExecutors(new Command('sweep'))
      .description('train runs of a profile together: on this machine, or as a Slurm job array')
      .enablePositionalOptions() // the subcommands have options of the same names
      .option('--profile <name>', `scale: ${PROFILE_NAMES.join(', ')}`, 'quick')
      .option('--runs <filters...>', 'for example N=64,256 width=16 seed=0 (default: all runs)')
      .action(async (options: SweepCommandOptions) =>
        end(await (await import('./sweep.js')).sweep(options)));
  sweep.command('status')
      .description('how far the runs of a sweep are')
      .argument('[name]', 'the sweep (default: the one started last)')
      .action(async (name: string | undefined) => (await import('./sweep.js')).status(name));
  withExecutors(sweep.command('resume'))
      .description('train what is neither finished nor under way; options replace earlier ones')
      .argument('[name]', 'the sweep (default: the one started last)')
      .action(async (name: string | undefined, options: ExecutorOptions) =>
        end(await (await import('./sweep.js')).resume(name, options)));
  return sweep;
}

/** Where the runs are trained, and what is asked of Slurm. */
const withExecutors = (command: Command): Command => command
    .addOption(new Option('--executor <where>', 'this machine, or a cluster (default: local)')
        .choices(['local', 'slurm']))
    .option('--partition <name>', 'slurm: partition (default: the cluster\'s)')
    .option('--time <limit>', 'slurm: time limit of a run, after which it goes on in a new one')
    .option('--memory <size>', 'slurm: memory of a run, such as 8G (default: as planned)')
    .option('--gpus <gpus>', 'slurm: GPUs of a run, such as 1 or a100:1')
    .option('--cpus <count>', 'slurm: cores of a run (default: 1)')
    .option('--sbatch <line>', 'slurm: a further option of sbatch, such as --account=physics; ' +
        'repeatable', (line: string, lines: string[] = []) => [...lines, line])
    .option('--max-running <count>', 'slurm: runs at a time at most')
    .option('--warning <seconds>', 'slurm: time to save before the time limit (default: 90)')
    .option('--max-restarts <count>', 'slurm: restarts of a run at most (default: 20)')
    .option('--figures', 'slurm: make the figures afterwards (default: if all runs are in)')
    .option('--no-figures', 'slurm: do not make the figures')
    .option('--dry-run', 'slurm: print the scripts, submit nothing');
