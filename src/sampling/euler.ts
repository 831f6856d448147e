/** Euler's method on the probability flow ODE: one evaluation a step, error of first order. */
import type {Denoiser} from '../types';
import {runSolver} from './solver';
import type {Pixels, SampleOptions, SampleResult, SolverStep} from './solver';

/** x + (sigma' - sigma)·(x - D) / sigma. */
export const eulerStep: SolverStep = (x, denoised, sigma, next) => {
  const result = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) { // `map` would take three times as long.
    result[i] = x[i]! + (next - sigma) * ((x[i]! - denoised[i]!) / sigma);
  }
  return result;
};

/**
 * Samples by Euler steps, as the paper's figures do (10 steps; Karras et al. 2022, Algorithm 1
 * without its second-order part).
 * @param denoiser D(x; sigma); one with `denoise64` is asked in float64.
 * @param noise unit noise z, `[N, H, W, C]` row by row, for example from `startNoise`; the state
 *     starts at sigma_0·z and is float64 throughout.
 * @param schedule falling sigmas, the last one 0: K + 1 values for K evaluations.
 * @param options batch, trajectory, observer.
 * @throws RangeError for bad noise, schedule or batch; Error when D(x; sigma) is not finite.
 * @example
 * // Black and white images of one pixel: a Gaussian of mean 0 and variance 1.
 * const stats = hg.gaussianStats(hg.createDataset({
 *   name: 'pair', images: Uint8Array.of(0, 255), imageShape: [1, 1, 1]}));
 * const denoiser = hg.gaussianDenoiser(stats);
 * for (const steps of [10, 100, 1000]) { // The exact path ends at 80/sqrt(80² + 1)·z = 0.5000.
 *   const noise = Float64Array.of(0.5);
 *   const {samples} = await hg.sampleEuler(denoiser, noise, hg.karrasSchedule({steps}));
 *   console.log(steps, samples[0]!.toFixed(4));
 * }
 * // ?
 * // ?
 * // ?
 */
export const sampleEuler = (
    denoiser: Denoiser, noise: Pixels, schedule: ArrayLike<number>,
    options: SampleOptions = {}): Promise<SampleResult> =>
    runSolver('sampleEuler', eulerStep, denoiser, noise, schedule, options);
