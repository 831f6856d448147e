/** Titles of notebooks III and V: what their numbers say, whatever they are. */
import type {DenoiserDistance, DistanceGap} from '../../analysis/score-difference';
import {formatNumber} from '../../tables/format';
import type {Interval} from '../../types';
import {NAMES, change, isAbove, isBelow, percent, sigmaIs, value, whole} from './words';

const {linear, gaussian, multiDelta} = NAMES;

/** How much two networks' sizes are told: `the network of N = 64`. */
const network = (n: number): string => `the network of N = ${whole(n)}`;
const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

/** The noise level where a distance is largest. */
function farthest({points}: DenoiserDistance, measure: 'rmse' | 'nmse') {
  const far = points.reduce((most, point) =>
    point[measure].estimate > most[measure].estimate ? point : most);
  return {sigma: far.sigma, interval: far[measure]};
}

/**
 * Where the network leaves its linear fit, and which of D_G and D_M is nearer.
 * @param toLinear distance of D_L to the network.
 * @param gaps RMSE of D_M minus that of D_G to the network, a noise level each.
 */
export function distanceFinding({n, toLinear, gaps}: {
  readonly n: number; readonly toLinear: DenoiserDistance; readonly gaps: readonly DistanceGap[];
}): string {
  const far = farthest(toLinear, 'rmse');
  const [toGaussian, toDelta] =
      [gaps.filter(({rmse}) => isAbove(rmse)), gaps.filter(({rmse}) => isBelow(rmse))];
  return `${capital(network(n))} leaves its linear fit most at ${sigmaIs(far.sigma)}, by RMSE ` +
      `${value(far.interval)}; it is clearly nearer to ${gaussian} at ${toGaussian.length} and to ` +
      `${multiDelta} at ${toDelta.length} of ${gaps.length} noise levels`;
}

/** How well D_L explains the network, relative to its output. */
export function relativeFinding({n, heldOut, trajectory}: {
  readonly n: number; readonly heldOut: DenoiserDistance; readonly trajectory: DenoiserDistance;
}): string {
  const [images, own] = [farthest(heldOut, 'nmse'), farthest(trajectory, 'nmse')];
  return `Relative to its output, ${network(n)} differs from ${linear} by at most NMSE ` +
      `${value(images.interval)} on held-out images (${sigmaIs(images.sigma)}) and ` +
      `${value(own.interval)} on its own trajectory (${sigmaIs(own.sigma)})`;
}

/** The paper's bound on RMSE for "nearly the same denoiser". */
export const NEAR = 0.05;

/** At how many noise levels the linear fit is nearly the Gaussian. */
export function nearGaussianFinding(
    networks: ReadonlyArray<{readonly n: number; readonly distance: DenoiserDistance}>): string {
  const counts = networks.map(({n, distance: {points}}) => {
    const near = points.filter(({rmse}) => isBelow(rmse, NEAR)).length;
    return `${near} of ${points.length} noise levels for N = ${whole(n)}`;
  });
  const most = networks[0]!.distance.points;
  const everywhere = most.every(({rmse}) => isBelow(rmse, NEAR));
  const nowhere = most.every(({rmse}) => !isBelow(rmse, NEAR));
  const where = everywhere ? 'at every noise level' : nowhere ? 'at no noise level' :
    'at some noise levels only';
  return `The linear fit is nearly the Gaussian (RMSE below ${NEAR}) ${where}: ${counts.join(', ')}`;
}

/** Overlap that counts as aligned. */
export const ALIGNED = 0.8;

/**
 * Whether the leading directions of W_L are the principal components.
 * @param count how many directions.
 */
export function directionFinding(count: number, networks: ReadonlyArray<{
  readonly n: number; readonly overlap: Interval;}>): string {
  const numbers = networks.map(({n, overlap}) =>
    `${value(overlap)} for N = ${whole(n)}`).join(', ');
  const {overlap} = networks[0]!;
  const verb = isAbove(overlap, ALIGNED) ? 'are those of the principal components' :
    'are only partly those of the principal components';
  return `The first ${count} directions of W<sub>L</sub> ${verb}: overlap ${numbers} (1: the same ` +
      'subspace)';
}

/** What the control says: medians over σ of the NMSE of W_L to W_G, and largest residuals. */
export interface ControlNumbers {
  readonly deltaOnTraining: number;
  readonly deltaOnHeldOut: number;
  readonly deltaResidual: number;
  readonly networkResidual: number;
}

/** Bound on the NMSE of weights for "nearly the same", the paper's. */
export const WEIGHTS_NEAR = 0.2;

/** How much an agreement of D_L with D_G proves. */
export function controlFinding(
    {deltaOnTraining, deltaOnHeldOut, deltaResidual, networkResidual}: ControlNumbers): string {
  const short = (number: number): string => formatNumber(number, 2);
  const weights = `median NMSE of W ${short(deltaOnTraining)} on its training images, ` +
      `${short(deltaOnHeldOut)} on held-out ones`;
  const residuals = `largest residual ${short(deltaResidual)} against ${short(networkResidual)} ` +
      'of the network';
  return deltaOnTraining < WEIGHTS_NEAR ?
    `Even ${multiDelta} has nearly the Gaussian as its linear fit: ${weights}; ${residuals}` :
    `The linear fit of ${multiDelta} is not the Gaussian here: ${weights}; ${residuals}`;
}

/** Images from the same noise: correlations above chance, and copies of D_M. */
export interface SampleStructure {
  /** Correlation of D_L's images with the network's, above that of images from other noise. */
  readonly linear: Interval;
  /** The same for D_G. */
  readonly gaussian: Interval;
  /** Share of copies among the images of D_M. */
  readonly copyRatio: Interval;
}

/** Whether images from the same noise share their structure. */
export function structureFinding(structure: SampleStructure): string {
  const numbers = `correlation with the network’s ${change(structure.linear)} (${linear}) and ` +
      `${change(structure.gaussian)} (${gaussian}) above chance`;
  const alike = isAbove(structure.linear) && isAbove(structure.gaussian);
  const copies = `${multiDelta} copies training images in ${percent(structure.copyRatio.estimate)}`;
  return `${alike ? 'Images from the same noise share their structure' :
    'Images from the same noise do not clearly share their structure'}: ${numbers}; ${copies}`;
}

/** How few principal components hold most of the variance. */
export function spectrumFinding(
    {eigenvalues, rank}: {readonly eigenvalues: ArrayLike<number>; readonly rank: number}): string {
  const all = Array.from(eigenvalues);
  const total = all.reduce((sum, lambda) => sum + lambda, 0);
  let [held, components] = [0, 0];
  while (held < 0.9 * total) held += all[components++]!;
  return `${components} of ${whole(all.length)} principal components hold 90 % of the variance of ` +
      `the training images${rank < all.length ? `; beyond ${whole(rank)} there is none` : ''}`;
}
