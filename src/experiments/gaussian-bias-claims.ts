/** The claims of section III, from its measurements. */
import {pairedDifference} from '../analysis/bootstrap';
import type {DenoiserDistance, DistanceGap} from '../analysis/score-difference';
import type {SampleResult} from '../sampling/solver';
import {formatInterval} from '../tables/format';
import type {Interval} from '../types';
import type {Claim, ClaimId} from './claims';
import {ALIGNED, NEAR, WEIGHTS_NEAR} from './findings/gaussian-bias';
import {meanOverSigmas} from './gaussian-bias';
import type {ExplainedNetwork, LinearAgainstGaussian} from './gaussian-bias';
import {
  DIRECTIONS, deltaGaps, directionOverlap, medianOverSigmas, sampleStructure,
} from './gaussian-bias-summary';
import type {DescentResult} from './gradient-descent';
import {middleSize} from './profiles';
import type {Study} from './study';
import type {Workspace} from './workspace';

/** Everything that section III measures. */
export interface GaussianBiasResults {
  /** A network trained on many images. */
  readonly general: ExplainedNetwork;
  /** A network trained on few. */
  readonly memorizing: ExplainedNetwork;
  /** Distances of D_L, D_G, D_M to the first network on held-out images. */
  readonly generalDistances: readonly DenoiserDistance[];
  /** The same for the second. */
  readonly memorizingDistances: readonly DenoiserDistance[];
  /** D_L against D_G of the first network. */
  readonly generalLinear: LinearAgainstGaussian;
  /** The same of the second. */
  readonly memorizingLinear: LinearAgainstGaussian;
  /** Theorem 1 by gradient descent. */
  readonly descent: readonly DescentResult[];
  /** Trajectories of network, D_L, D_G, D_M of the generalizing run, from shared noise. */
  readonly samples: ReadonlyArray<{readonly name: string; readonly result: SampleResult}>;
}

/** The likely reason where a network is far from the Gaussian at high noise. */
const UNDERTRAINED = 'at high noise a short training stays short of the Gaussian (C15)';
/** Excess over the least possible loss that counts as having arrived, for C9. */
const ARRIVED = 0.05;
const isEnd = (sigma: number): boolean => sigma >= 20 || sigma <= 0.1;
const isMiddle = (sigma: number): boolean => !isEnd(sigma);
const verdict = (holds: boolean): Claim['verdict'] => holds ? 'reproduced' : 'not reproduced';

/** One network's measurements. */
export interface NetworkResults {
  /** The network, explained. */
  readonly subject: ExplainedNetwork;
  /** Distances of D_L, D_G, D_M to the network on held-out images. */
  readonly distances: readonly DenoiserDistance[];
  /** D_L against D_G. */
  readonly linear: LinearAgainstGaussian;
  /** Trajectories of network, D_L, D_G, D_M from shared noise. */
  readonly samples: ReadonlyArray<{readonly name: string; readonly result: SampleResult}>;
  /** Number of the notebook whose figures show this (default `'05'`). */
  readonly notebook?: '03' | '05';
}

type MakeClaim = (
  id: ClaimId, part: string | undefined, statistic: string, estimate: Interval, holds: boolean,
  subjects: readonly ExplainedNetwork[], figure: string | undefined, note?: string) => Claim;

/** Makes claims whose figures' names begin with the number of their notebook. */
const claimsOf = (study: Study, notebook: string): MakeClaim =>
  (id, part, statistic, estimate, holds, subjects, figure, note) => ({
    id, ...(part !== undefined && {part}), statistic, estimate, verdict: verdict(holds),
    ...(note !== undefined && {note}),
    dataset: study.train.name, n: subjects.map(({n}) => n),
    steps: [...new Set(subjects.flatMap(({steps}) => steps ?? []))], seed: study.profile.seed,
    ...(figure !== undefined && {figure: `${notebook}-${figure}`}),
  });

