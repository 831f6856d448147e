/** Measurements that are kept in the run store: computed once, loaded by every notebook. */
import {fitLinearClosedForm} from '../training/fit-linear-closed-form';
import type {LinearWeights} from '../denoisers/linear';
import {linearityCurve} from '../analysis/linearity';
import type {LinearityCurve} from '../analysis/linearity';
import {calibrateOnHeldOut, memorizationScores} from '../analysis/memorization';
import type {MemorizationResult} from '../analysis/memorization';
import {karrasSchedule} from '../sampling/schedule';
import {sampleHeun} from '../sampling/heun';
import type {SampleResult} from '../sampling/solver';
import {startNoise} from '../sampling/start-noise';
import type {Json} from '../store/canonical';
import type {Dataset, Denoiser, ImageShape, OnProgress} from '../types';
import type {Study} from './study';

/** A denoiser and what identifies it in the run store. */
export interface Subject {
  /** Borrowed. */
  readonly denoiser: Denoiser;
  /** Everything that decides its outputs: ids of runs, hashes of data, options. */
  readonly identity: Json;
}

/**
 * Keeps the JSON result of a measurement.
 * @param study whose run store keeps it.
 * @param kind groups runs in the store, for example `'linearity'`.
 * @param options everything that decides the result.
 * @param compute calls the progress it is given often: an interruption ends it there.
 */
export async function remember<T>(
    {store}: Study, kind: string, options: Json,
    compute: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const {values} = await store.run({kind, options}, async ({onProgress}) =>
    ({arrays: {}, values: {result: plainJson(await compute(onProgress))}}));
  return values['result'] as T;
}

/** A result as JSON. @throws TypeError for NaN or an infinity, which JSON would turn into null. */
const plainJson = (result: unknown): Json =>
    JSON.parse(JSON.stringify(result, (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new TypeError(`remember: expected finite numbers, got ${value} for \`${key}\``);
      }
      return value;
    })) as Json;

/**
 * Unit start noise, the same for every model of a study; more of it begins with less of it.
 * @param study whose seed decides it.
 * @param count how many images.
 * @param imageShape `[H, W, C]`.
 * @returns `[count, H, W, C]` row by row.
 * @throws RangeError for a bad count or shape.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const [two, ten] = [2, 10].map((count) => hg.sharedNoise(workspace, count, [8, 8, 1]));
 * console.log(two?.length, two?.[100] === ten?.[100]); // 128 true
 */
export const sharedNoise = (
    {rng}: Pick<Study, 'rng'>, count: number, imageShape: ImageShape): Float32Array =>
    startNoise(count, imageShape, rng.fork('start'));

/** What sampling needs of a study. */
export interface SamplingStudy extends Pick<Study, 'store' | 'rng'> {
  readonly profile: Pick<Study['profile'], 'samples' | 'samplingSteps' | 'seed'>;
}

/**
 * The profile's samples of a denoiser by Heun's method, from the shared start noise; loaded when
 * the run store has them.
 * @param study whose run store keeps the result.
 * @param subject the denoiser, borrowed, and what identifies it.
 * @throws Error when an output is not finite.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const train = workspace.trainingSet(16);
 * const denoiser = hg.gaussianDenoiser(hg.gaussianStats(train));
 * const samples = await hg.samplesOf(workspace, {denoiser, identity: {gaussian: train.hash}});
 * console.log(samples.count, samples.samples.length); // 16 1024
 */
export async function samplesOf(study: SamplingStudy, subject: Subject): Promise<SampleResult> {
  const {samples: count, samplingSteps: steps} = study.profile;
  const {imageShape} = subject.denoiser;
  const stored = await study.store.run({
    kind: 'samples',
    options: {
      subject: subject.identity, count, steps, sampler: 'heun', seed: study.profile.seed,
    },
  }, async ({onProgress}) => {
    const noise = sharedNoise(study, count, imageShape);
    const {samples} = await sampleHeun(subject.denoiser, noise, karrasSchedule({steps}), {
      onStep: ({step}) => onProgress({
        label: `sample ${subject.denoiser.name}`, done: step + 1, total: steps,
      }),
    });
    return {arrays: {samples: {shape: [count, ...imageShape], data: samples}}, values: {}};
  });
  return {samples: stored.arrays.get('samples')!.data as Float32Array, count, imageShape};
}

/** Novelty of a subject's samples, from `samplesOf`, with respect to a training set. */
export function noveltyOf(
    study: Study, train: Dataset, {identity}: Pick<Subject, 'identity'>, samples: SampleResult):
    Promise<MemorizationResult> {
  const {samplingSteps: steps, seed} = study.profile;
  const options =
      {subject: identity, train: train.hash, count: samples.count, steps, sampler: 'heun', seed};
  return remember(study, 'novelty', options, (onProgress) =>
    memorizationScores(train, samples, {rng: study.rng.fork('novelty'), onProgress}));
}

