/** Heun's method on the probability flow ODE: two evaluations a step, error of second order. */
import type {Denoiser} from '../types';
import {eulerStep} from './euler';
import {runSolver} from './solver';
import type {Pixels, SampleOptions, SampleResult, SolverStep} from './solver';

/** An Euler step, then the mean of the slopes at both ends; plain Euler to sigma 0. */
export const heunStep: SolverStep = (x, denoised, sigma, next, evaluate) => {
  const guess = eulerStep(x, denoised, sigma, next, evaluate);
  if (next === 0) return guess;
  const denoisedAtGuess = evaluate(guess, next);
  const result = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const slope = (x[i]! - denoised[i]!) / sigma;
    const slopeAtGuess = (guess[i]! - denoisedAtGuess[i]!) / next;
    result[i] = x[i]! + (next - sigma) * (0.5 * slope + 0.5 * slopeAtGuess);
  }
  return result;
};

/**
 * Samples by Heun steps (Karras et al. 2022, Algorithm 1; Algorithm 2 without churn).
 * @param denoiser D(x; sigma); one with `denoise64` is asked in float64.
 * @param noise unit noise z, `[N, H, W, C]` row by row, for example from `startNoise`; the state
 *     starts at sigma_0·z and is float64 throughout.
 * @param schedule falling sigmas, the last one 0: K + 1 values for 2K - 1 evaluations.
 * @param options batch, trajectory, observer.
 * @throws RangeError for bad noise, schedule or batch; Error when D(x; sigma) is not finite.
 * @example
 * // Black and white images of one pixel: a Gaussian of mean 0 and variance 1.
 * const stats = hg.gaussianStats(hg.createDataset({
 *   name: 'pair', images: Uint8Array.of(0, 255), imageShape: [1, 1, 1]}));
 * const denoiser = hg.gaussianDenoiser(stats);
 * for (const steps of [10, 20, 40]) { // The exact path ends at 80/sqrt(80² + 1)·z = 0.5000.
 *   const noise = Float64Array.of(0.5);
 *   const {samples} = await hg.sampleHeun(denoiser, noise, hg.karrasSchedule({steps}));
 *   console.log(steps, samples[0]!.toFixed(4));
 * }
 * // ?
 * // ?
 * // ?
 */
export const sampleHeun = (
    denoiser: Denoiser, noise: Pixels, schedule: ArrayLike<number>,
    options: SampleOptions = {}): Promise<SampleResult> =>
    runSolver('sampleHeun', heunStep, denoiser, noise, schedule, options);
