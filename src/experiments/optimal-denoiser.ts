/** Section I: the optimal denoiser of a finite set, and what training towards it would mean. */
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {bootstrapMean} from '../analysis/bootstrap';
import {memorizationScores} from '../analysis/memorization';
import type {MemorizationResult} from '../analysis/memorization';
import {denoiseRows} from '../analysis/denoise-rows';
import {sampleDistance} from '../analysis/score-difference';
import {randomNormal} from '../backend/rng';
import {tf} from '../backend/tf';
import {imagesToTensor} from '../data/dataset-tensor';
import type {SampleResult} from '../sampling/solver';
import type {Dataset, Denoiser, Interval} from '../types';
import {samplesOf} from './measure';
import type {Workspace} from './workspace';

/** Root mean square error of a denoiser at each noise level, on one set of images. */
export interface DenoisingError {
  /** Name of the denoiser. */
  readonly denoiser: string;
  /** Name of the images. */
  readonly images: string;
  /** Noise levels, `[K]`. */
  readonly sigmas: readonly number[];
  /** Mean over images with its interval, `[K]`, in pixels of [-1, 1]. */
  readonly rmse: readonly Interval[];
}

/**
 * sqrt(||D(x + sigma·n; sigma) - x||² / D) on noisy versions of `images`, mean over images;
 * denoising score matching minimises its square.
 * @param workspace opened by `openWorkspace`.
 * @param denoiser borrowed.
 * @param images clean ones; the first of them are used, as many as the profile says.
 * @throws as `denoiseRows` does: shapes that differ, outputs that are not finite.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const train = workspace.trainingSet(16);
 * const multiDelta = hg.multiDeltaDenoiser(train); // has seen the answers
 * const [seen, unseen] = [train, workspace.heldOut].map((images) =>
 *   hg.denoisingError(workspace, multiDelta, images).rmse[8]!);
 * console.log(seen!.estimate < 1e-6, unseen!.estimate > 0.1); // true true
 */
export function denoisingError(
    {profile, sigmas, rng}: Workspace, denoiser: Denoiser, images: Dataset): DenoisingError {
  const size = denoiser.imageShape.reduce((a, b) => a * b, 1);
  const count = Math.min(profile.comparisonImages, images.count);
  let rmse: Interval[] = [];
  tf.tidy(() => {
    const clean = imagesToTensor(images, Uint32Array.from({length: count}, (_, i) => i));
    const pixels = clean.dataSync();
    const noise = randomNormal<tf.Rank.R4>(clean.shape, rng.fork('denoising error'));
    rmse = Array.from(sigmas, (sigma) => {
      const x: Tensor4D = tf.add(clean, tf.mul(noise, sigma));
      const denoised = denoiseRows(denoiser, x, sigma);
      return bootstrapMean(
          sampleDistance(pixels, denoised, size).rmse, {rng: rng.fork('bootstrap')});
    });
  });
  return {denoiser: denoiser.name, images: images.name, sigmas: [...sigmas], rmse};
}

/**
 * Samples of the multi-delta denoiser, and how they relate to its images.
 * @param workspace opened by `openWorkspace`.
 * @param denoiser the multi-delta denoiser of `train`; borrowed.
 * @param train its images.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const train = workspace.trainingSet(16);
 * const {novelty} =
 *     await hg.sampleFromMemory(workspace, hg.multiDeltaDenoiser(train), train);
 * console.log(hg.formatInterval(novelty.copyRatio, 2)); // 1.0 [0.8, 1.0]
 */
export async function sampleFromMemory(
    workspace: Workspace, denoiser: Denoiser, train: Dataset):
    Promise<{readonly samples: SampleResult; readonly novelty: MemorizationResult}> {
  const samples = await samplesOf(workspace, {denoiser, identity: {multiDelta: train.hash}});
  const novelty = await memorizationScores(train, samples, {rng: workspace.rng.fork('novelty')});
  return {samples, novelty};
}
