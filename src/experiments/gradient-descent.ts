/** Theorem 1 by gradient descent: denoising score matching takes an affine map to D_G. */
import {bootstrapMean} from '../analysis/bootstrap';
import {weightNmse} from '../analysis/spectra';
import {wienerWeights} from '../denoisers/gaussian';
import {gaussianStats} from '../denoisers/gaussian-stats';
import {fitLinearAdam} from '../training/fit-linear-adam';
import type {Interval} from '../types';
import {remember} from './measure';
import type {Workspace} from './workspace';

export interface DescentResult {
  readonly sigma: number;
  /** sqrt of ||W - W_G||² / ||W_G||² after training: mean and interval over seeds. */
  readonly weightError: Interval;
  /** Final loss over the Gaussian denoiser's expected loss. */
  readonly lossRatio: Interval;
}

const SEEDS = 5;
const SIGMAS = [0.470, 1.502, 4.066];
const RATE = 2e-2;
const LAST_STEPS = 50;

/**
 * Trains affine denoisers from zero by Adam on the clean images of a training set, for several
 * seeds of batches and noise, and compares with the closed form.
 */
export function gradientDescent(workspace: Workspace, n: number): Promise<DescentResult[]> {
  const train = workspace.trainingSet(n);
  const stats = gaussianStats(train);
  const epochs = Math.max(1, Math.round(workspace.profile.adamEpochs * 4096 / n / 4));
  const options = {train: train.hash, epochs, seeds: SEEDS, sigmas: SIGMAS, rate: RATE};
  return remember(workspace, 'gradient-descent', options, async () => {
    const results: DescentResult[] = [];
    for (const sigma of SIGMAS) {
      const exact = wienerWeights(stats, sigma);
      const optimum = stats.eigenvalues.reduce(
          (sum, value) => sum + value * sigma ** 2 / (value + sigma ** 2), 0) / stats.mean.length;
      const errors: number[] = [];
      const ratios: number[] = [];
      for (let seed = 0; seed < SEEDS; seed++) {
        const fit = await fitLinearAdam('clean', train, {
          sigmas: [sigma], learningRate: () => RATE, epochs,
          rng: workspace.rng.fork(`descent ${seed}`),
        });
        errors.push(Math.sqrt(weightNmse(fit.weights[0]!, exact.weight)));
        const last = fit.losses[0]!.slice(-LAST_STEPS);
        ratios.push(last.reduce((a, b) => a + b, 0) / last.length / optimum);
        workspace.onProgress?.(
            {label: `Theorem 1 at sigma ${sigma}`, done: seed + 1, total: SEEDS});
      }
      const over = (values: number[]): Interval =>
          bootstrapMean(values, {rng: workspace.rng.fork('seeds')});
      results.push({sigma, weightError: over(errors), lossRatio: over(ratios)});
    }
    return results;
  });
}
