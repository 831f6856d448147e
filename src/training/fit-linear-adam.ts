/**
 * Linear distillation as the paper does it (Li, Dai, Qu 2024, eq. 9): Adam from zero on fresh noisy
 * images at each noise level. With the clean images as target it is the gradient descent of
 * Theorem 1. `fitLinearClosedForm` gives the optimum it moves to.
 */
import {setImmediate as breathe} from 'node:timers/promises';
import type {Tensor2D} from '@tensorflow/tfjs-core';
import {trace} from '../backend/trace';
import {tf} from '../backend/tf';
import {imageRows} from '../denoisers/image-rows';
import type {ImageRows, ImageSource} from '../denoisers/image-rows';
import type {AffineMap} from '../denoisers/gaussian';
import type {LinearWeights} from '../denoisers/linear';
import {assertInteger, assertSigmas} from '../shapes';
import type {OnProgress, Rng} from '../types';
import {linearAdamMap, linearAdamStart, linearAdamStep} from './linear-adam';
import type {LinearAdamOptions, LinearAdamState} from './linear-adam';
import {assertTargetFits, noisyPair} from './noisy-pairs';
import type {LinearTarget} from './noisy-pairs';

/** At which noise levels, how long, and with which randomness a linear denoiser is fitted. */
export interface LinearAdamFitOptions {
  /** Noise levels, each > 0; one map is fitted for each. */
  readonly sigmas: ArrayLike<number>;
  /** Learning rate of a sigma (default: the paper's, `paperLearningRate`). */
  readonly learningRate?: (sigma: number) => number;
  /** Passes through the images (default 100), each in another order, with fresh noise. */
  readonly epochs?: number;
  /** Takes the place of `epochs`: so many steps, which may end within a pass. */
  readonly steps?: number;
  /** Adam's decays and eps (default .9, .999, 1e-8). */
  readonly adam?: Omit<LinearAdamOptions, 'learningRate'>;
  /** Images a step (default 256); the last step of an epoch takes what is left. */
  readonly batch?: number;
  /** Chooses order and noise; the same fork shows every target the same noisy images. */
  readonly rng: Rng;
  /** Told after each epoch. */
  readonly onProgress?: OnProgress;
}

/** One affine map a sigma, with its learning curve. Takes the place of `LinearWeights`. */
export interface LinearAdamFit extends LinearWeights {
  /** The noise levels, each > 0. */
  readonly sigmas: Float64Array;
  /** Loss before each step, a sigma: squared error, mean over batch and pixels. */
  readonly losses: readonly Float64Array[];
}

/**
 * The learning rates of the paper's distillation (the official code of Li, Dai, Qu 2024): 5e-5 from
 * sigma 4.07 up, 5e-4 at 1.5 and .47, 5e-3 at .117, 5e-2 below. Between them it changes halfway on
 * the log axis.
 * @param sigma noise level.
 * @example
 * console.log([80, 1.502, 0.117, 0.002].map(hg.paperLearningRate).join(' ')); // 0.00005 0.0005 0.005 0.05
 */
export function paperLearningRate(sigma: number): number {
  if (sigma >= 2.5) return 5e-5;
  if (sigma >= 0.235) return 5e-4;
  return sigma >= 0.05 ? 5e-3 : 5e-2;
}

/**
 * Fits one affine map a sigma to `target` on noisy versions of `images` by Adam: start at zero,
 * inputs divided by sqrt(D), squared error averaged over batch and pixels (Li, Dai, Qu 2024, eq. 9
 * and its official code).
 * @param target the denoiser to linearize, or `'clean'` for the clean images themselves.
 * @param images clean images; the paper distils on images that were not trained on.
 * @param options noise levels, length, learning rate, randomness.
 * @throws RangeError for a bad option, or images of another shape than the denoiser's; Error when
 *     the loss stops being finite.
 * @example
 * // Black and white images of one pixel: the best map at sigma 1 is x/2 (Theorem 1).
 * const pixels = hg.createDataset({
 *   name: 'pixels', images: Uint8Array.of(...Array(64).fill(0), ...Array(64).fill(255)),
 *   imageShape: [1, 1, 1]});
 * const {weights} = await hg.fitLinearAdam('clean', pixels, {
 *   sigmas: [1], steps: 200, learningRate: () => 0.02, rng: hg.createRng(0)});
 * console.log(weights[0]![0]!.toFixed(1)); // 0.5
 */
