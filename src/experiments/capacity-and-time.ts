/** Section IV (Fig. 3): when the bias shows: small capacity, early training. */
import {sampleSimilarity} from '../analysis/strong-generalization';
import {trendTest} from '../analysis/trend';
import {gaussianStats} from '../denoisers/gaussian-stats';
import {karrasSchedule} from '../sampling/schedule';
import {gaussianPath} from '../sampling/gaussian-path';
import type {SampleResult} from '../sampling/solver';
import type {Claim} from './claims';
import {closestToGaussian, measureCheckpoint, middleDistance} from './checkpoints';
import type {CheckpointMeasures} from './checkpoints';
import type {Likeness, SizeTrend, WidthTrends} from './findings/capacity';
import {meanOverSigmas} from './gaussian-bias';
import {sharedNoise} from './measure';
import type {TrainRun} from './train-run';
import type {Workspace} from './workspace';

/** One model of a sweep: a run at a checkpoint. */
export interface SweepPoint extends CheckpointMeasures {
  /** N. */
  readonly n: number;
  /** Network width. */
  readonly width: number;
  /** The run. */
  readonly run: TrainRun;
}

/** Measures a run at a checkpoint (default the last). */
export async function sweepPoint(
    workspace: Workspace, n: number, width: number, step?: number): Promise<SweepPoint> {
  const run = await workspace.trainRun(n, width);
  const measures = await measureCheckpoint(
      workspace, {run, train: workspace.trainingSet(n)}, step ?? run.options.steps);
  return {...measures, n, width, run};
}

/**
 * All widths at the small N, fully trained (Li, Dai, Qu 2024, Fig. 3).
 * @param workspace opened by `openWorkspace`.
 * @returns one point a width of the profile, rising.
 * @throws Error as `trainRun` and the measurements do.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * console.log((await hg.widthSweep(workspace)).map(({width}) => width)); // [ 4, 8, 12 ]
 */
export async function widthSweep(workspace: Workspace): Promise<SweepPoint[]> {
  const {widths, smallSize} = workspace.profile;
  const points: SweepPoint[] = [];
  for (const width of widths) points.push(await sweepPoint(workspace, smallSize, width));
  return points;
}

/**
 * All N at the profile's width, fully trained (the runs of section II).
 * @param workspace opened by `openWorkspace`.
 * @returns one point a size of the profile, rising.
 * @throws Error as `trainRun` and the measurements do.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const points = await hg.sizePoints(workspace);
 * console.log(points.map(({n}) => n).join(' '), points[0]?.step); // 16 32 64 128 256 512 60
 */
export async function sizePoints(workspace: Workspace): Promise<SweepPoint[]> {
  const {sizes, width} = workspace.profile;
  const points: SweepPoint[] = [];
  for (const n of sizes) points.push(await sweepPoint(workspace, n, width));
  return points;
}

/**
 * All checkpoints of the run with the small N (Li, Dai, Qu 2024, Fig. 3).
 * @param workspace opened by `openWorkspace`.
 * @returns one point a checkpoint, in the order of the steps.
 * @throws Error as `trainRun` and the measurements do.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * console.log((await hg.timeSweep(workspace)).map(({step}) => step)); // [ 10, 16, 24, 38, 60 ]
 */
export async function timeSweep(workspace: Workspace): Promise<SweepPoint[]> {
  const {smallSize, width} = workspace.profile;
  const {options} = await workspace.trainRun(smallSize, width);
  const points: SweepPoint[] = [];
  for (const step of options.checkpoints) {
    points.push(await sweepPoint(workspace, smallSize, width, step));
    workspace.onProgress?.(
        {label: 'checkpoints', done: points.length, total: options.checkpoints.length});
  }
  return points;
}

