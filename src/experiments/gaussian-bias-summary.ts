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

/** How many leading directions are compared. */
export const DIRECTIONS = 10;

/**
 * By how much D_M is farther from the network than D_G, at each noise level.
 * @param distances of D_L, D_G and D_M to the network.
 */
export const deltaGaps = (
    {rng}: Study, [, toGaussian, toDelta]: readonly DenoiserDistance[]): DistanceGap[] =>
    distanceGap(toDelta!, toGaussian!, {rng: rng.fork('C5')});

/** Overlap of the first directions of W_L and the Gaussian, mean over sigma > 0.1. */
export const directionOverlap = (
    {rng, sigmas}: Study, {overlaps}: LinearAgainstGaussian): Interval => bootstrapMean(
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

/** Medians and maxima over the noise levels of the control. */
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
 * @param samples of network, D_L, D_G and D_M, in this order.
 */
export async function sampleStructure(
    {rng}: Study, {train}: ExplainedNetwork,
    samples: ReadonlyArray<{readonly result: SampleResult}>): Promise<SampleStructure> {
  const [network, linear, gaussian, multiDelta] = samples.map(({result}) => result);
  const likeness = (other: SampleResult): Interval =>
    sampleSimilarity(network!, other, {rng: rng.fork('C7')}).gap.correlation;
  const {copyRatio} = await memorizationScores(train, multiDelta!, {rng: rng.fork('C7')});
  return {linear: likeness(linear!), gaussian: likeness(gaussian!), copyRatio};
}
