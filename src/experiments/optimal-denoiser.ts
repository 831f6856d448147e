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
  readonly denoiser: string;
  readonly images: string;
  readonly sigmas: readonly number[];
  readonly rmse: readonly Interval[];
}

/**
 * sqrt(||D(x + sigma·n; sigma) - x||² / D) on noisy versions of `images`, mean over images;
 * denoising score matching minimises its square.
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

/** Samples of the multi-delta denoiser, and how they relate to its images. */
export async function sampleFromMemory(
    workspace: Workspace, denoiser: Denoiser, train: Dataset):
    Promise<{readonly samples: SampleResult; readonly novelty: MemorizationResult}> {
  const samples = await samplesOf(workspace, {denoiser, identity: {multiDelta: train.hash}});
  const novelty = await memorizationScores(train, samples, {rng: workspace.rng.fork('novelty')});
  return {samples, novelty};
}