/**
 * C5 to C7 of `CLAIMS`, for one network: what a single model can show.
 * @param study a workspace, or what `openOwnStudy` returns.
 * @param results of `distancesToNetwork` (held out), `linearAgainstGaussian` and `trajectories`.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const subject = await hg.explainRun(workspace, 512);
 * const distances = await hg.distancesToNetwork(workspace, subject, 'held out');
 * const linear = await hg.linearAgainstGaussian(workspace, subject);
 * const samples = await hg.trajectories(workspace, subject, 8);
 * const claims = await hg.networkClaims(workspace, {subject, distances, linear, samples});
 * console.log(claims.map(({id}) => id).join(' ')); // C5 C5 C5 C6 C6 C6 C6 C6 C7 C7 C7
 */
export async function networkClaims(
    study: Study, {subject, distances, linear, samples, notebook = '05'}: NetworkResults):
    Promise<Claim[]> {
  const claim = claimsOf(study, notebook);
  const [toLinear, toGaussian] = distances as readonly [DenoiserDistance, DenoiserDistance];
  const ends = worst(toLinear, isEnd);
  const gaussianEnds = worst(toGaussian, isEnd);
  const gaps = deltaGaps(study, distances).filter(({sigma}) => isMiddle(sigma));
  const least = gaps.reduce((low, gap) => gap.rmse.estimate < low.rmse.estimate ? gap : low);
  const weights = medianOverSigmas(study, linear.weightNmse);
  const directions = directionOverlap(study, linear);
  return [
    claim('C5', 'linear ends', 'largest RMSE(D_L, D_θ) over σ ≥ 20 and σ ≤ 0.1', ends.interval,
        ends.interval.high < NEAR, [subject], 'distances',
        `at σ = ${ends.sigma.toPrecision(3)}; the paper's bound is 0.05`),
    claim('C5', 'Gaussian ends', 'largest RMSE(D_G, D_θ) over σ ≥ 20 and σ ≤ 0.1',
        gaussianEnds.interval, gaussianEnds.interval.high < NEAR, [subject], 'distances',
        `at σ = ${gaussianEnds.sigma.toPrecision(3)}; ${UNDERTRAINED}`),
    claim('C5', 'D_M between',
        'RMSE(D_M, D_θ) minus RMSE(D_G, D_θ), the least over 0.1 < σ < 20',
        least.rmse, gaps.every(({rmse}) => rmse.low > 0), [subject], 'distances',
        middleNote(gaps)),
    ...[
      ['low noise', (sigma: number) => sigma <= 0.1],
      ['intermediate noise', isMiddle],
      ['high noise', (sigma: number) => sigma >= 20],
    ].map(([name, chosen]) => {
      const far = worst(linear.distance, chosen as (sigma: number) => boolean);
      return claim('C6', `outputs, ${name as string}`, 'largest RMSE(D_L, D_G)', far.interval,
          far.interval.high < NEAR, [subject], 'linear-against-gaussian',
          `at σ = ${far.sigma.toPrecision(3)}; the paper's bound is 0.05; ${UNDERTRAINED}`);
    }),
    claim('C6', 'weights', 'median over σ of the weight NMSE of D_L to D_G', weights,
        weights.high < WEIGHTS_NEAR, [subject], 'linear-against-gaussian',
        "the interval is over the 10 noise levels; the paper's bound is 0.2 at most of them; " +
        UNDERTRAINED),
    claim('C6', `first ${DIRECTIONS} directions`,
        `overlap of the first ${DIRECTIONS} singular vectors of W_L with the principal ` +
        'components (1: same subspace), mean over σ > 0.1', directions, directions.low > ALIGNED,
        [subject], 'singular-vectors',
        `the interval is over noise levels; the bound of ${ALIGNED} is ours`),
    ...await structureClaims(study, subject, samples, claim),
  ];
}

