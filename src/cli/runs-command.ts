/** The commands below `hidden-gaussian runs`; `runs` alone lists. */
import {Command} from 'commander';
import type {ListOptions} from './runs';
import type {DiffOptions} from './runs-diff';
import type {GcOptions, RemoveOptions} from './runs-remove';
import type {ShowOptions} from './runs-show';
import type {VerifyOptions} from './runs-verify';
import type {RunsContext, StoreOption} from './runs-context';

const RUN_HELP = 'id of a run, or the beginning of the id or of its hash';

/** @param end told the exit status. */
export function runsCommand(end: (status: number) => void): Command {
  const runs = new Command('runs').description('look after the run store; alone: list the runs');
  const command = (usage: string, description: string, isDefault = false): Command =>
      runs.command(usage, {isDefault}).description(description)
          .option('--store <folder>', 'the run store (default: runs/ of this project)');
  const contextOf = async (options: StoreOption): Promise<RunsContext> =>
      (await import('./runs-context.js')).runsContext(options);

  command('list', 'a line for each run: state, date, time, size, what it is', true)
      .option('--kind <kind>', 'only runs of this kind, for example train')
      .option('--json', 'for scripts')
      .allowExcessArguments() // A mistyped command arrives here.
      .action(async (options: ListOptions, {args: [unknown]}: Command) => {
        if (unknown !== undefined) {
          throw new Error(`runs: there is no command ${unknown}; --help lists them`);
        }
        (await import('./runs.js')).listCommand(options, await contextOf(options));
      });
  command('show', 'everything that is known of a run')
      .argument('<run>', RUN_HELP)
      .option('--json', 'for scripts')
      .action(async (run: string, options: ShowOptions) =>
        (await import('./runs-show.js')).showCommand(run, options, await contextOf(options)));
  command('verify', 'check every file against its checksum; exits with 1 when one is damaged')
      .argument('[runs...]', `${RUN_HELP} (default: all runs)`)
      .option('--json', 'for scripts')
      .action(async (names: string[], options: VerifyOptions) =>
        end((await import('./runs-verify.js'))
            .verifyCommand(names, options, await contextOf(options))));
  command('diff', 'what two runs differ in; exits with 0 when the results are the same, else 1')
      .argument('<a>', RUN_HELP)
      .argument('<b>', 'another one')
      .option('--json', 'for scripts')
      .action(async (a: string, b: string, options: DiffOptions) =>
        end((await import('./runs-diff.js'))
            .diffCommand([a, b], options, await contextOf(options))));
  command('rm', 'remove runs that no other run needs; asks first')
      .argument('<runs...>', RUN_HELP)
      .option('--with-dependents', 'also the runs that are built on them')
      .option('--yes', 'do not ask')
      .action(async (names: string[], options: RemoveOptions) =>
        end(await (await import('./runs-remove.js'))
            .removeCommand(names, options, await contextOf(options))));
  command('gc', 'remove what nobody needs: damaged and half-written files, old formats; asks first')
      .option('--unfinished', 'also unfinished runs that nobody computes')
      .option('--yes', 'do not ask')
      .action(async (options: GcOptions) =>
        end(await (await import('./runs-remove.js'))
            .gcCommand(options, await contextOf(options))));
  return runs;
}
