/** Section III (Fig. 2): which simple denoiser explains a network, at each noise level. */
import {noisyInputs, trajectoryInputs} from '../analysis/noisy-inputs';
import type {SigmaInputs} from '../analysis/noisy-inputs';
import {compareDenoisers} from '../analysis/score-difference';
import type {DenoiserDistance} from '../analysis/score-difference';
import {basisOverlap, leftSingularVectors, principalBasis, weightNmse} from '../analysis/spectra';
import type {BasisOverlap} from '../analysis/spectra';
import {tf} from '../backend/tf';
import {checkSameShape} from '../data/dataset';
import {heldOutSplit} from '../data/split';
import {gaussianDenoiser, wienerWeights} from '../denoisers/gaussian';
import {gaussianStats} from '../denoisers/gaussian-stats';
import type {GaussianStats} from '../denoisers/gaussian-stats';
import {linearDenoiser} from '../denoisers/linear';
import type {LinearWeights} from '../denoisers/linear';
import {multiDeltaDenoiser} from '../denoisers/multi-delta';
import {sampleEuler} from '../sampling/euler';
import type {SampleResult} from '../sampling/solver';
import type {Json} from '../store/canonical';
import type {Dataset, Denoiser} from '../types';
import {linearFitOf, remember, sharedNoise} from './measure';
import type {Study} from './study';
import type {TrainRun} from './train-run';
import type {Workspace} from './workspace';

/** A network and the three denoisers that may explain it, all of its own training set. */
export interface ExplainedNetwork {
  /** N. */
  readonly n: number;
  /** Training steps, for the record; undefined when they are not known. */
  readonly steps: number | undefined;
  /** Everything that decides the network's outputs. */
  readonly identity: Json;
  /** Its training images. */
  readonly train: Dataset;
  /** Their mean and covariance. */
  readonly stats: GaussianStats;
  /** D_L's maps on the paper's sigma grid, fitted on held-out images. */
  readonly maps: LinearWeights;
  /** D_θ. */
  readonly network: Denoiser;
  /** D_L, which knows the noise levels of `maps` only. */
  readonly linear: Denoiser;
  /** D_G. */
  readonly gaussian: Denoiser;
  /** D_M. */
  readonly multiDelta: Denoiser;
  /** Frees the four denoisers. */
  dispose(): void;
}

/** A run of a profile, explained. */
export interface ExplainedRun extends ExplainedNetwork {
  /** The training run. */
  readonly run: TrainRun;
}

/** Held-out images in two parts: D_L is fitted on one and judged on the other. */
export function heldOutParts({heldOut, profile}: Study): {fit: Dataset; judge: Dataset} {
  const half = Math.floor(heldOut.count / 2);
  const {train: fit, heldOut: judge} = heldOutSplit(heldOut, {heldOut: half, seed: profile.seed});
  return {fit, judge};
}

/**
 * Trains (or loads) the run with N images and fits the three denoisers that may explain it: D_L in
 * closed form on half of the held-out images, D_G and D_M to the training images.
 * @param workspace opened by `openWorkspace`.
 * @param n N.
 * @returns dispose of it after use.
 * @throws Error as `trainRun` and `fitLinearClosedForm` do.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const subject = await hg.explainRun(workspace, 16);
 * console.log(subject.n, subject.linear.name, subject.maps.sigmas.length); // 16 D_L 10
 * subject.dispose();
 */
export async function explainRun(workspace: Workspace, n: number): Promise<ExplainedRun> {
  const run = await workspace.trainRun(n);
  const explained = await explainNetwork(workspace, {
    network: run.denoiser(), identity: run.stored.id, train: workspace.trainingSet(n),
    steps: run.options.steps,
  });
  return {...explained, run};
}

/** A network and its training images. */
export interface NetworkToExplain {
  /** Taken over: disposed with the result. */
  readonly network: Denoiser;
  /** Everything that decides the network's outputs. */
  readonly identity: Json;
  /** The images it was trained on. */
  readonly train: Dataset;
  /** Training steps, for the record (default unknown). */
  readonly steps?: number;
}

/**
 * Fits the three denoisers to a network's training set, D_L in closed form on held-out images.
 * @throws RangeError when images and network differ in shape.
 */
export async function explainNetwork(
    study: Study, {network, identity, train, steps}: NetworkToExplain): Promise<ExplainedNetwork> {
  checkSameShape('explainNetwork', train, network);
  const stats = gaussianStats(train);
  const {fit} = heldOutParts(study);
  const maps = await linearFitOf(study, {denoiser: network, identity}, fit);
  const [linear, gaussian, multiDelta] = [
    linearDenoiser(maps, {name: 'D_L'}), gaussianDenoiser(stats, {name: 'D_G'}),
    multiDeltaDenoiser(train, {name: 'D_M'}),
  ] as const;
  return {
    n: train.count, steps, identity, train, stats, maps, network, linear, gaussian, multiDelta,
    dispose() {
      for (const denoiser of [network, linear, gaussian, multiDelta]) denoiser.dispose();
    },
  };
}

