/** Section II (Fig. 1): linearity and novelty against the number of training images. */
import type {LinearityCurve, LinearityPoint} from '../analysis/linearity';
import {linearityCurve} from '../analysis/linearity';
import type {MemorizationResult} from '../analysis/memorization';
import {gaussianDenoiser} from '../denoisers/gaussian';
import {gaussianStats} from '../denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../denoisers/multi-delta';
import type {SampleResult} from '../sampling/solver';
import {calibrationOf, linearityOf, noveltyOf, remember, samplesOf} from './measure';
import type {TrainRun} from './train-run';
import type {Workspace} from './workspace';

/** What section II measures of one run. */
export interface SizeResult {
  /** N. */
  readonly n: number;
  /** The trained network. */
  readonly run: TrainRun;
  /** From the same start noise for every N. */
  readonly samples: SampleResult;
  /** GL and copies of the samples among the N training images. */
  readonly novelty: MemorizationResult;
  /** The same scores of real held-out images against these N training images. */
  readonly calibration: MemorizationResult;
  /** LS, centred LS and NMSE against sigma. */
  readonly linearity: LinearityCurve;
}

/**
 * Trains (or loads) the runs of all N and measures them (Li, Dai, Qu 2024, Fig. 1).
 * @param workspace opened by `openWorkspace`.
 * @returns one entry a size of the profile, in rising order.
 * @throws Error as `trainRun` and the measurements do.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const results = await hg.sizeSweep(workspace); // trains six networks, or loads them
 * console.log(results.map(({n}) => n)); // [ 16, 32, 64, 128, 256, 512 ]
 */
export async function sizeSweep(workspace: Workspace): Promise<SizeResult[]> {
  const results: SizeResult[] = [];
  for (const n of workspace.profile.sizes) {
    const run = await workspace.trainRun(n);
    const train = workspace.trainingSet(n);
    const subject = {denoiser: run.denoiser(), identity: run.stored.id};
    try {
      const samples = await samplesOf(workspace, subject);
      results.push({
        n, run, samples,
        novelty: await noveltyOf(workspace, train, subject, samples),
        calibration: await calibrationOf(workspace, train),
        linearity: await linearityOf(workspace, subject, gaussianMean(workspace, n)),
      });
    } finally {
      subject.denoiser.dispose();
    }
  }
  return results;
}

/** Mean centred LS over 0.1 < sigma < 20 of the smallest and the largest N, by training seed. */
export interface SeedResult {
  /** Of the training. */
  readonly seed: number;
  /** Centred LS of the smallest N, in [0, 1]. */
  readonly smallest: number;
  /** Centred LS of the largest N. */
  readonly largest: number;
}

/**
 * How much linearity varies between trainings: the profile's seed and `moreSeeds`.
 * @param workspace opened by `openWorkspace`.
 * @returns one entry a seed, the profile's own first.
 * @throws Error as `trainRun` and `linearityOf` do.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * console.log((await hg.seedSweep(workspace)).map(({seed}) => seed)); // [ 0, 1 ]
 */
export async function seedSweep(workspace: Workspace): Promise<SeedResult[]> {
  const {profile: {sizes, width, seed: own, moreSeeds}} = workspace;
  const scoreOf = async (n: number, seed: number): Promise<number> => {
    const run = await workspace.trainRun(n, width, seed);
    const denoiser = run.denoiser();
    try {
      const {centred} = await linearityOf(
          workspace, {denoiser, identity: run.stored.id}, gaussianMean(workspace, n));
      const scores = intermediateScores(centred!);
      return scores.reduce((a, b) => a + b, 0) / scores.length;
    } finally {
      denoiser.dispose();
    }
  };
  const results: SeedResult[] = [];
  for (const seed of [own, ...moreSeeds]) {
    results.push({
      seed, smallest: await scoreOf(sizes[0]!, seed), largest: await scoreOf(sizes.at(-1)!, seed),
    });
  }
  return results;
}

/** Pixel mean of a training set, `[D]`. */
export const gaussianMean = (workspace: Workspace, n: number): Float64Array =>
    gaussianStats(workspace.trainingSet(n)).mean;

/** Linearity of the two extremes. */
export interface LinearityReferences {
  /** D_G of the largest training set. */
  readonly gaussian: LinearityCurve;
  /** D_M of the smallest training set. */
  readonly multiDelta: LinearityCurve;
}

/**
 * The two analytic extremes: the affine D_G, and D_M of the smallest set.
 * @param workspace opened by `openWorkspace`.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const {gaussian} = await hg.linearityReferences(workspace);
 * console.log(gaussian.centred?.map(({score}) => score.estimate.toFixed(4)).join(' '));
 * // 1.0000 1.0000 1.0000 1.0000 1.0000
 */
