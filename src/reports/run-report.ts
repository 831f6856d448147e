/**
 * Everything that a report says of a run, measured once and kept in the run store.
 */
import type {LinearityCurve} from '../analysis/linearity';
import {judgeNovelty} from '../analysis/novelty';
import type {DenoiserDistance} from '../analysis/score-difference';
import {gaussianStats} from '../denoisers/gaussian-stats';
import {adviseRun} from '../experiments/advise-run';
import type {RunAdvice} from '../experiments/advise-run';
import type {Claim} from '../experiments/claims';
import {
  distancesToNetwork, explainNetwork, linearAgainstGaussian, trajectories,
} from '../experiments/gaussian-bias';
import {networkClaims} from '../experiments/gaussian-bias-claims';
import {linearityOf, remember} from '../experiments/measure';
import {linearFitIsPossible} from '../experiments/own-study';
import type {RunStudy} from '../experiments/run-study';
import {nearestPairs} from './nearest-sheet';
import type {NoveltyReport} from './novelty-report';

/** Which simple denoiser explains the network, at each noise level. */
export interface Explanation {
  /** Distances of D_L, D_G and D_M to the network, in this order. */
  readonly distances: readonly DenoiserDistance[];
  /** C5 to C7. */
  readonly claims: readonly Claim[];
}

/** Everything that was measured of a run. */
export interface RunReport {
  /** The run, its images, and how much was measured. */
  readonly study: RunStudy;
  /** All checkpoints, and which of them to use. */
  readonly advised: RunAdvice;
  /** Of the last checkpoint's samples. */
  readonly novelty: NoveltyReport;
  /** Of the last checkpoint. */
  readonly linearity: LinearityCurve;
  /** Undefined when the images have too many pixels for D_L's maps to be kept in memory. */
  readonly explanation: Explanation | undefined;
}

/**
 * Measures a run: all checkpoints, then the last one's regimes and linearity.
 * @param study of the run.
 * @throws Error after an interruption; what was measured is kept.
 * @example
 * // Takes long: compiled by the tests, not run.
 * const images = Uint8Array.from({length: 24 * 49}, (_, i) => 37 * i % 256); // 24 images of 7×7
 * const tiny = hg.createDataset({name: 'tiny', images, imageShape: [7, 7, 1]});
 * await hg.writeImageZip(hg.collectionOf(tiny), 'tiny.zip');
 * const training = {steps: 4, width: 4, checkpoints: 3};
 * const {stored} = await hg.trainOnImages({source: 'tiny.zip'}, {runs: 'runs', training});
 * const study = await hg.openRunStudy(stored.id, {profile: 'smoke', runs: 'runs'});
 * const {linearity, explanation} = await hg.measureRun(study);
 * console.log(linearity.points.length, explanation?.claims.length); // 5 11
 */
export async function measureRun(study: RunStudy): Promise<RunReport> {
  const {run, train} = study;
  const advised = await adviseRun(study);
  const {samples, novelty: scores} = advised.checkpoints.at(-1)!;
  const {calibration} = advised;
  const network = run.denoiser();
  const subject = {denoiser: network, identity: run.stored.id};
  let linearity: LinearityCurve;
  try {
    linearity = await linearityOf(study, subject, gaussianStats(train).mean);
  } finally {
    network.dispose();
  }
  return {
    study, advised, linearity,
    novelty: {
      train, heldOut: calibration && study.heldOut, scores, calibration,
      samples: {...samples, title: `${run.stored.id} after ${run.options.steps} steps`},
      novelty: judgeNovelty(scores, calibration), pairs: nearestPairs(scores, train),
    },
    explanation: linearFitIsPossible(run.imageShape) ? await explain(study) : undefined,
  };
}

async function explain(study: RunStudy): Promise<Explanation> {
  const {run, train, heldOut, profile} = study;
  const identity = run.stored.id;
  const explained = await explainNetwork(
      study, {network: run.denoiser(), identity, train, steps: run.options.steps});
  try {
    const distances = await distancesToNetwork(study, explained, 'held out');
    const {comparisonImages, linearFitSamples, samples, seed} = profile;
    const claims = await remember(study, 'network-claims', {
      run: identity, judge: heldOut.hash, images: comparisonImages, fit: linearFitSamples, samples,
      seed,
    }, async () => networkClaims(study, {
      subject: explained, distances, linear: await linearAgainstGaussian(study, explained),
      samples: await trajectories(study, explained, samples),
    }));
    return {distances, claims};
  } finally {
    explained.dispose();
  }
}
