/** `hidden-gaussian plan`: what training the runs of a profile takes, without starting any. */
import * as os from 'node:os';
import {PAPER_METHODS} from '../experiments/paper-profiles';
import {planOf} from '../experiments/plan';
import type {Plan, PlannedRun} from '../experiments/plan';
import {describeZips, profileDataTitle, profileImageCounts} from '../experiments/profile-data';
import {profilesOf} from '../experiments/profiles';
import {measureSpeed} from '../experiments/training-speed';
import type {MeasuredSpeed} from '../experiments/training-speed';
import {formatDuration} from '../progress/estimate';
import {gib} from '../setup/check';
import {createTable} from '../tables/create-table';
import {formatNumber} from '../tables/format';
import {tableToText} from '../tables/show-table';
import {counted} from './units';

/** What a plan is held against. */
export interface Machine {
  readonly memoryBytes: number;
  /** Runs that `make figures` trains at a time. */
  readonly processes: number;
}

/**
 * Measures this machine for some seconds and prints the plan of a profile and its parts.
 * @throws RangeError for an unknown profile, before anything is measured.
 */
export async function plan(
    name: string, print: (line: string) => void = console.log): Promise<void> {
  const profiles = profilesOf(name);
  console.error('measuring how fast this machine trains …');
  const measured = await measureSpeed();
  const machine = {memoryBytes: usableMemory(), processes: os.availableParallelism()};
  const plans = profiles.map((profile) => planOf(profile, measured));
  for (const each of plans) [...formatPlan(each, machine), ''].forEach((line) => print(line));
  if (plans.length > 1) {
    print(`All of this: ${formatTotals(plans, machine)}`);
    print('');
  }
  formatMethod(measured).forEach((line) => print(line));
  const [load] = os.loadavg();
  if (load! > machine.processes) {
    print(`Other programs were running (load ${load!.toFixed(1)} on ${machine.processes} cores): ` +
        'alone, training is faster.');
  }
}

function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit !== undefined && limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}

const mimg = (images: number): string => `${formatNumber(images / 1e6)} Mimg`;

/** A profile's images, networks and training in a few lines, its runs as a table, and totals. */
export function formatPlan(plan: Plan, machine: Machine): string[] {
  const {profile, runs} = plan;
  const {options} = runs[0]!;
  const counts = profileImageCounts(profile.data);
  const attention = options.attentionResolutions.join(', ');
  const longest = runs.reduce((best, run) =>
    run.options.checkpoints.length > best.options.checkpoints.length ? run : best);
  const tooLarge = runs.filter(({memoryBytes}) => memoryBytes > machine.memoryBytes).length;
  return [
    `Profile ${profile.name}: ${profile.purpose}`,
    `  images      ${profileDataTitle(profile.data)}, ${formatNumber(counts.train)} for training, ` +
      `${formatNumber(counts.heldOut)} held out`,
    ...describeZips(profile.data).map((line) => `    ${line}`),
    `  network     ${options.architecture}, levels of width × ${options.channelMult.join(', ')}, ` +
      `${counted(options.numBlocks, 'block')} a level` +
      `${attention === '' ? '' : `, attention at ${attention}`}, dropout ${options.dropout}`,
    `  training    ${formatNumber(options.steps)} steps of ${options.batchSize} images ` +
      `(${mimg(options.steps * options.batchSize)}); Adam, rate ${options.learningRate} after ` +
      `${formatNumber(options.warmupSteps)} steps; average with a half-life of ` +
      mimg(options.emaHalfLifeImages),
    `  noise       ln sigma ~ N(${options.pMean}, ${options.pStd}²), sigma_data ` +
      `${options.sigmaData}`,
    `  measured    linearity at ${profile.linearityPoints} noise levels on ${profile.pairs} pairs, ` +
      `${profile.samples} samples by Heun in ${profile.samplingSteps} steps; the rest at ` +
      `${PAPER_METHODS.sigmaGrid.steps} noise levels from ${PAPER_METHODS.sigmaGrid.sigmaMax} to ` +
      `${PAPER_METHODS.sigmaGrid.sigmaMin}, which are Euler's steps too`,
    `  checkpoints of N = ${formatNumber(longest.n)}, width ${longest.width}, after steps ` +
      longest.options.checkpoints.map((step) => formatNumber(step)).join(' · '),
    '',
    tableToText(createTable(runs.map(formatRun))),
    '',
    `${counted(runs.length, 'run')}: ${formatTotals([plan], machine)}`,
    ...(tooLarge === 0 ? [] : [
      `${tooLarge} of them ${tooLarge === 1 ? 'needs' : 'need'} more memory than this machine has ` +
        `(${gib(machine.memoryBytes)}): a step takes its whole batch at once, which EDM can split`,
    ]),
  ];
}

function formatRun(run: PlannedRun): Record<string, string | number> {
  const {n, width, seed, parameters, options, memoryBytes, diskBytes, seconds} = run;
  return {
    N: n, width, seed, parameters, checkpoints: options.checkpoints.length,
    'GiB of memory': round3(memoryBytes / 2 ** 30), 'MiB on disk': round3(diskBytes / 2 ** 20),
    's a step': round3(seconds / options.steps),
    'all steps': formatDuration(1000 * seconds),
  };
}

const round3 = (value: number): number => Number(value.toPrecision(3));

const formatStep = (seconds: number): string => seconds < 1 ?
  `${formatNumber(1000 * seconds)} ms` : `${formatNumber(seconds)} s`;

function formatTotals(plans: readonly Plan[], {processes}: Machine): string {
  const seconds = plans.reduce((sum, plan) => sum + plan.seconds, 0);
  const longest = Math.max(...plans.flatMap(({runs}) => runs.map((run) => run.seconds)));
  const together = Math.max(longest, seconds / processes);
  const disk = plans.reduce((sum, plan) => sum + plan.diskBytes, 0);
  return `${formatDuration(1000 * seconds)} one after another, ` +
      `${formatDuration(1000 * together)} with ${processes} at a time, ${formatNumber(disk / 2 ** 20)} MiB on disk`;
}

/** How the figures came about, and how far the prediction of a timed network was off. */
function formatMethod({speed, checks}: MeasuredSpeed): string[] {
  return [
    'Times are of training steps alone, on one thread a run as `make figures` trains, at the speed ' +
      'of this machine now:',
    `${formatNumber(1e-9 / speed.flops)} GFLOPS in convolutions and other products, ` +
      `${formatNumber(1e9 * speed.activations)} ns an activation, ` +
      `${formatNumber(1e9 * speed.attentionScores)} ns an entry of attention, ` +
      `${formatNumber(1e9 * speed.parameters)} ns a parameter, ` +
      `${formatNumber(1e6 * speed.convolutions)} µs a convolution, fitted to six small networks.`,
    ...checks.map(({name, seconds, predicted}) =>
      `Check, a network that was not fitted (${name}): ${formatStep(predicted)} a step predicted, ` +
      `${formatStep(seconds)} measured (${formatPercent(predicted / seconds - 1)}).`),
    'Expect errors of 15 %, and at widths below 16 up to twice the time. Memory, within about ' +
      '10 %: 13 float32 for a parameter, 6 for an activation and image of the batch (8 with dropout).',
  ];
}

const formatPercent = (share: number): string =>
    `${share < 0 ? '−' : '+'}${Math.round(100 * Math.abs(share))} %`;
