/** The paper's linear distillation: the network's outputs, least squares, and Adam's way to it. */
import {z} from 'zod';
import {createRng} from '../../../src/backend/rng';
import {trace} from '../../../src/backend/trace';
import {tf} from '../../../src/backend/tf';
import type {AffineMap} from '../../../src/denoisers/gaussian';
import {linearDenoiser} from '../../../src/denoisers/linear';
import {sampleHeun} from '../../../src/sampling/heun';
import {karrasSchedule} from '../../../src/sampling/schedule';
import type {NamedArray} from '../../../src/store/safetensors';
import {fitLinearAdam} from '../../../src/training/fit-linear-adam';
import {leastSquaresFromPairs} from '../../../src/training/least-squares';
import {linearAdamMap, linearAdamStart, linearAdamStep} from '../../../src/training/linear-adam';
import type {LinearAdamState} from '../../../src/training/linear-adam';
import type {Denoiser} from '../../../src/types';
import {norm, tidyValues, toPixels, toPlanes} from '../arrays';
import type {Checks} from '../checks';
import type {Fixture} from '../folder';
import {number, readRecord} from '../record';
import {denoiserOf, dependsOnNetwork} from '../sources';
import type {Job} from '../sources';

const OWN = {
  data: z.looseObject({n: z.int().min(1)}).optional(),
  options: z.strictObject({
    sigma: number, lr: number, betas: z.tuple([number, number]), eps: number,
    steps: z.int().min(1), batch_size: z.int().min(1), input_dim: z.int().min(1),
    temperature: z.literal(1), init: z.literal('zeros'),
  }),
  values: z.strictObject({
    mse_optimum: number, mse_adam: number, mse_fresh_on_stored_pairs: number,
    fresh_mean_loss_last_50: number, mse_zero_model: number, adam_rel_distance_to_optimum: number,
    fresh_rel_distance_to_optimum: number, condition_number_of_design: number,
  }).partial(),
};
type Distillation = z.infer<z.ZodObject<typeof OWN>>;

export const recognises = ({tensors}: Fixture): boolean =>
    [...tensors.keys()].some((name) => /^(ls|adam|fresh)\./.test(name));

/** The pairs that are fitted, `[n, D]` each, and their noise level. */
interface Pairs {
  readonly x: NamedArray;
  readonly y: NamedArray;
  readonly sigma: number;
}

export async function run(job: Job): Promise<void> {
  const {checks} = job;
  const record = readRecord(checks.fixture, OWN);
  const [x, y] = ['io.x_noisy', 'io.D'].map(checks.read) as [NamedArray, NamedArray];
  const pairs = {x, y, sigma: record.options.sigma};
  const [n, D] = x.shape;
  if (D !== record.options.input_dim || record.data !== undefined && n !== record.data.n) {
    checks.fail(`io.x_noisy: expected [${record.data?.n}, ${record.options.input_dim}]`);
  }
  const {denoiser} = dependsOnNetwork(job) ? denoiserOf(job, 'net') : {denoiser: undefined};
  try {
    if (denoiser !== undefined) checks.compare('io.D', outputsOf(denoiser, pairs));
    const optimum = checkLeastSquares(checks, record, pairs);
    checkAdam(checks, record, pairs, optimum);
    await checkFreshNoise(checks, record, pairs, denoiser);
  } finally {
    denoiser?.dispose();
  }
}

/** D(x; sigma) of the stored inputs. */
function outputsOf(denoiser: Denoiser, {x, sigma}: Pairs): Float64Array {
  const {imageShape} = denoiser;
  const n = x.shape[0]!;
  return tidyValues(() => toPlanes(denoiser.denoise(
      tf.tensor4d(Float32Array.from(toPixels(x.data, imageShape)), [n, ...imageShape]),
      tf.fill([n], sigma)).dataSync(), imageShape));
}