/**
 * Samples of the Gaussian of the small training set, exact (Li, Dai, Qu 2024, eq. 7), from the same
 * noise as those of the networks.
 * @param workspace opened by `openWorkspace`.
 * @param count how many.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const samples = hg.gaussianSamples(workspace, 16);
 * const {gl} = await hg.memorizationScores(workspace.trainingSet(16), samples, {rng: workspace.rng});
 * console.log(samples.count, samples.imageShape, gl.estimate > 0.1); // 16 [ 8, 8, 1 ] true
 */
export function gaussianSamples(workspace: Workspace, count: number): SampleResult {
  const stats = gaussianStats(workspace.trainingSet(workspace.profile.smallSize));
  const {imageShape} = stats;
  const path = gaussianPath(stats, sharedNoise(workspace, count, imageShape),
      karrasSchedule({steps: workspace.profile.samplingSteps}));
  return {samples: Float32Array.from(path.states.at(-1)!), count, imageShape};
}

const isHigh = (sigma: number): boolean => sigma > 9;

/**
 * Mean over sigma > 9 of each held-out image's NMSE to D_G.
 * @param point a checkpoint, measured, or a point of a sweep.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const [gaussian, multiDelta] =
 *     [hg.gaussianDenoiser(hg.gaussianStats(train)), hg.multiDeltaDenoiser(train)];
 * const rng = hg.createRng(0);
 * const inputs = hg.noisyInputs(train, {sigmas: [80, 0.5], count: 8, rng});
 * const [toGaussian] = await hg.compareDenoisers(multiDelta, [gaussian], inputs, {rng});
 * const distances = hg.highDistance({toGaussian: toGaussian!}); // of the 8 images, at sigma = 80
 * console.log(distances.length, Math.max(...distances) < 1e-3); // 8 true
 */
export const highDistance = ({toGaussian}: Pick<SweepPoint, 'toGaussian'>): number[] =>
    meanOverSigmas(toGaussian, isHigh, 'nmse');

/**
 * Likeness of a model's images to the Gaussian's from the same noise.
 * @param workspace randomness of the interval.
 * @param name of the model, such as `width 4`.
 * @param exact of `gaussianSamples`.
 * @param samples of the model, from the same start noise.
 * @throws RangeError as `sampleSimilarity` does.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const exact = {
 *   samples: hg.imagesToFloat32(train, [0, 1, 2, 3]), count: 4, imageShape: train.imageShape};
 * const {name, correlation} =
 *     hg.likenessToGaussian({rng: hg.createRng(0)}, 'width 4', exact, exact);
 * console.log(name, correlation.low > 0); // width 4 true
 */
export const likenessToGaussian = (
    {rng}: Pick<Workspace, 'rng'>, name: string, exact: SampleResult,
    samples: SampleResult): Likeness => ({
  name,
  correlation: sampleSimilarity(exact, samples, {rng: rng.fork('likeness')}).gap.correlation,
});

/**
 * How the distance to D_G goes with width at fixed N, and with N at fixed width.
 * @param workspace randomness of the intervals.
 * @param points of `widthSweep` and `sizePoints`, at least two each.
 * @throws RangeError as `trendTest` does.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const {byWidth, bySize} = hg.biasTrends(workspace, {
 *   widths: await hg.widthSweep(workspace), sizes: await hg.sizePoints(workspace),
 * });
 * console.log(byWidth.widths, bySize.sizes); // [ 4, 12 ] [ 16, 512 ]
 */
export function biasTrends({rng}: Pick<Workspace, 'rng'>, {widths, sizes}: {
  readonly widths: readonly SweepPoint[];
  readonly sizes: readonly SweepPoint[];
}): {readonly byWidth: WidthTrends; readonly bySize: SizeTrend} {
  const trend = (
      label: string, points: readonly SweepPoint[], x: (point: SweepPoint) => number,
      values: (point: SweepPoint) => number[]) =>
      trendTest(points.map((point) => ({x: Math.log2(x(point)), values: values(point)})),
          {rng: rng.fork(label)});
  return {
    byWidth: {
      widths: [widths[0]!.width, widths.at(-1)!.width],
      middle: trend('width', widths, ({width}) => width, middleDistance),
      high: trend('width high', widths, ({width}) => width, highDistance),
    },
    bySize: {
      sizes: [sizes[0]!.n, sizes.at(-1)!.n],
      middle: trend('size', sizes, ({n}) => n, middleDistance),
    },
  };
}

