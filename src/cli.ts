/**
 * The command line: `npx hidden-gaussian <command>`.
 *
 * A command's module is loaded when the command runs, so that `doctor` can report an installation
 * in which TensorFlow does not even load. To add a command: a file in `cli/` and an entry here.
 */
import {readFileSync} from 'node:fs';
import {constants} from 'node:os';
import * as path from 'node:path';
import {Command} from 'commander';
import type {AdviseCommandOptions} from './cli/advise';
import type {DatasetCommandOptions} from './cli/dataset';
import type {DenoiseCommandOptions} from './cli/denoise';
import type {ExplainCommandOptions} from './cli/explain';
import type {ExportCommandOptions} from './cli/export';
import type {ImportEdmCommandOptions} from './cli/import-edm';
import type {NotebookCommandOptions} from './cli/notebook';
import type {NoveltyCommandOptions} from './cli/novelty';
import {withOwnImages} from './cli/own-images';
import type {ReportCommandOptions} from './cli/report';
import {runsCommand} from './cli/runs-command';
import type {SiteCommandOptions} from './cli/site';
import {sweepCommand} from './cli/sweep-command';
import type {TrainCommandOptions} from './cli/train';
import {PROFILE_NAMES} from './experiments/profiles';
import {useTrainingEnvironment} from './experiments/training-environment';
import {pinFolders, projectPaths} from './paths';
import {endTerminalProgress} from './progress/terminal-progress';
import {isInterrupted} from './store/interruption';

const PROFILE_HELP = `scale: ${PROFILE_NAMES.join(', ')}`;

/**
 * Runs the command of `argv` (as `process.argv`) and returns the exit status: 1 after an error, 128
 * and the signal's number after an interruption, as shells do.
 */