/**
 * What the paper claims of section III, judged: C5 to C9 and C13 of `CLAIMS`.
 * @param workspace opened by `openWorkspace`.
 * @param results of both networks, and of `gradientDescent`.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const measure = async (n: number) => {
 *   const subject = await hg.explainRun(workspace, n);
 *   const distances = await hg.distancesToNetwork(workspace, subject, 'held out');
 *   return {subject, distances, linear: await hg.linearAgainstGaussian(workspace, subject)};
 * };
 * const [large, small] = [await measure(512), await measure(16)];
 * const claims = await hg.gaussianBiasClaims(workspace, {
 *   general: large.subject, generalDistances: large.distances, generalLinear: large.linear,
 *   memorizing: small.subject, memorizingDistances: small.distances,
 *   memorizingLinear: small.linear,
 *   samples: await hg.trajectories(workspace, large.subject, 8),
 *   descent: await hg.gradientDescent(workspace, 64),
 * });
 * console.log(claims.slice(-3).map(({id}) => id).join(' ')); // C8 C9 C13
 */
export async function gaussianBiasClaims(
    workspace: Workspace, results: GaussianBiasResults): Promise<Claim[]> {
  const {general, memorizing} = results;
  const claim = claimsOf(workspace, '03');
  const [, toGaussian] = results.generalDistances;
  const [, memorizingToGaussian] = results.memorizingDistances;
  const fails = pairedDifference(
      meanOverSigmas(results.memorizingLinear.distance, isMiddle),
      meanOverSigmas(results.generalLinear.distance, isMiddle), {rng: workspace.rng.fork('C8')});
  const arrived = results.descent.reduce((far, row) =>
    row.excessLoss.estimate > far.excessLoss.estimate ? row : far);
  const floor = pairedDifference(
      lowestSigma(memorizingToGaussian!), lowestSigma(toGaussian!),
      {rng: workspace.rng.fork('C13')});
  return [
    ...await networkClaims(workspace, {
      subject: general, distances: results.generalDistances, linear: results.generalLinear,
      samples: results.samples, notebook: '03',
    }),
    claim('C8', undefined,
        'RMSE(D_L, D_G), mean over 0.1 < σ < 20, memorizing minus generalizing run',
        fails, fails.low > 0, [memorizing, general], 'linear-against-gaussian'),
    {
      ...claim('C9', undefined,
          'expected loss after gradient descent over that of D_G, minus 1; worst σ, over 5 seeds',
          arrived.excessLoss, arrived.excessLoss.high < ARRIVED, [], undefined,
          `at σ = ${arrived.sigma}; the weights still differ by ` +
          `${formatInterval(arrived.weightError)} relative to W_G`),
      n: [middleSize(workspace.profile)],
    },
    claim('C13', undefined,
        'RMSE(D_G, D_θ) at σ = 0.002, N below the number of pixels minus N above', floor,
        floor.low > 0, [memorizing, general], 'distances'),
  ];
}

/** C7: correlation of images from the same noise, above that of images from other noise. */
async function structureClaims(
    study: Study, subject: ExplainedNetwork, samples: NetworkResults['samples'],
    claim: MakeClaim): Promise<Claim[]> {
  const structure = await sampleStructure(study, subject, samples);
  return [
    ...(['linear', 'gaussian'] as const).map((key, i) => claim(
        'C7', `network and ${samples[i + 1]!.name}`,
        'pixel correlation of images from the same noise, above that from other noise',
        structure[key], structure[key].low > 0, [subject], 'trajectories')),
    claim('C7', 'D_M copies', 'copy ratio of the images that D_M generates',
        structure.copyRatio, structure.copyRatio.low > 0.5, [subject], 'trajectories'),
  ];
}

/** The largest mean RMSE over chosen sigmas, with its interval. */
function worst({points}: DenoiserDistance, chosen: (sigma: number) => boolean) {
  const far = points.filter(({sigma}) => chosen(sigma)).reduce((most, point) =>
    point.rmse.estimate > most.rmse.estimate ? point : most);
  return {sigma: far.sigma, interval: far.rmse};
}

const lowestSigma = ({points}: DenoiserDistance): readonly number[] =>
    points.at(-1)!.perSample.rmse;

function middleNote(gaps: readonly DistanceGap[]): string {
  const reversed = gaps.filter(({rmse}) => rmse.estimate < 0)
      .map(({sigma}) => sigma.toPrecision(3));
  return reversed.length === 0 ? 'D_M is farther at every one of these σ' :
    `D_M is nearer at σ = ${reversed.join(', ')}: the images are clusters, not one Gaussian`;
}
