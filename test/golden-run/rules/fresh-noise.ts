/** A distillation with fresh noise for each step, compared by its statistics. */
import {z} from 'zod';
import {createRng} from '../../../src/backend/rng';
import {tf} from '../../../src/backend/tf';
import type {AffineMap} from '../../../src/denoisers/gaussian';
import {sampleHeun} from '../../../src/sampling/heun';
import {karrasSchedule} from '../../../src/sampling/schedule';
import type {NamedArray} from '../../../src/store/safetensors';
import {fitLinearAdam} from '../../../src/training/fit-linear-adam';
import type {Denoiser} from '../../../src/types';
import {toPixels, toPlanes} from '../arrays';
import type {Checks} from '../checks';
import {number} from '../record';
import {errorOf} from './distillation-pairs';
import type {Distillation, Pairs} from './distillation-pairs';

const FRESH = z.strictObject({
  mean_loss_last_50_rtol: number, mse_on_stored_pairs_rtol: number, note: z.string().optional(),
});

/**
 * With fresh noise for each step the numbers cannot be repeated, and are compared as statistics of
 * a fit of our own: the loss of its last 50 steps, and its error on the stored pairs.
 */
export async function checkFreshNoise(
    checks: Checks, {options, values}: Distillation, pairs: Pairs,
    network: Denoiser | undefined): Promise<void> {
  if (!checks.has('fresh.loss')) return;
  if (network === undefined) throw new Error('fresh: expected a network to distil');
  const {mean_loss_last_50_rtol: ofLoss, mse_on_stored_pairs_rtol: ofError} =
      FRESH.parse(checks.tolerance('fresh'));
  const [loss, weight, bias] = ['fresh.loss', 'fresh.weight', 'fresh.bias'].map(checks.read);
  const D = bias!.data.length;
  const reference = {
    weight: Float64Array.from(weight!.data, (value) => value / Math.sqrt(D)),
    bias: Float64Array.from(bias!.data),
  };
  const lossThere = meanOfLast(loss!.data, 50);
  const errorThere = errorOf(reference, pairs);
  for (const [name, value] of [
    ['fresh_mean_loss_last_50', lossThere], ['mse_fresh_on_stored_pairs', errorThere],
  ] as const) {
    const stated = values[name];
    if (stated !== undefined) {
      checks.compareValues(`values.${name}`, [value], [stated], {atol: 0, rtol: 1e-5});
    }
  }
  const fit = await fitWithFreshNoise(network, options, pairs.x);
  const toPlanesOf = (values: Float64Array): Float64Array => toPlanes(values, network.imageShape);
  // Rows and columns of W stand for pixels.
  const rows = Array.from({length: D}, (_, o) =>
    toPlanesOf(fit.weight.subarray(o * D, (o + 1) * D)));
  const order = toPlanesOf(Float64Array.from(rows.keys()));
  const own = {
    weight: Float64Array.from(Array.from(order).flatMap((o) => [...rows[o]!])),
    bias: toPlanesOf(fit.bias),
  };
  checks.compareValues(`fresh.loss (mean of the last 50 of ${fit.losses.length})`,
      [meanOfLast(fit.losses, 50)], [lossThere], {atol: 0, rtol: ofLoss});
  checks.compareValues('fresh.weight, fresh.bias (error on the stored pairs)',
      [errorOf(own, pairs)], [errorThere], {atol: 0, rtol: ofError});
}

/**
 * The clean images behind the pairs are not stored. The network's own probability flow takes the
 * noisy ones to images of the same distribution, the closer to those the less noise there was.
 */
async function fitWithFreshNoise(
    network: Denoiser,
    {sigma, lr, betas: [beta1, beta2], eps, steps, batch_size: batch}: Distillation['options'],
    {data, shape}: NamedArray): Promise<AffineMap & {readonly losses: Float64Array}> {
  const noise = toPixels(data, network.imageShape).map((value) => value / sigma);
  const {samples} = await sampleHeun(network, noise, karrasSchedule(
      {steps: 10, sigmaMax: sigma, sigmaMin: Math.min(0.002, sigma / 10)}));
  const images = tf.tensor4d(samples, [shape[0]!, ...network.imageShape]);
  try {
    const {weights, biases, losses} = await fitLinearAdam(network, images, {
      sigmas: [sigma], learningRate: () => lr, adam: {beta1, beta2, eps}, steps, batch,
      rng: createRng(0),
    });
    return {weight: weights[0]!, bias: biases[0]!, losses: losses[0]!};
  } finally {
    images.dispose();
  }
}

function meanOfLast(values: ArrayLike<number>, count: number): number {
  const last = Array.from(values).slice(-count);
  return last.reduce((a, b) => a + b) / last.length;
}
