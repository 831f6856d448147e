/**
 * What every sampler shares: batches, float64 states, the trajectory, the observer. A sampler is
 * this loop with its own step; the ODE is dx/dsigma = (x - D(x; sigma)) / sigma (Karras et al.
 * 2022, eq. 3).
 */
import {setImmediate as breathe} from 'node:timers/promises';
import {tf} from '../backend/tf';
import {isDenoiser64} from '../denoisers/denoiser64';
import {assertInteger, assertShape} from '../shapes';
import type {Denoiser, ImageShape} from '../types';
import {assertSchedule} from './schedule';

/** How a sampler works, and what it keeps. */
export interface SampleOptions {
  /** Images a call of the denoiser (default 256): bounds its memory. */
  readonly batch?: number;
  /** Keep all states and denoised images (default false). */
  readonly trajectory?: boolean;
  /** Called after every step of every batch; it must not change the arrays it is shown. */
  readonly onStep?: (step: SamplerStep) => void;
}

/** One step of one batch of N images. */
export interface SamplerStep {
  /** 0 to `steps` - 1. */
  readonly step: number;
  /** K, the steps of the schedule. */
  readonly steps: number;
  /** From this noise level … */
  readonly sigma: number;
  /** … to this one. */
  readonly nextSigma: number;
  /** Number of the batch's first image among all. */
  readonly first: number;
  /** N. */
  readonly count: number;
  /** How many images are sampled in all. */
  readonly total: number;
  /** State at `sigma`, `[N, D]`. */
  readonly x: Float64Array;
  /** D(x; sigma), `[N, D]`. */
  readonly denoised: Pixels;
}

/** The way of all N images along the schedule. */
export interface Trajectory {
  /** The schedule, `[K + 1]`. */
  readonly sigmas: Float64Array;
  /** State at each sigma, K + 1 times `[N, D]`; the last one is the sample. */
  readonly states: readonly Float64Array[];
  /** D(x; sigma) of each state but the last, K times `[N, D]`. */
  readonly denoised: readonly Float32Array[];
}

/** What a sampler returns. */
export interface SampleResult {
  /** Images at sigma 0, `[N, H, W, C]` row by row; nothing is clipped. */
  readonly samples: Float32Array;
  /** N. */
  readonly count: number;
  /** `[H, W, C]` of each image. */
  readonly imageShape: ImageShape;
  /** Present when asked for. */
  readonly trajectory?: Trajectory;
}

/** Pixels of images row by row, `[N, D]`. */
export type Pixels = Float32Array | Float64Array;

/** D(x; sigma) of a batch, `[N, D]`. */
export type Evaluate = (x: Float64Array, sigma: number) => Pixels;

/** One solver step: the state at `next` from the state x at `sigma` and its D(x; sigma). */
export type SolverStep = (
    x: Float64Array, denoised: Pixels, sigma: number, next: number, evaluate: Evaluate) =>
    Float64Array;

/**
 * Runs `solve` along the schedule for every image of `noise`.
 * @param noise unit noise z, whole images of the denoiser's shape; the state starts at sigma_0·z.
 * @param schedule falling sigmas, the last one 0.
 * @throws RangeError for bad noise, schedule or batch; Error when D(x; sigma) is not finite.
 */
export async function runSolver(
    where: string, solve: SolverStep, denoiser: Denoiser, noise: Pixels,
    schedule: ArrayLike<number>, {batch = 256, trajectory = false, onStep}: SampleOptions):
    Promise<SampleResult> {
  assertSchedule(where, schedule);
  assertInteger(where, 'batch', batch, 1);
  const {imageShape} = denoiser;
  const D = imageShape.reduce((a, b) => a * b, 1);
  const total = countImages(where, noise, imageShape);
  const sigmas = Float64Array.from(schedule);
  const steps = sigmas.length - 1;
  const kept = trajectory ? emptyTrajectory(sigmas, noise.length) : undefined;
  const samples = new Float32Array(noise.length);
  for (let first = 0; first < total; first += batch) {
    const count = Math.min(batch, total - first);
    const evaluate = evaluator(where, denoiser, count);
    let x: Float64Array = Float64Array.from(
        noise.subarray(first * D, (first + count) * D), (z) => sigmas[0]! * z);
    for (let step = 0; step < steps; step++) {
      const [sigma, nextSigma] = [sigmas[step]!, sigmas[step + 1]!];
      const denoised = evaluate(x, sigma);
      kept?.states[step]!.set(x, first * D);
      kept?.denoised[step]!.set(denoised, first * D);
      const next = solve(x, denoised, sigma, nextSigma, evaluate);
      onStep?.({step, steps, sigma, nextSigma, first, count, total, x, denoised});
      x = next;
      await breathe();
    }
    kept?.states[steps]!.set(x, first * D);
    samples.set(x, first * D);
  }
  return {samples, count: total, imageShape, ...(kept === undefined ? {} : {trajectory: kept})};
}

/**
 * How many images `noise` holds.
 * @throws RangeError when it is empty or ends within an image.
 */
export function countImages(
    where: string, noise: ArrayLike<number>, imageShape: ImageShape): number {
  const D = imageShape.reduce((a, b) => a * b, 1);
  const count = noise.length / D;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`${where}: expected noise of whole images of shape ` +
        `[${imageShape.join(', ')}] (${D} values each), got ${noise.length} values`);
  }
  return count;
}

/** D in float64 where the denoiser offers it, else float32 in and out as in EDM's sampler. */
function evaluator(where: string, denoiser: Denoiser, count: number): Evaluate {
  const evaluate = isDenoiser64(denoiser) ?
      denoiser.denoise64 : (x: Float64Array, sigma: number) => denoise32(denoiser, x, sigma, count);
  return (x, sigma) => {
    const denoised: Pixels = evaluate(x, sigma);
    for (let i = 0; i < denoised.length; i++) { // `for … of` would take ten times as long.
      if (!Number.isFinite(denoised[i])) {
        throw new Error(`${where}: expected ${denoiser.name} to return finite pixels, got ` +
            `${denoised[i]} at sigma ${sigma}; has the noise, or the network, a NaN?`);
      }
    }
    return denoised;
  };
}

function denoise32(
    denoiser: Denoiser, x: Float64Array, sigma: number, count: number): Float32Array {
  const shape: [number, number, number, number] = [count, ...denoiser.imageShape];
  const denoised = new Float32Array(x.length);
  // The scope returns nothing: tfjs would look for tensors in each element of an array.
  tf.tidy(() => {
    const output = denoiser.denoise(
        tf.tensor4d(new Float32Array(x), shape), tf.fill([count], sigma));
    assertShape(`denoiser ${denoiser.name}`, 'output', output, shape);
    denoised.set(output.dataSync());
  });
  return denoised;
}

function emptyTrajectory(sigmas: Float64Array, size: number): Trajectory {
  return {
    sigmas,
    states: Array.from(sigmas, () => new Float64Array(size)),
    denoised: Array.from(sigmas.subarray(1), () => new Float32Array(size)),
  };
}