/** Where the inputs of a comparison come from. */
export type InputSource = 'held out' | 'training' | 'own trajectory';

/**
 * Distances of D_L, D_G and D_M to the network, in this order, on one kind of input (Li, Dai, Qu
 * 2024, eq. 10 and Fig. 2); loaded when the run store has them. On noisy training images D_M is the
 * exact answer by construction: judge on held-out ones.
 * @param study a workspace, or what `openOwnStudy` returns.
 * @param subject of `explainRun` or `explainOwnNetwork`.
 * @param source where the inputs come from.
 * @throws as `compareDenoisers` does.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const subject = await hg.explainRun(workspace, 16);
 * const distances = await hg.distancesToNetwork(workspace, subject, 'held out');
 * console.log(distances.map(({denoiser}) => denoiser).join(', ')); // D_L, D_G, D_M
 */
export function distancesToNetwork(
    study: Study, subject: ExplainedNetwork, source: InputSource): Promise<DenoiserDistance[]> {
  const {profile, sigmas} = study;
  const {network, linear, gaussian, multiDelta} = subject;
  const options = {
    run: subject.identity, source, judge: study.heldOut.hash, sigmas: [...sigmas],
    images: profile.comparisonImages, fit: profile.linearFitSamples, seed: profile.seed,
  };
  return remember(study, 'distances', options, async (onProgress) => {
    const inputs = await inputsFrom(study, subject, source);
    try {
      return await compareDenoisers(network, [linear, gaussian, multiDelta], inputs, {
        rng: study.rng.fork('distances'), onProgress,
      });
    } finally {
      for (const {x} of inputs) x.dispose();
    }
  });
}

async function inputsFrom(
    study: Study, {network, train}: ExplainedNetwork,
    source: InputSource): Promise<SigmaInputs[]> {
  const {sigmas, profile, rng} = study;
  const count = profile.comparisonImages;
  if (source === 'own trajectory') {
    const noise = sharedNoise(study, count, network.imageShape);
    return trajectoryInputs(
        await sampleEuler(network, noise, [...sigmas, 0], {trajectory: true}));
  }
  const images = source === 'training' ? train : heldOutParts(study).judge;
  return noisyInputs(images, {sigmas, count, rng: rng.fork('inputs')});
}

/** D_L against D_G of one run. */
export interface LinearAgainstGaussian {
  /** RMSE on noisy held-out images. */
  readonly distance: DenoiserDistance;
  /** ||W_L - W_G||² / ||W_G||² of each sigma. */
  readonly weightNmse: readonly number[];
  /** Overlap of leading singular vectors, of each sigma. */
  readonly overlaps: readonly BasisOverlap[];
}

/**
 * How many singular vectors are compared: the paper's first 100 of 12,288, at our sizes, and no
 * more than there are directions in which the images vary.
 */
export const leadingVectors = ({mean, rank}: Pick<GaussianStats, 'mean' | 'rank'>): number =>
    Math.max(1, Math.min(50, Math.floor(mean.length / 4), rank));

/**
 * Compares outputs and weights of D_L and D_G on the paper's sigma grid (Li, Dai, Qu 2024, Fig. 4).
 * @param study a workspace, or what `openOwnStudy` returns.
 * @param subject of `explainRun` or `explainOwnNetwork`.
 * @throws as `compareDenoisers` does.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const subject = await hg.explainRun(workspace, 16);
 * const {weightNmse, overlaps} = await hg.linearAgainstGaussian(workspace, subject);
 * console.log(weightNmse.length, overlaps[0]?.subspace.length); // 10 15
 */
export async function linearAgainstGaussian(
    study: Study, {linear, gaussian, maps, stats}: ExplainedNetwork):
    Promise<LinearAgainstGaussian> {
  const {sigmas, profile, rng} = study;
  const inputs = noisyInputs(heldOutParts(study).judge,
      {sigmas, count: profile.comparisonImages, rng: rng.fork('inputs')});
  try {
    const [distance] = await compareDenoisers(
        gaussian, [linear], inputs, {rng: rng.fork('distances')});
    const k = leadingVectors(stats);
    return {
      distance: distance!,
      weightNmse: Array.from(sigmas, (sigma, i) =>
        weightNmse(maps.weights[i]!, wienerWeights(stats, sigma).weight)),
      overlaps: Array.from(sigmas, (sigma, i) => basisOverlap(
          leftSingularVectors(maps.weights[i]!, k), principalBasis(stats, sigma, k))),
    };
  } finally {
    for (const {x} of inputs) x.dispose();
  }
}

