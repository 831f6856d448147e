/**
 * The linear map closest to a denoiser, in closed form: eq. 9 of Li, Dai, Qu 2024 is a linear
 * regression, so its optimum is W = Cov(D, x) Cov(x)⁻¹ and needs no learning rate.
 *
 * For any exact denoiser of the distribution that the images come from, however nonlinear, that
 * optimum is the distribution's Wiener filter: fit the multi-delta denoiser too, as a control.
 *
 * Memory and the time for each sample grow as D². For 64x64x3 images a map has 1.2 GB, and fitting
 * it takes 7 GB beside the denoiser's own and, on 2 busy cores, 22 ms a sample and 90 s to solve,
 * the event loop held: 5 minutes for as many samples as pixels, 72 for the default. Fit one sigma
 * a call there, and keep of each map what you need.
 */
import {setImmediate as breathe} from 'node:timers/promises';
import {drawIndices} from '../analysis/draw-images';
import {tidy64, widen} from '../backend/tensor64';
import {tf} from '../backend/tf';
import {imageRows} from '../denoisers/image-rows';
import type {ImageRows, ImageSource} from '../denoisers/image-rows';
import type {LinearWeights} from '../denoisers/linear';
import {assertInteger, assertSigmas} from '../shapes';
import type {OnProgress, Rng} from '../types';
import {leastSquares} from './least-squares';
import type {LeastSquaresSolution} from './least-squares';
import {assertTargetFits, noisyPair} from './noisy-pairs';
import type {LinearTarget} from './noisy-pairs';

/** At which noise levels, from how many samples a linear denoiser is fitted. */
export interface ClosedFormOptions {
  /** Noise levels, each > 0; one map is fitted for each. */
  readonly sigmas: ArrayLike<number>;
  /**
   * Noisy images a sigma (default 16 D). With n of them the map's error above the optimum is
   * about D / n of the residual; more than the images means several noises for each.
   */
  readonly samplesPerSigma?: number;
  /** Chooses images and noise; the same fork shows every target the same noisy images. */
  readonly rng: Rng;
  /** Images a call of the denoiser (default 256). */
  readonly batch?: number;
  /** Told after each batch. */
  readonly onProgress?: OnProgress;
}

/** One affine map a sigma, with the quality of each. Takes the place of `LinearWeights`. */
export interface ClosedFormFit extends LinearWeights {
  /** The noise levels, each > 0. */
  readonly sigmas: Float64Array;
  /** Squared residual on the fitted samples, mean over pixels, a sigma. */
  readonly mse: Float64Array;
  /** Ridge a sigma: 0 unless the samples did not determine the map. */
  readonly ridges: Float64Array;
  /** Noisy images that each map was fitted to. */
  readonly samplesPerSigma: number;
}

/**
 * Fits one affine map a sigma to `target` on noisy versions of `images`: the optimum of Li, Dai, Qu
 * 2024, eq. 9, W = Cov(D, x) Cov(x)⁻¹ and b = E[D] - W E[x], in float64. Of any exact denoiser of
 * the images' distribution it is that distribution's Wiener filter: fit `multiDeltaDenoiser` too,
 * as a control.
 * @param target the denoiser to linearize, or `'clean'` for the clean images themselves.
 * @param images clean images; the paper distils on images that were not trained on.
 * @param options noise levels, samples, randomness.
 * @throws RangeError for a bad option, or images of another shape than the denoiser's.
 * @example
 * // The multi-delta denoiser of -1 and 1 is a tanh; its best linear fit is the Wiener filter.
 * const pair = hg.createDataset({
 *   name: 'pair', images: Uint8Array.of(0, 255), imageShape: [1, 1, 1]});
 * const fit = await hg.fitLinearClosedForm(hg.multiDeltaDenoiser(pair), pair, {
 *   sigmas: [1], samplesPerSigma: 20_000, rng: hg.createRng(0)});
 * const wiener = hg.wienerWeights(hg.gaussianStats(pair), 1);
 * console.log(fit.weights[0]![0]!.toFixed(2), wiener.weight[0]!.toFixed(2)); // 0.50 0.50
 * const linear = hg.linearDenoiser(fit);
 */
export async function fitLinearClosedForm(
    target: LinearTarget, images: ImageSource, options: ClosedFormOptions):
    Promise<ClosedFormFit> {
  const where = 'fitLinearClosedForm';
  const rows = imageRows(where, images);
  const {sigmas, samplesPerSigma = 16 * rows.size, batch = 256, rng, onProgress} = options;
  assertSigmas(where, sigmas);
  assertInteger(where, 'number of sigmas', sigmas.length, 1);
  assertInteger(where, 'samplesPerSigma', samplesPerSigma, 1);
  assertInteger(where, 'batch', batch, 1);
  assertTargetFits(where, target, rows);
  const fits: LeastSquaresSolution[] = [];
  for (const sigma of Array.from(sigmas)) {
    const done = fits.length * samplesPerSigma;
    fits.push(await fitSigma(target, rows, {
      sigma, samplesPerSigma, batch, rng: rng.fork(`sigma/${fits.length}`),
      onSamples: (samples) => onProgress?.({
        label: 'linear fit', done: done + samples, total: sigmas.length * samplesPerSigma,
        detail: `sigma ${Number(sigma.toPrecision(3))}`,
      }),
    }));
  }
  return {
    imageShape: rows.imageShape, sigmas: Float64Array.from(sigmas), samplesPerSigma,
    weights: fits.map(({weight}) => weight), biases: fits.map(({bias}) => bias),
    mse: Float64Array.from(fits, ({mse}) => mse),
    ridges: Float64Array.from(fits, ({ridge}) => ridge),
  };
}

interface SigmaOptions {
  readonly sigma: number;
  readonly samplesPerSigma: number;
  readonly batch: number;
  readonly rng: Rng;
  readonly onSamples: (samples: number) => void;
}

async function fitSigma(
    target: LinearTarget, rows: ImageRows,
    {sigma, samplesPerSigma, batch, rng, onSamples}: SigmaOptions):
    Promise<LeastSquaresSolution> {
  const moments = leastSquares(rows.size, rows.size);
  const order = drawIndices(rows.count, samplesPerSigma, rng.fork('images'));
  const noise = rng.fork('noise');
  try {
    for (let first = 0; first < samplesPerSigma; first += batch) {
      const [x, y] = noisyPair(target, rows, order.subarray(first, first + batch), sigma, noise);
      try {
        tidy64(() => moments.add(widen(x), widen(y)));
      } finally {
        tf.dispose([x, y]);
      }
      onSamples(Math.min(first + batch, samplesPerSigma));
      await breathe();
    }
    return moments.solve();
  } finally {
    moments.dispose();
  }
}