export async function main(argv: readonly string[]): Promise<number> {
  let status = 0;
  pinFolders();
  const program = new Command('hidden-gaussian')
      .description('Do diffusion models hide a Gaussian? Set-up, data and figures.')
      .enablePositionalOptions() // options belong to the command that they follow
      .version(packageVersion());
  program.command('setup')
      .description('install what the package needs beside JavaScript; docs/setup.md')
      .option('--device <kind>', 'cpu or gpu (default: as last time, at first cpu)')
      .action(async ({device}: {device?: string}) => {
        status = await (await import('./cli/setup.js')).setup(device);
      });
  program.command('doctor')
      .description('check this installation; exits with 1 when something is broken')
      .action(async () => {
        status = (await import('./cli/doctor.js')).doctor();
      });
  program.command('data')
      .description('bring Fashion-MNIST into data/')
      .action(async () => (await import('./cli/data.js')).data());
  program.command('dataset')
      .description('write images as a data set zip of the form EDM uses')
      .argument('<source>', 'folder, zip, image, CIFAR-10 archive or folder, or IDX file')
      .requiredOption('-o, --output <zip>', 'the zip to write')
      .option('--resolution <pixels>', 'cut at the centre and resize, for example to 64')
      .option('--max-images <count>', 'only the first so many')
      .option('--colour <kind>', 'grey or rgb (default: as the images are)')
      .option('--split <part>', 'of CIFAR-10: train or test (default: train)')
      .option('--xflip', 'also the mirror images, after the others')
      .option('--force', 'replace the zip when it is there')
      .action(async (source: string, options: DatasetCommandOptions) =>
        (await import('./cli/dataset.js')).dataset(source, options));
  withOwnImages(program.command('train')
      .description('train one run, of a profile or on your own images, or find it in the run store')
      .option('--profile <name>', `${PROFILE_HELP} (default: quick)`)
      .option('--n <images>', 'number of training images (default: the smallest of the profile)')
      .option('--width <channels>', 'width of the network (default: that of the profile, or 16)')
      .option('--seed <number>', 'seed of the training (default: that of the profile, or 0)'),
  'instead of a profile, your own images')
      .option('--steps <count>', 'with --images: optimizer steps (default: 2000)')
      .option('--batch-size <images>', 'with --images: images per step (default: 32)')
      .option('--learning-rate <rate>', 'with --images: Adam\'s rate (default: 0.003)')
      .option('--checkpoints <count>', 'with --images: how many are kept (default: 12)')
      .action(async (options: TrainCommandOptions) => {
        useTrainingEnvironment();
        await (await import('./cli/train.js')).train(options);
      });
  program.addCommand(sweepCommand((code) => {
    status = code;
  }));
  program.command('plan')
      .description('what training the runs of a profile takes: memory, disk and time')
      .option('--profile <name>', PROFILE_HELP, 'quick')
      .action(async ({profile}: {profile: string}) =>
        (await import('./cli/plan.js')).plan(profile));
  program.command('figures')
      .description('execute the notebooks; write figures/ and claims.json')
      .option('--profile <name>', PROFILE_HELP, 'quick')
      .action(async ({profile}: {profile: string}) =>
        (await import('./cli/figures.js')).figures(profile));
  program.command('site')
      .description('write the executed notebooks as pages into figures/site/')
      .option('--profile <name>', PROFILE_HELP, 'quick')
      .option('--no-api', 'without the documentation of the API')
      .action(async (options: SiteCommandOptions) =>
        (await import('./cli/site.js')).site(options));
  program.command('notebook')
      .description('execute one notebook with your own parameters; without a name: list them')
      .argument('[notebook]', 'its number or name, for example 02')
      .option('--set <NAME=value>', 'a parameter, for example N=64,512; may come several times',
          (word: string, words: string[]) => [...words, word], [] as string[])
      .option('--profile <name>', 'the same as --set PROFILE=<name>')
      .option('-o, --output <folder>', 'for the executed notebook, its figures and claims')
      .option('--list', 'list the notebook\'s parameters and end')
      .action(async (name: string | undefined, options: NotebookCommandOptions) =>
        (await import('./cli/notebook.js')).notebook(name, options));
  program.command('explain')
      .description('which simple denoiser explains a model: notebook 05 on your own files')
      .argument('<model>', 'model folder, as import-edm and export write it')
      .requiredOption('--train <images>', 'what it was trained on: zip, folder, CIFAR-10, IDX')
      .option('--held-out <images>', 'what it was not trained on (default: a tenth of --train)')
      .requiredOption('-o, --output <folder>', 'for the notebook, figures, tables and claims')
      .option('--profile <name>', 'how much is measured: smoke, quick or full', 'quick')
      .action(async (model: string, options: ExplainCommandOptions) =>
        (await import('./cli/explain.js')).explain(model, options));
  program.command('lab')
      .description('JupyterLab with the notebooks, on this machine only')
      .argument('[options...]', 'options of JupyterLab, after --')
      .action(async (options: string[]) => {
        status = await (await import('./cli/lab.js')).lab(options);
      });
  program.command('import-edm')
      .description('turn a pickle of NVlabs/edm into a model folder (sets up PyTorch at first)')
      .argument('<pickle>', 'a file like edm-ffhq-64x64-uncond-vp.pkl')
      .requiredOption('-o, --output <folder>', 'the model folder to make')
      .option('--key <name>', 'entry of the pickle: ema is the averaged network', 'ema')
      .action(async (file: string, options: ImportEdmCommandOptions) =>
        (await import('./cli/import-edm.js')).importEdmCommand(file, options));
  program.command('denoise')
      .description('D(x; sigma) of a model folder for the images of a safetensors file')
      .argument('<folder>', 'a model folder')
      .requiredOption('--input <file>', 'x [N, C, H, W], sigma [N] or [1], perhaps labels')
      .requiredOption('-o, --output <file>', 'safetensors file for D [N, C, H, W]')
      .option('--batch <images>', 'images at a time (default: what 1.5 GB allow)')
      .action(async (dir: string, options: DenoiseCommandOptions) =>
        (await import('./cli/denoise.js')).denoise(dir, options));
  program.command('export')
      .description('write a trained network of the run store as a model folder')
      .argument('<run>', 'a run as `runs` lists it, or the beginning of its hash')
      .requiredOption('-o, --output <folder>', 'the model folder to make')
      .option('--step <step>', 'a checkpoint (default: the last)')
      .option('--weights <which>', 'average (moving average) or weights (raw)', 'average')
      .action(async (run: string, options: ExportCommandOptions) =>
        (await import('./cli/export.js')).exportCommand(run, options));
  withOwnImages(program.command('advise')
      .description('which checkpoint of a run to use: closest to D_G, held-out loss, first copies')
      .argument('<run>', 'a training run as `runs` lists it, or the beginning of its hash')
      .option('--profile <name>', 'how much is measured: smoke, quick or full', 'quick'),
  'where the images of the run are, if not where they were')
      .action(async (run: string, options: AdviseCommandOptions) =>
        (await import('./cli/advise.js')).advise(run, options));
  withOwnImages(program.command('report')
      .description('a page about a run: loss, samples, regimes, copies, advice, provenance')
      .argument('<run>', 'a training run as `runs` lists it, or the beginning of its hash')
      .option('-o, --output <file>', 'the page to write (default: report-<run>.html)')
      .option('--profile <name>', 'how much is measured: smoke, quick or full', 'quick'),
  'where the images of the run are, if not where they were')
      .action(async (run: string, options: ReportCommandOptions) =>
        (await import('./cli/report.js')).report(run, options));
  program.command('novelty')
      .description('are these samples copies of training images? exits with 1 past --fail-above')
      .argument('<samples>', 'folder or zip of images, safetensors file, or a training run')
      .option('--train <images>', 'what was trained on (default for a run: its own images)')
      .option('--held-out <images>', 'real images that were not trained on, as the yardstick')
      .option('-o, --output <page>', 'the page to write, with .png and .csv beside it')
      .option('--size <pixels>', 'side that all images read from files are brought to')
      .option('--colour <kind>', 'grey or rgb: what all images read from files are brought to')
      .option('--tensor <name>', 'of a safetensors file (default: samples, or the only one)')
      .option('--count <samples>', 'of a run: how many to generate (default: 64)')
      .option('--seed <number>', 'of a run: seed of their noise (default: 0)')
      .option('--step <step>', 'of a run: its checkpoint (default: the last)')
      .option('--fail-above <share>', 'exit with 1 when the copy ratio is surely above this')
      .action(async (samples: string, options: NoveltyCommandOptions) => {
        status = await (await import('./cli/novelty.js')).novelty(samples, options);
      });
  program.addCommand(runsCommand((code) => {
    status = code;
  }));
  try {
    await program.parseAsync(argv);
  } catch (error) {
    endTerminalProgress();
    report(error);
    status = isInterrupted(error) ? 128 + constants.signals[error.interrupt] : 1;
  }
  endTerminalProgress();
  return status;
}

/** One line for a person; the stack only when asked for. */
function report(error: unknown): void {
  const debug = (process.env['HIDDEN_GAUSSIAN_DEBUG'] ?? '') !== '';
  const {message = String(error), stack = message} = error as Partial<Error>;
  console.error(`hidden-gaussian: ${debug ? stack : message}`);
}

function packageVersion(): string {
  const file = path.join(projectPaths().root, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as {version: string}).version;
}