/** The same scores of as many real held-out images, or of all when there are fewer. */
export function calibrationOf(study: Study, train: Dataset): Promise<MemorizationResult> {
  const {heldOut, profile: {samples, seed}} = study;
  const count = Math.min(samples, heldOut.count);
  const options = {heldOut: heldOut.hash, train: train.hash, count, seed};
  return remember(study, 'held-out-novelty', options, (onProgress) =>
    calibrateOnHeldOut(train, heldOut, {count, rng: study.rng.fork('novelty'), onProgress}));
}

/** The sigma grid of linearity: Karras points from 80 to 0.002. */
export const linearitySigmas = ({profile}: Study): Float64Array =>
    karrasSchedule({steps: profile.linearityPoints}).subarray(0, profile.linearityPoints);

/**
 * LS, centred LS and NMSE against sigma, on pairs of noisy held-out images (Li, Dai, Qu 2024,
 * eq. 11 and 12); loaded when the run store has them.
 * @param study whose run store keeps the result.
 * @param subject the denoiser, borrowed, and what identifies it.
 * @param centre pixel mean of the denoiser's own training set, `[D]`.
 * @throws as `linearityCurve` does.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const train = workspace.trainingSet(16);
 * const stats = hg.gaussianStats(train);
 * const subject = {denoiser: hg.gaussianDenoiser(stats), identity: {gaussian: train.hash}};
 * const {centred} = await hg.linearityOf(workspace, subject, stats.mean);
 * console.log(centred?.map(({score}) => score.estimate.toFixed(4)).join(' '));
 * // 1.0000 1.0000 1.0000 1.0000 1.0000
 */
export function linearityOf(
    study: Study, subject: Subject, centre: Float64Array): Promise<LinearityCurve> {
  const {pairs, linearityPoints, seed} = study.profile;
  const options = {
    subject: subject.identity, heldOut: study.heldOut.hash, pairs, linearityPoints, seed,
  };
  return remember(study, 'linearity', options, (onProgress) =>
    linearityCurve(subject.denoiser, study.heldOut, {
      sigmas: linearitySigmas(study), pairs, centre,
      rng: study.rng.fork('linearity'), onProgress,
    }));
}

/**
 * The closed-form linear distillation of a denoiser on the sigma grid (Li, Dai, Qu 2024, eq. 9);
 * loaded when the run store has it.
 * @param study whose run store keeps the result.
 * @param subject the denoiser, borrowed, and what identifies it.
 * @param source the clean images behind its noisy inputs.
 * @throws as `fitLinearClosedForm` does.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const train = workspace.trainingSet(128);
 * const stats = hg.gaussianStats(train);
 * const subject = {denoiser: hg.gaussianDenoiser(stats), identity: {gaussian: train.hash}};
 * const {sigmas, weights} = await hg.linearFitOf(workspace, subject, workspace.heldOut);
 * const exact = hg.wienerWeights(stats, sigmas[5]!).weight; // D_G is its own best linear fit
 * console.log(hg.weightNmse(weights[5]!, exact) < 1e-6); // true
 */
export async function linearFitOf(
    study: Study, subject: Subject, source: Dataset): Promise<LinearWeights> {
  const {imageShape} = subject.denoiser;
  const D = imageShape.reduce((a, b) => a * b, 1);
  const {linearFitSamples: samplesPerSigma, seed} = study.profile;
  const sigmas = study.sigmas;
  const {arrays} = await study.store.run({
    kind: 'linear-fit',
    options: {
      subject: subject.identity, source: source.hash, sigmas: [...sigmas], samplesPerSigma, seed,
    },
  }, async ({onProgress}) => {
    const fit = await fitLinearClosedForm(subject.denoiser, source, {
      sigmas, samplesPerSigma, rng: study.rng.fork('linear fit'), onProgress,
    });
    return {
      arrays: {
        weights: {shape: [sigmas.length, D, D], data: concatenated(fit.weights)},
        biases: {shape: [sigmas.length, D], data: concatenated(fit.biases)},
      },
      values: {},
    };
  });
  const rows = (name: string, size: number): Float64Array[] => {
    const data = arrays.get(name)!.data as Float64Array;
    return Array.from(sigmas, (_, k) => data.slice(k * size, (k + 1) * size));
  };
  return {imageShape, sigmas, weights: rows('weights', D * D), biases: rows('biases', D)};
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, {length}) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