export async function linearityReferences(workspace: Workspace): Promise<LinearityReferences> {
  const {sizes} = workspace.profile;
  const [small, large] = [workspace.trainingSet(sizes[0]!), workspace.trainingSet(sizes.at(-1)!)];
  const stats = gaussianStats(large);
  const gaussian = gaussianDenoiser(stats, {name: 'D_G'});
  const multiDelta = multiDeltaDenoiser(small, {name: 'D_M'});
  try {
    return {
      gaussian: await linearityOf(
          workspace, {denoiser: gaussian, identity: {gaussian: large.hash}}, stats.mean),
      multiDelta: await linearityOf(
          workspace, {denoiser: multiDelta, identity: {multiDelta: small.hash}},
          gaussianMean(workspace, sizes[0]!)),
    };
  } finally {
    gaussian.dispose();
    multiDelta.dispose();
  }
}

/** One linearity point for each weight alpha of x1, at the noise level where C2 is tested. */
export interface AlphaResult {
  /** Weight of x1; x2 has sqrt(1 - alpha²). */
  readonly alpha: number;
  /** LS and NMSE. */
  readonly point: LinearityPoint;
}

/**
 * LS against the weight of the first image, for the run with the most images (C2 of `CLAIMS`).
 * @param workspace opened by `openWorkspace`.
 * @param result of the run, from `sizeSweep`.
 * @param sigma noise level, > 0.
 * @returns one entry for each of seven weights, rising.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const results = await hg.sizeSweep(workspace);
 * const alphas = await hg.alphaSweep(workspace, results.at(-1)!, 1.5);
 * console.log(alphas.map(({alpha}) => hg.formatNumber(alpha, 2)).join(' '));
 * // 0.20 0.35 0.50 0.71 0.87 0.94 0.98
 */
export function alphaSweep(workspace: Workspace, {run, n}: SizeResult, sigma: number):
    Promise<AlphaResult[]> {
  const alphas = [0.2, 0.35, 0.5, Math.SQRT1_2, 0.866, 0.937, 0.98];
  const {pairs, seed} = workspace.profile;
  return remember(workspace, 'linearity-alpha', {
    run: run.stored.id, heldOut: workspace.heldOut.hash, sigma, alphas, pairs, seed,
  }, async (onProgress) => {
    const denoiser = run.denoiser();
    const centre = gaussianMean(workspace, n);
    const results: AlphaResult[] = [];
    try {
      for (const alpha of alphas) {
        const curve = await linearityCurve(denoiser, workspace.heldOut, {
          sigmas: [sigma], pairs, alpha, centre, rng: workspace.rng.fork('linearity'),
        });
        results.push({alpha, point: curve.points[0]!});
        onProgress({label: 'weights', done: results.length, total: alphas.length});
      }
    } finally {
      denoiser.dispose();
    }
    return results;
  });
}

/** The noise levels between the two nearly linear ends: 0.1 < sigma < 20 (paper, Fig. 2). */
export const isIntermediate = (sigma: number): boolean => sigma > 0.1 && sigma < 20;

/** Mean over the intermediate noise levels of each pair's score: one value a pair. */
export function intermediateScores(points: readonly LinearityPoint[]): number[] {
  const chosen = points.filter(({sigma}) => isIntermediate(sigma));
  return chosen[0]!.perPair.score.map((_, pair) =>
    chosen.reduce((sum, {perPair}) => sum + perPair.score[pair]!, 0) / chosen.length);
}

/**
 * The smallest score over sigma, as the paper reports it.
 * @param points of one curve, at least one.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const {multiDelta} = await hg.linearityReferences(workspace);
 * const {sigma} = hg.lowestScore(multiDelta.points); // D_M is least linear at intermediate noise
 * console.log(sigma > 0.1 && sigma < 20); // true
 */
export const lowestScore = (points: readonly LinearityPoint[]): LinearityPoint =>
    points.reduce((least, point) =>
      point.score.estimate < least.score.estimate ? point : least);

/**
 * GL of samples over mean GL of held-out images, one value a sample: 1 means as new as real unseen
 * images. The ratio is ours: raw GL depends on the data.
 * @param result from `sizeSweep`.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const [smallest] = await hg.sizeSweep(workspace);
 * console.log(hg.relativeGl(smallest!).length, smallest!.samples.count); // 16 16
 */
export const relativeGl = ({novelty, calibration}: SizeResult): number[] =>
    novelty.perSample.map(({gl}) => gl / calibration.gl.estimate);
