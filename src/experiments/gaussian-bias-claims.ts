/** The claims of section III, from its measurements. */
import {bootstrapMean, pairedDifference} from '../analysis/bootstrap';
import {memorizationScores} from '../analysis/memorization';
import type {DenoiserDistance} from '../analysis/score-difference';
import {sampleSimilarity} from '../analysis/strong-generalization';
import {tf} from '../backend/tf';
import type {SampleResult} from '../sampling/solver';
import type {Interval} from '../types';
import type {Claim, ClaimId} from './claims';
import {gapOverSigmas, meanOverSigmas} from './gaussian-bias';
import type {ExplainedRun, LinearAgainstGaussian} from './gaussian-bias';
import type {DescentResult} from './gradient-descent';
import type {Workspace} from './workspace';

export interface GaussianBiasResults {
  readonly general: ExplainedRun;
  readonly memorizing: ExplainedRun;
  /** Distances of D_L, D_G, D_M to each network on held-out images. */
  readonly generalDistances: readonly DenoiserDistance[];
  readonly memorizingDistances: readonly DenoiserDistance[];
  readonly generalLinear: LinearAgainstGaussian;
  readonly memorizingLinear: LinearAgainstGaussian;
  readonly descent: readonly DescentResult[];
  /** Trajectories of network, D_L, D_G, D_M of the generalizing run, from shared noise. */
  readonly samples: ReadonlyArray<{readonly name: string; readonly result: SampleResult}>;
}

/** The paper's bound on RMSE for "nearly the same denoiser". */
const NEAR = 0.05;
const WEIGHTS_NEAR = 0.2;
/** Relative weight error that counts as having arrived, for C9. */
const ARRIVED = 0.1;
const isEnd = (sigma: number): boolean => sigma >= 20 || sigma <= 0.1;
const isMiddle = (sigma: number): boolean => !isEnd(sigma);
const verdict = (holds: boolean): Claim['verdict'] => holds ? 'reproduced' : 'not reproduced';

/** C5 to C9, C13 and C14. */
export async function gaussianBiasClaims(
    workspace: Workspace, results: GaussianBiasResults): Promise<Claim[]> {
  const {general, memorizing} = results;
  const claim = (
      id: ClaimId, part: string | undefined, statistic: string, estimate: Interval,
      holds: boolean, runs: readonly ExplainedRun[], note?: string): Claim => ({
    id, ...(part !== undefined && {part}), statistic, estimate, verdict: verdict(holds),
    ...(note !== undefined && {note}),
    dataset: workspace.train.name, n: runs.map(({n}) => n),
    steps: [general.run.options.steps], seed: workspace.profile.seed,
  });
  const [toLinear, toGaussian, toDelta] = results.generalDistances as
      readonly [DenoiserDistance, DenoiserDistance, DenoiserDistance];
  const [, memorizingToGaussian] = results.memorizingDistances;
  const ends = worst(toLinear, isEnd);
  const middle = gapOverSigmas(workspace, toDelta, toGaussian, isMiddle);
  const near = worst(results.generalLinear.distance, () => true);
  const weights = bootstrapMean(
      results.generalLinear.weightNmse, {rng: workspace.rng.fork('weights')});
  const fails = pairedDifference(
      meanOverSigmas(results.memorizingLinear.distance, isMiddle),
      meanOverSigmas(results.generalLinear.distance, isMiddle), {rng: workspace.rng.fork('C8')});
  const arrived = results.descent.reduce((far, row) =>
    row.weightError.estimate > far.weightError.estimate ? row : far);
  const floor = pairedDifference(
      lowestSigma(memorizingToGaussian!), lowestSigma(toGaussian),
      {rng: workspace.rng.fork('C13')});
  return [
    claim('C5', 'linear ends', 'largest RMSE(D_L, D_θ) over σ ≥ 20 and σ ≤ 0.1', ends.interval,
        ends.interval.high < NEAR, [general], `at σ = ${ends.sigma.toPrecision(3)}; the paper's bound is 0.05`),
    claim('C5', 'D_M between', 'RMSE(D_M, D_θ) minus RMSE(D_G, D_θ), mean over 0.1 < σ < 20',
        middle, middle.low > 0, [general], middleNote(toDelta, toGaussian)),
    claim('C6', 'outputs', 'largest RMSE(D_L, D_G) over all σ', near.interval,
        near.interval.high < NEAR, [general],
        `at σ = ${near.sigma.toPrecision(3)}; the paper's bound is 0.05`),
    claim('C6', 'weights', 'weight NMSE of D_L to D_G, mean over σ', weights,
        results.generalLinear.weightNmse.filter((value) => value < WEIGHTS_NEAR).length >
            results.generalLinear.weightNmse.length / 2, [general],
        'the interval is over the 10 noise levels'),
    ...await structureClaims(workspace, results, claim),
    claim('C8', undefined,
        'RMSE(D_L, D_G), mean over 0.1 < σ < 20, memorizing minus generalizing run',
        fails, fails.low > 0, [memorizing, general]),
    claim('C9', undefined, 'relative error of W after gradient descent, worst σ, over 5 seeds',
        arrived.weightError, arrived.weightError.high < ARRIVED, [memorizing],
        `at σ = ${arrived.sigma}; loss over the optimum's ${arrived.lossRatio.estimate.toFixed(3)}`),
    claim('C13', undefined,
        'RMSE(D_G, D_θ) at σ = 0.002, N below the number of pixels minus N above', floor,
        floor.low > 0, [memorizing, general]),
  ];
}

