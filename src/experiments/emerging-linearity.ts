/** Section II (Fig. 1): linearity and novelty against the number of training images. */
import {bootstrapMean} from '../analysis/bootstrap';
import type {LinearityCurve, LinearityPoint} from '../analysis/linearity';
import {linearityCurve} from '../analysis/linearity';
import {calibrateOnHeldOut} from '../analysis/memorization';
import type {MemorizationResult} from '../analysis/memorization';
import {trendTest} from '../analysis/trend';
import type {TrendResult} from '../analysis/trend';
import {gaussianDenoiser} from '../denoisers/gaussian';
import {gaussianStats} from '../denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../denoisers/multi-delta';
import type {SampleResult} from '../sampling/solver';
import type {Interval} from '../types';
import type {Claim} from './claims';
import {linearityOf, noveltyOf, remember, samplesOf} from './measure';
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
        novelty: await noveltyOf(workspace, train, samples),
        calibration: await calibrateOnHeldOut(train, workspace.heldOut,
            {count: workspace.profile.samples, rng: workspace.rng.fork('novelty')}),
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
const isIntermediate = (sigma: number): boolean => sigma > 0.1 && sigma < 20;

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

/**
 * What the paper claims of section II, judged: C1, C2 and C4 of `CLAIMS`.
 * @param workspace opened by `openWorkspace`.
 * @param results of `sizeSweep`, at least two.
 * @param alphas of `alphaSweep`.
 * @param seeds of `seedSweep`; a single one gives no claim.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const results = await hg.sizeSweep(workspace);
 * const alphas = await hg.alphaSweep(workspace, results.at(-1)!, 1.5);
 * const claims = hg.linearityClaims(workspace, results, alphas, await hg.seedSweep(workspace));
 * console.log(claims.map(({id}) => id).join(' ')); // C1 C1 C1 C2 C4 C4
 */
export function linearityClaims(
    workspace: Workspace, results: readonly SizeResult[], alphas: readonly AlphaResult[],
    seeds: readonly SeedResult[]): Claim[] {
  const {profile, rng} = workspace;
  const common = {
    dataset: workspace.train.name, n: results.map(({n}) => n),
    steps: [results[0]!.run.options.steps], seed: profile.seed,
  };
  const trend = (label: string, values: (result: SizeResult) => number[]): TrendResult =>
      trendTest(results.map((result) => ({x: Math.log2(result.n), values: values(result)})),
          {rng: rng.fork(label)});
  const plain = trend('LS', ({linearity}) => intermediateScores(linearity.points));
  const centred = trend('centred LS', ({linearity}) => intermediateScores(linearity.centred!));
  const novelty = trend('GL', relativeGl);
  const copies = trend('copies', (result) =>
    result.novelty.perSample.map(({copied}) => copied ? 1 : 0));
  const verdict = (holds: boolean): Claim['verdict'] => holds ? 'reproduced' : 'not reproduced';
  return [
    {
      ...common, id: 'C1', part: 'LS', figure: '02-linearity-by-size',
      statistic: 'mean LS over 0.1 < σ < 20, largest N minus smallest N',
      estimate: plain.change, verdict: verdict(plain.verdict === 'rises'),
      note: shareNote(plain, ({linearity}) => intermediateScores(linearity.points), results),
    },
    {
      ...common, id: 'C1', part: 'centred LS', figure: '02-linearity-by-size',
      statistic: 'mean centred LS over 0.1 < σ < 20, largest N minus smallest N',
      estimate: centred.change, verdict: verdict(centred.verdict === 'rises'),
      note: shareNote(centred, ({linearity}) => intermediateScores(linearity.centred!), results),
    },
    ...seedClaim(workspace, seeds, common),
    alphaClaim(alphas, {...common, n: [results.at(-1)!.n]}),
    {
      ...common, id: 'C4', part: 'GL', figure: '02-linearity-against-novelty',
      statistic: 'GL over GL of held-out images, largest N minus smallest N',
      estimate: novelty.change,
      verdict: verdict(novelty.verdict === 'rises' && plain.verdict === 'rises'),
      note: 'Raw GL falls again at large N, because the nearest training image comes closer; ' +
          'held-out images show the same, hence the ratio. Above 1, generated images are ' +
          'farther from the training set than real ones: new, but also rougher.',
    },
    {
      ...common, id: 'C4', part: 'copies', figure: '02-novelty-by-size',
      statistic: 'copy ratio, largest N minus smallest N',
      estimate: copies.change, verdict: verdict(copies.verdict === 'falls'),
    },
  ];
}

/** How much of the change lies between the two smallest N, and whether the rest still rises. */
function shareNote(
    {change, spearman}: TrendResult, values: (result: SizeResult) => number[],
    results: readonly SizeResult[]): string {
  const [first, second] = results.map((result) =>
    values(result).reduce((a, b) => a + b, 0) / values(result).length);
  const share = 100 * (second! - first!) / change.estimate;
  return `${share.toFixed(0)} % of the change lies between N = ${results[0]!.n} and ` +
      `${results[1]!.n}; rank correlation with N ${spearman.estimate.toFixed(2)}`;
}

/** C1 over training seeds; needs at least two of them for an interval. */
function seedClaim(
    {rng, profile: {sizes}}: Workspace, seeds: readonly SeedResult[],
    common: Pick<Claim, 'dataset' | 'n' | 'steps' | 'seed'>): Claim[] {
  if (seeds.length < 2) return [];
  const estimate = bootstrapMean(
      seeds.map(({smallest, largest}) => largest - smallest), {rng: rng.fork('seeds')});
  return [{
    ...common, id: 'C1', part: `over ${seeds.length} training seeds`,
    n: [sizes[0]!, sizes.at(-1)!],
    statistic: 'mean centred LS over 0.1 < σ < 20, largest N minus smallest N',
    estimate, verdict: estimate.low > 0 ? 'reproduced' : 'not reproduced',
  }];
}

function alphaClaim(
    alphas: readonly AlphaResult[], common: Pick<Claim, 'dataset' | 'n' | 'steps' | 'seed'>): Claim {
  const lowest = alphas.reduce((least, result) =>
    result.point.score.estimate < least.point.score.estimate ? result : least);
  const estimate: Interval = lowest.point.score;
  const atEqual = Math.abs(lowest.alpha - Math.SQRT1_2) < 1e-9;
  return {
    ...common, id: 'C2', figure: '02-linearity-by-weight',
    statistic: `lowest LS over ${alphas.length} weights α, at α = ${lowest.alpha.toFixed(2)}`,
    estimate, verdict: atEqual ? 'reproduced' : 'not reproduced',
  };
}
