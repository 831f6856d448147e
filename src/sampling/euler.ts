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
 * @param noise unit noise z, `[N, H, W, C]` row by row, for example from `startNoise`; the state
 *     starts at sigma_0·z and is float64 throughout.
 * @param schedule falling sigmas, the last one 0: K + 1 values for K evaluations.
 * @throws RangeError for bad noise, schedule or batch; Error when D(x; sigma) is not finite.
 * @example
 * const {samples} = await sampleEuler(denoiser, noise, karrasSchedule({steps: 10}));
 */
export const sampleEuler = (
    denoiser: Denoiser, noise: Pixels, schedule: ArrayLike<number>,
    options: SampleOptions = {}): Promise<SampleResult> =>
    runSolver('sampleEuler', eulerStep, denoiser, noise, schedule, options);