/** C7: correlation of images from the same noise, above that of images from other noise. */
async function structureClaims(
    workspace: Workspace, {general, samples}: GaussianBiasResults,
    claim: (id: ClaimId, part: string | undefined, statistic: string, estimate: Interval,
        holds: boolean, runs: readonly ExplainedRun[]) => Claim): Promise<Claim[]> {
  const tensors = samples.map(({result}) =>
    tf.tensor4d(result.samples, [result.count, ...result.imageShape]));
  try {
    const similar = [1, 2].map((other) =>
      sampleSimilarity(tensors[0]!, tensors[other]!, {rng: workspace.rng.fork('C7')}));
    const copies = await memorizationScores(
        general.train, tensors[3]!, {rng: workspace.rng.fork('C7')});
    return [
      ...similar.map(({gap: {correlation}}, i) => claim('C7', `network and ${samples[i + 1]!.name}`,
          'pixel correlation of images from the same noise, above that from other noise',
          correlation, correlation.low > 0, [general])),
      claim('C7', 'D_M copies', 'copy ratio of the images that D_M generates',
          copies.copyRatio, copies.copyRatio.low > 0.5, [general]),
    ];
  } finally {
    tf.dispose(tensors);
  }
}

/** The largest mean RMSE over chosen sigmas, with its interval. */
function worst({points}: DenoiserDistance, chosen: (sigma: number) => boolean) {
  const far = points.filter(({sigma}) => chosen(sigma)).reduce((most, point) =>
    point.rmse.estimate > most.rmse.estimate ? point : most);
  return {sigma: far.sigma, interval: far.rmse};
}

const lowestSigma = ({points}: DenoiserDistance): readonly number[] =>
    points.at(-1)!.perSample.rmse;

function middleNote(toDelta: DenoiserDistance, toGaussian: DenoiserDistance): string {
  const reversed = toDelta.points
      .filter(({sigma, rmse}, i) =>
        isMiddle(sigma) && rmse.estimate < toGaussian.points[i]!.rmse.estimate)
      .map(({sigma}) => sigma.toPrecision(3));
  return reversed.length === 0 ? 'D_M is farther at every one of these σ' :
    `D_M is nearer at σ = ${reversed.join(', ')}: the ten classes are clusters, not one Gaussian`;
}
