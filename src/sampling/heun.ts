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
 * @param noise unit noise z, `[N, H, W, C]` row by row, for example from `startNoise`; the state
 *     starts at sigma_0·z and is float64 throughout.
 * @param schedule falling sigmas, the last one 0: K + 1 values for 2K - 1 evaluations.
 * @throws RangeError for bad noise, schedule or batch; Error when D(x; sigma) is not finite.
 * @example
 * const {samples} = await sampleHeun(denoiser, noise, karrasSchedule({steps: 18}));
 */
export const sampleHeun = (
    denoiser: Denoiser, noise: Pixels, schedule: ArrayLike<number>,
    options: SampleOptions = {}): Promise<SampleResult> =>
    runSolver('sampleHeun', heunStep, denoiser, noise, schedule, options);
