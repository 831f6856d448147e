/** The claims of section II, from its measurements. */
import {bootstrapMean} from '../analysis/bootstrap';
import {trendTest} from '../analysis/trend';
import type {TrendResult} from '../analysis/trend';
import type {Interval} from '../types';
import type {Claim} from './claims';
import {intermediateScores, relativeGl} from './emerging-linearity';
import type {AlphaResult, SeedResult, SizeResult} from './emerging-linearity';
import type {SizeTrends} from './findings/linearity';
import type {Workspace} from './workspace';

/** How linearity, novelty and copies go with N. */
export function sizeTrends({rng}: Workspace, results: readonly SizeResult[]): SizeTrends {
  const trend = (label: string, values: (result: SizeResult) => number[]): TrendResult =>
      trendTest(results.map((result) => ({x: Math.log2(result.n), values: values(result)})),
          {rng: rng.fork(label)});
  return {
    sizes: [results[0]!.n, results.at(-1)!.n],
    score: trend('LS', ({linearity}) => intermediateScores(linearity.points)),
    centred: trend('centred LS', ({linearity}) => intermediateScores(linearity.centred!)),
    novelty: trend('GL', relativeGl),
    copies: trend('copies', (result) =>
      result.novelty.perSample.map(({copied}) => copied ? 1 : 0)),
  };
}

/** The weight of the first image with the lowest score. */
export const lowestWeight = (alphas: readonly AlphaResult[]): AlphaResult =>
    alphas.reduce((least, result) =>
      result.point.score.estimate < least.point.score.estimate ? result : least);

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
  const {profile} = workspace;
  const common = {
    dataset: workspace.train.name, n: results.map(({n}) => n),
    steps: [results[0]!.run.options.steps], seed: profile.seed,
  };
  const {score: plain, centred, novelty, copies} = sizeTrends(workspace, results);
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
  const lowest = lowestWeight(alphas);
  const estimate: Interval = lowest.point.score;
  const atEqual = Math.abs(lowest.alpha - Math.SQRT1_2) < 1e-9;
  return {
    ...common, id: 'C2', figure: '02-linearity-by-weight',
    statistic: `lowest LS over ${alphas.length} weights α, at α = ${lowest.alpha.toFixed(2)}`,
    estimate, verdict: atEqual ? 'reproduced' : 'not reproduced',
  };
}
