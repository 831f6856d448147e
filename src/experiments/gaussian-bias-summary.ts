/** Numbers that sum section III up: what its claims are judged by and its figures are titled with. */
import {bootstrapMean, bootstrapStatistic} from '../analysis/bootstrap';
import {memorizationScores} from '../analysis/memorization';
import {distanceGap} from '../analysis/score-difference';
import type {DenoiserDistance, DistanceGap} from '../analysis/score-difference';
import {sampleSimilarity} from '../analysis/strong-generalization';
import type {SampleResult} from '../sampling/solver';
import type {Interval} from '../types';
import type {ControlNumbers, SampleStructure} from './findings/gaussian-bias';
import type {ControlRow, ExplainedNetwork, LinearAgainstGaussian} from './gaussian-bias';
import type {Study} from './study';

/**
 * How many leading directions are compared.
 * @example console.log(hg.DIRECTIONS); // 10
 */
export const DIRECTIONS = 10;

/**
 * By how much D_M is farther from the network than D_G, at each noise level.
 * @param study randomness of the intervals.
 * @param distances of D_L, D_G and D_M to the network, in this order.
 * @throws RangeError as `distanceGap` does.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const [network, multiDelta] =
 *     [hg.gaussianDenoiser(hg.gaussianStats(train)), hg.multiDeltaDenoiser(train)];
 * const rng = hg.createRng(0);
 * const inputs = hg.noisyInputs(train, {sigmas: [0.5], rng});
 * const distances = await hg.compareDenoisers(network, [network, network, multiDelta], inputs, {rng});
 * console.log(hg.deltaGaps({rng}, distances).map(({sigma, rmse}) => `${sigma}: ${rmse.low > 0}`));
 * // [ '0.5: true' ]
 */
export const deltaGaps = (
    {rng}: Pick<Study, 'rng'>,
    [, toGaussian, toDelta]: readonly DenoiserDistance[]): DistanceGap[] =>
    distanceGap(toDelta!, toGaussian!, {rng: rng.fork('C5')});

/**
 * Overlap of the first directions of W_L and the Gaussian, mean over sigma > 0.1.
 * @param study noise levels, and randomness of the interval.
 * @param linear of `linearAgainstGaussian`.
 * @throws RangeError as `bootstrapMean` does.
 * @example
 * const [linear, gaussian] = [[2, 0, 0, 1], [1, 0, 0, 0.5]].map((weight) =>
 *   hg.leftSingularVectors(weight, 2));
 * const overlaps = [0, 1].map(() => hg.basisOverlap(linear!, gaussian!));
 * const study = {rng: hg.createRng(0), sigmas: Float64Array.of(80, 1)};
 * console.log(hg.directionOverlap(study, {overlaps}).estimate); // 1
 */
export const directionOverlap = (
    {rng, sigmas}: Pick<Study, 'rng' | 'sigmas'>,
    {overlaps}: Pick<LinearAgainstGaussian, 'overlaps'>): Interval => bootstrapMean(
    overlaps.filter((_, k) => sigmas[k]! > 0.1)
        .map(({subspace}) => subspace[Math.min(DIRECTIONS, subspace.length) - 1]!),
    {rng: rng.fork('directions')});

const median = (values: ArrayLike<number>): number => {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Median with its interval over the noise levels. */
export const medianOverSigmas = ({rng}: Study, values: readonly number[]): Interval =>
    bootstrapStatistic(values.length,
        (indices) => median(Float64Array.from(indices, (i) => values[i]!)),
        {rng: rng.fork('weights'), method: 'percentile'});

/**
 * Medians and maxima over the noise levels of the control.
 * @param rows of `distillationControl`.
 * @example
 * const rows = (['training', 'held out'] as const).flatMap((inputs) =>
 *   [0.5, 2].flatMap((sigma) => ['D_M', 'network'].map((denoiser) => ({
 *     denoiser, inputs, sigma, residual: denoiser === 'D_M' ? 0.4 : 0.1,
 *     weightNmse: inputs === 'training' ? 0.01 : sigma,
 *   }))));
 * console.log(hg.controlNumbers(rows));
 * // {
 * //   deltaOnTraining: 0.01,
 * //   deltaOnHeldOut: 1.25,
 * //   deltaResidual: 0.4,
 * //   networkResidual: 0.1
 * // }
 */
export function controlNumbers(rows: readonly ControlRow[]): ControlNumbers {
  const of = (denoiser: string, inputs?: string): ControlRow[] => rows.filter((row) =>
    row.denoiser === denoiser && (inputs === undefined || row.inputs === inputs));
  const weights = (inputs: string): number =>
    median(of('D_M', inputs).map(({weightNmse}) => weightNmse));
  const residual = (denoiser: string): number =>
    Math.max(...of(denoiser).map((row) => row.residual));
  return {
    deltaOnTraining: weights('training'), deltaOnHeldOut: weights('held out'),
    deltaResidual: residual('D_M'), networkResidual: residual('network'),
  };
}

/**
 * What images from the same noise have in common.
 * @param study randomness of the intervals.
 * @param network with its training images.
 * @param samples of network, D_L, D_G and D_M, in this order.
 * @throws RangeError as `sampleSimilarity` and `memorizationScores` do.
 * @example
 * const images = Uint8Array.from({length: 8 * 4}, (_, i) => 37 * i % 256); // 8 images of 2×2
 * const train = hg.createDataset({name: 'tiny', images, imageShape: [2, 2, 1]});
 * const copies = {
 *   samples: hg.imagesToFloat32(train, [0, 1, 2, 3]), count: 4, imageShape: train.imageShape};
 * const four = Array.from({length: 4}, () => ({result: copies}));
 * const {copyRatio} = await hg.sampleStructure({rng: hg.createRng(0)}, {train}, four);
 * console.log(copyRatio.estimate); // 1
 */
export async function sampleStructure(
    {rng}: Pick<Study, 'rng'>, {train}: Pick<ExplainedNetwork, 'train'>,
    samples: ReadonlyArray<{readonly result: SampleResult}>): Promise<SampleStructure> {
  const [network, linear, gaussian, multiDelta] = samples.map(({result}) => result);
  const likeness = (other: SampleResult): Interval =>
    sampleSimilarity(network!, other, {rng: rng.fork('C7')}).gap.correlation;
  const {copyRatio} = await memorizationScores(train, multiDelta!, {rng: rng.fork('C7')});
  return {linear: likeness(linear!), gaussian: likeness(gaussian!), copyRatio};
}
