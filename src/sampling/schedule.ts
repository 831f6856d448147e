/** Noise levels of a sampler, from large to small. */
import {assertInteger, assertSigmas} from '../shapes';

/** The range of noise levels, and how they lie in it. */
export interface KarrasOptions {
  /** K, the number of solver steps, at least 1. */
  readonly steps: number;
  /** Smallest sigma > 0 (default 0.002). */
  readonly sigmaMin?: number;
  /** First sigma (default 80). */
  readonly sigmaMax?: number;
  /** Larger values put more steps at small sigma (default 7). */
  readonly rho?: number;
}

/**
 * The schedule of Karras et al. 2022, eq. 5: K values equally spaced in sigma^(1/rho), then 0.
 * One step goes from sigmaMax straight to 0. Ten steps with the defaults are the paper's grid.
 * @param options number of steps, range, rho.
 * @returns `[K + 1]`, falling, the last value 0.
 * @throws RangeError unless 0 < sigmaMin < sigmaMax and rho > 0.
 * @example
 * const sigmas = hg.karrasSchedule({steps: 10});
 * console.log(Array.from(sigmas, (sigma) => Number(sigma.toPrecision(4))).join(' '));
 * // 80 42.42 21.11 9.723 4.066 1.502 0.47 0.1166 0.02044 0.002 0
 */
export function karrasSchedule(
    {steps, sigmaMin = 0.002, sigmaMax = 80, rho = 7}: KarrasOptions): Float64Array {
  assertInteger('karrasSchedule', 'steps', steps, 1);
  assertSigmas('karrasSchedule', [sigmaMin, sigmaMax]);
  if (!(sigmaMin < sigmaMax)) {
    throw new RangeError('karrasSchedule: expected sigmaMin below sigmaMax, ' +
        `got ${sigmaMin} and ${sigmaMax}`);
  }
  if (!(rho > 0) || !Number.isFinite(rho)) {
    throw new RangeError(`karrasSchedule: expected \`rho\` to be finite and > 0, got ${rho}`);
  }
  const [low, high] = [sigmaMin ** (1 / rho), sigmaMax ** (1 / rho)];
  const schedule = new Float64Array(steps + 1);
  for (let i = 0; i < steps; i++) {
    schedule[i] = (high + i / Math.max(steps - 1, 1) * (low - high)) ** rho;
  }
  return schedule;
}

/**
 * Throws unless `schedule` has at least one step, falls strictly and ends with 0.
 * @throws RangeError naming the first position that breaks the rule.
 */
export function assertSchedule(where: string, schedule: ArrayLike<number>): void {
  const K = schedule.length - 1;
  if (K < 1) {
    throw new RangeError(`${where}: expected a schedule of at least two sigmas, got ${K + 1}`);
  }
  assertSigmas(where, Array.from(schedule).slice(0, K));
  for (let i = 1; i <= K; i++) {
    if (!(schedule[i]! < schedule[i - 1]!)) {
      throw new RangeError(`${where}: expected sigmas that fall, got ${schedule[i]} after ` +
          `${schedule[i - 1]} at position ${i}`);
    }
  }
  if (schedule[K] !== 0) {
    throw new RangeError(`${where}: expected a schedule that ends with 0, got ${schedule[K]}`);
  }
}