export async function fitLinearAdam(
    target: LinearTarget, images: ImageSource,
    {
      sigmas, learningRate = paperLearningRate, epochs: passes = 100, steps, adam = {}, batch = 256,
      rng, onProgress,
    }: LinearAdamFitOptions): Promise<LinearAdamFit> {
  const where = 'fitLinearAdam';
  const rows = imageRows(where, images);
  assertSigmas(where, sigmas);
  assertInteger(where, 'number of sigmas', sigmas.length, 1);
  assertInteger(where, 'epochs', passes, 1);
  assertInteger(where, 'batch', batch, 1);
  if (steps !== undefined) assertInteger(where, 'steps', steps, 1);
  const epochs = steps === undefined ? passes : Math.ceil(steps / Math.ceil(rows.count / batch));
  assertTargetFits(where, target, rows);
  const rates = Array.from(sigmas, (sigma) => assertRate(where, learningRate(sigma), sigma));
  const fits: SigmaFit[] = [];
  for (const [k, sigma] of Array.from(sigmas).entries()) {
    fits.push(await fitSigma(target, rows, {
      sigma, adam: {...adam, learningRate: rates[k]!}, epochs, steps: steps ?? Infinity,
      batch, rng: rng.fork(`sigma/${k}`),
      onEpoch: (epoch, loss) => onProgress?.({
        label: 'linear distillation', done: k * epochs + epoch, total: sigmas.length * epochs,
        detail: `sigma ${Number(sigma.toPrecision(3))}, loss ${loss.toPrecision(3)}`,
      }),
    }));
  }
  return {
    imageShape: rows.imageShape, sigmas: Float64Array.from(sigmas),
    weights: fits.map(({weight}) => weight), biases: fits.map(({bias}) => bias),
    losses: fits.map(({losses}) => losses),
  };
}

interface SigmaFit extends AffineMap {
  readonly losses: Float64Array;
}

interface SigmaOptions {
  readonly sigma: number;
  readonly adam: LinearAdamOptions;
  readonly epochs: number;
  readonly steps: number;
  readonly batch: number;
  readonly rng: Rng;
  readonly onEpoch: (epoch: number, loss: number) => void;
}

async function fitSigma(
    target: LinearTarget, rows: ImageRows,
    {sigma, adam, epochs, steps, batch, rng, onEpoch}: SigmaOptions): Promise<SigmaFit> {
  const [order, noise] = [rng.fork('images'), rng.fork('noise')];
  const losses: number[] = [];
  const start = linearAdamStart(rows.size, rows.size);
  const step = trace('fitLinearAdam', (state: LinearAdamState, {x, y}: Pair) => {
    const {state: next, loss} = linearAdamStep(state, x, y, adam);
    return {state: next, outputs: {loss}};
  }, {state: start});
  tf.dispose(start);
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const indices = order.permutation(rows.count);
      for (let first = 0; first < rows.count && losses.length < steps; first += batch) {
        const chosen = indices.subarray(first, first + batch);
        const [x, y] = noisyPair(target, rows, chosen, sigma, noise);
        try {
          const {loss} = step.run({x, y});
          losses.push(assertLoss(loss.dataSync()[0]!, sigma));
          loss.dispose();
        } finally {
          tf.dispose([x, y]);
        }
      }
      onEpoch(epoch, losses.at(-1)!);
      await breathe();
    }
    const last = step.readState();
    const map = linearAdamMap(last);
    tf.dispose(last);
    return {...map, losses: Float64Array.from(losses)};
  } finally {
    step.dispose();
  }
}

/** x and y, each `[n, D]`. */
type Pair = Readonly<Record<'x' | 'y', Tensor2D>>;

function assertRate(where: string, rate: number, sigma: number): number {
  if (!(rate > 0) || !Number.isFinite(rate)) {
    throw new RangeError(
        `${where}: expected a learning rate > 0 for sigma ${sigma}, got ${rate}`);
  }
  return rate;
}

function assertLoss(loss: number, sigma: number): number {
  if (!Number.isFinite(loss)) {
    throw new Error(`fitLinearAdam: expected a finite loss, got ${loss} at sigma ${sigma}; ` +
        'is the denoiser finite there, or the learning rate too large?');
  }
  return loss;
}
