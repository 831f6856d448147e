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
  readonly n: number;
  readonly run: TrainRun;
  /** From the same start noise for every N. */
  readonly samples: SampleResult;
  readonly novelty: MemorizationResult;
  /** The same scores of real held-out images against these N training images. */
  readonly calibration: MemorizationResult;
  readonly linearity: LinearityCurve;
}

/** Trains (or loads) the runs of all N and measures them. */
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
  readonly seed: number;
  readonly smallest: number;
  readonly largest: number;
}

/** How much linearity varies between trainings: the profile's seed and `moreSeeds`. */
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

export interface LinearityReferences {
  /** D_G of the largest training set. */
  readonly gaussian: LinearityCurve;
  /** D_M of the smallest training set. */
  readonly multiDelta: LinearityCurve;
}

/** The two analytic extremes: the affine D_G, and D_M of the smallest set. */
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
  readonly alpha: number;
  readonly point: LinearityPoint;
}

/** LS against the weight of the first image, for the run with the most images (C2). */
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

/** The smallest score over sigma, as the paper reports it. */
export const lowestScore = (points: readonly LinearityPoint[]): LinearityPoint =>
    points.reduce((least, point) =>
      point.score.estimate < least.score.estimate ? point : least);

/** GL of samples over GL of held-out images: 1 means as new as real unseen images. */
export const relativeGl = ({novelty, calibration}: SizeResult): number[] =>
    novelty.perSample.map(({gl}) => gl / calibration.gl.estimate);