/** One row of the control: a denoiser distilled on one kind of images. */
export interface ControlRow {
  /** `'D_M'` or `'network'`. */
  readonly denoiser: string;
  /** The images it was distilled and judged on. */
  readonly inputs: 'training' | 'held out';
  /** Noise level. */
  readonly sigma: number;
  /** ||W_L - W_G||² / ||W_G||². */
  readonly weightNmse: number;
  /** RMSE(D_L, D): what no linear map explains. */
  readonly residual: number;
}

/**
 * The control: distil the multi-delta denoiser, which is as far from linear as can be, and the
 * network, on training and on held-out images. On its own training images the best affine fit of
 * *any* exact denoiser is the Wiener filter, so agreement of D_L with D_G alone proves nothing.
 * @param study a workspace, or what `openOwnStudy` returns.
 * @param subject of `explainRun` or `explainOwnNetwork`.
 * @returns a row for each denoiser, kind of images and sigma.
 * @example
 * // Takes long: compiled by the tests, not run.
 * // D_M, the least linear denoiser there is, looks Gaussian on its own training images.
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const subject = await hg.explainRun(workspace, 512);
 * const rows = await hg.distillationControl(workspace, subject);
 * const [training, heldOut] = ['training', 'held out'].map((kind) => rows.find((row) =>
 *   row.denoiser === 'D_M' && row.inputs === kind && Math.abs(row.sigma - 0.47) < 0.01)!);
 * console.log(training!.weightNmse < heldOut!.weightNmse); // true
 */
export async function distillationControl(
    study: Study, subject: ExplainedNetwork): Promise<ControlRow[]> {
  const {sigmas, profile, rng} = study;
  const {fit, judge} = heldOutParts(study);
  const rows: ControlRow[] = [];
  for (const denoiser of [subject.multiDelta, subject.network]) {
    const identity = denoiser === subject.network ?
      subject.identity : {multiDelta: subject.train.hash};
    for (const inputs of ['training', 'held out'] as const) {
      const [source, judged] =
          inputs === 'training' ? [subject.train, subject.train] : [fit, judge];
      const maps = await linearFitOf(study, {denoiser, identity}, source);
      const linear = linearDenoiser(maps);
      const noisy = noisyInputs(
          judged, {sigmas, count: profile.comparisonImages, rng: rng.fork('control')});
      try {
        const [residual] =
            await compareDenoisers(denoiser, [linear], noisy, {rng: rng.fork('distances')});
        sigmas.forEach((sigma, i) => rows.push({
          denoiser: denoiser === subject.network ? 'network' : 'D_M', inputs, sigma,
          weightNmse: weightNmse(maps.weights[i]!, wienerWeights(subject.stats, sigma).weight),
          residual: residual!.points[i]!.rmse.estimate,
        }));
      } finally {
        linear.dispose();
        tf.dispose(noisy.map(({x}) => x));
      }
    }
  }
  return rows;
}

/**
 * Samples along the paper's grid by its 10-step Euler solver, from shared noise (Li, Dai, Qu 2024,
 * Fig. 2).
 * @param study a workspace, or what `openOwnStudy` returns.
 * @param subject of `explainRun` or `explainOwnNetwork`.
 * @param count images of each.
 * @returns network, D_L, D_G and D_M, in this order, each with its trajectory.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const subject = await hg.explainRun(workspace, 16);
 * const rows = await hg.trajectories(workspace, subject, 3);
 * console.log(rows.map(({name, result}) => `${name} ${result.trajectory?.states.length}`));
 * // [ 'network 11', 'D_L 11', 'D_G 11', 'D_M 11' ]
 */
export async function trajectories(
    study: Study, {network, linear, gaussian, multiDelta}: ExplainedNetwork, count: number):
    Promise<Array<{readonly name: string; readonly result: SampleResult}>> {
  const noise = sharedNoise(study, count, network.imageShape);
  const schedule = [...study.sigmas, 0];
  const rows = [];
  for (const [name, denoiser] of [
    ['network', network], ['D_L', linear], ['D_G', gaussian], ['D_M', multiDelta],
  ] as const) {
    rows.push({name, result: await sampleEuler(denoiser, noise, schedule, {trajectory: true})});
  }
  return rows;
}

/** Per-sample mean over chosen sigmas of a distance, one value a sample. */
export function meanOverSigmas(
    {points}: DenoiserDistance, chosen: (sigma: number) => boolean,
    measure: 'rmse' | 'nmse' = 'rmse'): number[] {
  const kept = points.filter(({sigma}) => chosen(sigma));
  return kept[0]!.perSample[measure].map((_, i) =>
    kept.reduce((sum, {perSample}) => sum + perSample[measure][i]!, 0) / kept.length);
}