/**
 * What the paper claims of section IV, judged: C10, C11 and C15 of `CLAIMS`.
 * @param results of `widthSweep`, `sizePoints` and `timeSweep`.
 * @param workspace opened by `openWorkspace`.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const claims = hg.biasClaims(workspace, {
 *   widths: await hg.widthSweep(workspace), sizes: await hg.sizePoints(workspace),
 *   times: await hg.timeSweep(workspace),
 * });
 * console.log(claims.map(({id, part}) => [id, part].filter(Boolean).join(' ')).join(', '));
 * // C10 capacity, C10 data, C11, C15 capacity, C15 time
 */
export function biasClaims(workspace: Workspace, {widths, sizes, times}: {
  readonly widths: readonly SweepPoint[];
  readonly sizes: readonly SweepPoint[];
  readonly times: readonly SweepPoint[];
}): Claim[] {
  const {profile} = workspace;
  const steps = [times.at(-1)!.step];
  const small = {
    dataset: workspace.train.name, n: [profile.smallSize], steps, seed: profile.seed,
  };
  const verdict = (holds: boolean): Claim['verdict'] => holds ? 'reproduced' : 'not reproduced';
  const {byWidth, bySize} = biasTrends(workspace, {widths, sizes});
  const early = closestToGaussian(workspace, times);
  return [
    {
      ...small, id: 'C10', part: 'capacity', figure: '04-distance-by-width',
      statistic: `RMSE to D_G, mean over 0.4 < σ < 2, width ${widths.at(-1)!.width} minus ` +
          `width ${widths[0]!.width}`,
      estimate: byWidth.middle.change, verdict: verdict(byWidth.middle.verdict === 'rises'),
      note: 'These σ are where networks are least linear. At higher noise small networks are ' +
          'farther from D_G instead (C15), and below σ = 0.4 fewer images than pixels set a ' +
          'floor (C13).',
    },
    {
      ...small, id: 'C10', part: 'data', figure: '04-distance-by-size', n: sizes.map(({n}) => n),
      statistic: 'RMSE to D_G, mean over 0.4 < σ < 2, largest N minus smallest N',
      estimate: bySize.middle.change, verdict: verdict(bySize.middle.verdict === 'falls'),
      note: 'Most of the fall is at the smallest N.',
    },
    {
      ...small, id: 'C11', figure: '04-early-stopping',
      statistic: `RMSE to D_G, mean over 0.4 < σ < 2, last step minus its minimum at step ` +
          `${early.step.estimate}`,
      estimate: early.depth, verdict: verdict(early.uShaped),
    },
    {
      ...small, id: 'C15', part: 'capacity', figure: '04-distance-by-width',
      statistic: `NMSE to D_G at σ > 9, width ${widths.at(-1)!.width} minus width ` +
          `${widths[0]!.width}`,
      estimate: byWidth.high.change, verdict: verdict(byWidth.high.verdict === 'falls'),
    },
    {
      ...small, id: 'C15', part: 'time', figure: '04-early-stopping',
      statistic: 'NMSE to D_G at σ > 9, last step minus first checkpoint',
      ...timeAtHighNoise(workspace, times),
    },
  ];
}

function timeAtHighNoise(workspace: Workspace, times: readonly SweepPoint[]):
    Pick<Claim, 'estimate' | 'verdict'> {
  const {change} = trendTest(
      [times[0]!, times.at(-1)!].map((point) => ({x: point.step, values: highDistance(point)})),
      {rng: workspace.rng.fork('time high')});
  return {estimate: change, verdict: change.high < 0 ? 'reproduced' : 'not reproduced'};
}
