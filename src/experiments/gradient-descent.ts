/** Theorem 1 by gradient descent: denoising score matching takes an affine map to D_G. */
import {bootstrapMean} from '../analysis/bootstrap';
import {weightNmse} from '../analysis/spectra';
import {matmul64, matrix64} from '../backend/float64';
import {remainderOf, wienerWeights} from '../denoisers/gaussian';
import type {AffineMap} from '../denoisers/gaussian';
import {gaussianStats} from '../denoisers/gaussian-stats';
import type {GaussianStats} from '../denoisers/gaussian-stats';
import {fitLinearAdam} from '../training/fit-linear-adam';
import type {Interval} from '../types';
import {remember} from './measure';
import {middleSize} from './profiles';
import type {Workspace} from './workspace';

/** Where gradient descent arrived at one noise level. */
export interface DescentResult {
  /** Noise level. */
  readonly sigma: number;
  /** sqrt of ||W - W_G||² / ||W_G||² after training: mean and interval over seeds. */
  readonly weightError: Interval;
  /** Expected loss of the learned map over that of the Gaussian denoiser, minus 1. */
  readonly excessLoss: Interval;
}

const SEEDS = 5;
/** Noise levels, and a learning rate that fits each. */
const RATES = [[0.470, 2e-2], [1.502, 5e-3], [4.066, 5e-3]] as const;
/**
 * Expected squared error per pixel of x -> W x + b on Gaussian data, or on any data of this mean
 * and covariance: tr((W - I) Sigma (W - I)ᵀ) + sigma² tr(W Wᵀ) + ||(W - I) mu + b||², over D.
 */
export function expectedLoss(
    stats: GaussianStats, {weight, bias}: AffineMap, sigma: number): number {
  const {mean, eigenvalues, eigenvectors} = stats;
  const rest = remainderOf(stats);
  const [D, R] = [mean.length, eigenvalues.length];
  const change = weight.map((value, at) => value - (at % (D + 1) === 0 ? 1 : 0));  // W - I
  const turned = matmul64(matrix64(D, D, change), matrix64(D, R, eigenvectors));
  const moved = matmul64(matrix64(D, D, change), matrix64(D, 1, mean));
  let loss = 0;
  turned.data.forEach((value, at) => { loss += value ** 2 * (eigenvalues[at % R]! - rest); });
  change.forEach((value) => { loss += rest * value ** 2; });
  weight.forEach((value) => { loss += (sigma * value) ** 2; });
  moved.data.forEach((value, at) => { loss += (value + bias[at]!) ** 2; });
  return loss / D;
}

/**
 * Trains affine denoisers from zero by Adam on the clean images of a training set, for several
 * seeds of batches and noise, and compares with the closed form (Li, Dai, Qu 2024, Theorem 1);
 * loaded when the run store has it.
 * @param workspace opened by `openWorkspace`.
 * @param n number of training images (default: the profile's middle one).
 * @returns one entry for each of three noise levels.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const results = await hg.gradientDescent(workspace, 64);
 * console.log(results.map(({sigma}) => sigma)); // [ 0.47, 1.502, 4.066 ]
 */
export function gradientDescent(
    workspace: Workspace, n = middleSize(workspace.profile)): Promise<DescentResult[]> {
  const train = workspace.trainingSet(n);
  const stats = gaussianStats(train);
  const epochs = workspace.profile.adamEpochs;
  const options = {train: train.hash, epochs, seeds: SEEDS, rates: RATES};
  return remember(workspace, 'gradient-descent', options, async (onProgress) => {
    const results: DescentResult[] = [];
    for (const [sigma, rate] of RATES) {
      const exact = wienerWeights(stats, sigma);
      const optimum = expectedLoss(stats, exact, sigma);
      const errors: number[] = [];
      const excesses: number[] = [];
      for (let seed = 0; seed < SEEDS; seed++) {
        const fit = await fitLinearAdam('clean', train, {
          sigmas: [sigma], learningRate: () => rate, epochs,
          rng: workspace.rng.fork(`descent ${seed}`),
        });
        errors.push(Math.sqrt(weightNmse(fit.weights[0]!, exact.weight)));
        const map = {weight: fit.weights[0]!, bias: fit.biases[0]!};
        excesses.push(expectedLoss(stats, map, sigma) / optimum - 1);
        onProgress({label: `Theorem 1 at sigma ${sigma}`, done: seed + 1, total: SEEDS});
      }
      const over = (values: number[]): Interval =>
          bootstrapMean(values, {rng: workspace.rng.fork('seeds')});
      results.push({sigma, weightError: over(errors), excessLoss: over(excesses)});
    }
    return results;
  });
}