function checkLeastSquares(
    checks: Checks, {values}: Distillation, {x, y}: Pairs): AffineMap | undefined {
  if (!checks.has('ls.W')) return undefined;
  const fit = leastSquaresFromPairs(x.data, y.data, {inputs: x.shape[1]!, outputs: y.shape[1]!});
  checks.compare('ls.W', fit.weight);
  checks.compare('ls.b', fit.bias);
  const limit = checks.limitOf('mse_optimum');
  const check = (name: keyof typeof values, value: number): void => {
    const expected = values[name];
    if (expected !== undefined) {
      checks.compareValues(`values.${name}`, [value], [expected], limit);
    }
  };
  check('mse_optimum', fit.mse);
  const {length: D} = fit.bias;
  check('mse_zero_model', errorOf(
      {weight: new Float64Array(D * D), bias: new Float64Array(D)}, {x, y, sigma: 1}));
  return fit;
}

/** Squared error of a map on the pairs, mean over pairs and pixels. */
function errorOf(map: AffineMap, {x, y, sigma}: Pairs): number {
  const linear = linearDenoiser({
    imageShape: [1, map.bias.length, 1], sigmas: [sigma], weights: [map.weight],
    biases: [map.bias],
  });
  try {
    const mapped = linear.denoise64(Float64Array.from(x.data), sigma);
    return mapped.reduce((sum, value, i) => sum + (value - y.data[i]!) ** 2, 0) / mapped.length;
  } finally {
    linear.dispose();
  }
}

/** Adam on the stored pairs: batches in their order, the last of a pass smaller. */
function checkAdam(
    checks: Checks, {options, values}: Distillation, pairs: Pairs, optimum: AffineMap | undefined):
    void {
  if (!checks.has('adam.weight')) return;
  const {map, losses} = replayAdam(options, pairs);
  const D = map.bias.length;
  checks.compare('adam.loss', losses);
  // The model there divides its input by sqrt(D).
  checks.compare('adam.weight', map.weight.map((value) => value * Math.sqrt(D)));
  checks.compare('adam.bias', map.bias);
  if (values.mse_adam !== undefined) {
    checks.compareValues('values.mse_adam', [errorOf(map, pairs)], [values.mse_adam],
        checks.limitOf('adam.loss'));
  }
  if (values.adam_rel_distance_to_optimum !== undefined && optimum !== undefined) {
    checks.compareValues('values.adam_rel_distance_to_optimum',
        [relativeDistance(map.weight, optimum.weight)], [values.adam_rel_distance_to_optimum],
        checks.limitOf('adam.weight'));
  }
}

function relativeDistance(a: Float64Array, b: Float64Array): number {
  return norm(a.map((value, i) => value - b[i]!)) / norm(b);
}

function replayAdam(
    {lr, betas: [beta1, beta2], eps, steps, batch_size: batch}: Distillation['options'],
    pairs: Pairs): {map: AffineMap; losses: number[]} {
  const [n, D] = pairs.x.shape as [number, number];
  const start = linearAdamStart(D, pairs.y.shape[1]!);
  const step = trace('golden distillation', (state: LinearAdamState,
      {x, y}: Readonly<Record<'x' | 'y', tf.Tensor2D>>) => {
    const {state: next, loss} =
        linearAdamStep(state, x, y, {learningRate: lr, beta1, beta2, eps});
    return {state: next, outputs: {loss}};
  }, {state: start});
  tf.dispose(start);
  const [x, y] = [pairs.x, pairs.y].map(({data, shape}) =>
    tf.tensor2d(Float32Array.from(data), shape as [number, number]));
  const perPass = Math.ceil(n / batch);
  try {
    const losses = Array.from({length: steps}, (_, k) => tf.tidy(() => {
      const first = k % perPass * batch;
      const count = Math.min(batch, n - first);
      return step.run({x: tf.slice(x!, first, count), y: tf.slice(y!, first, count)})
          .loss.dataSync()[0]!;
    }));
    const last = step.readState();
    const map = linearAdamMap(last);
    tf.dispose(last);
    return {map, losses};
  } finally {
    tf.dispose([x!, y!]);
    step.dispose();
  }
}

const FRESH = z.strictObject({
  mean_loss_last_50_rtol: number, mse_on_stored_pairs_rtol: number, note: z.string().optional(),
});

/**
 * With fresh noise for each step the numbers cannot be repeated, and are compared as statistics of
 * a fit of our own: the loss of its last 50 steps, and its error on the stored pairs.
 */
async function checkFreshNoise(
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
