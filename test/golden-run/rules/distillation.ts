/** The paper's linear distillation: the network's outputs, least squares, and Adam's way to it. */
import {trace} from '../../../src/backend/trace';
import {tf} from '../../../src/backend/tf';
import type {AffineMap} from '../../../src/denoisers/gaussian';
import type {NamedArray} from '../../../src/store/safetensors';
import {leastSquaresFromPairs} from '../../../src/training/least-squares';
import {linearAdamMap, linearAdamStart, linearAdamStep} from '../../../src/training/linear-adam';
import type {LinearAdamState} from '../../../src/training/linear-adam';
import type {Denoiser} from '../../../src/types';
import {norm, tidyValues, toPixels, toPlanes} from '../arrays';
import type {Checks} from '../checks';
import type {Fixture} from '../folder';
import {readRecord} from '../record';
import {denoiserOf, dependsOnNetwork} from '../sources';
import type {Job} from '../sources';
import {errorOf, RECORD} from './distillation-pairs';
import type {Distillation, Pairs} from './distillation-pairs';
import {checkFreshNoise} from './fresh-noise';

export const recognises = ({tensors}: Fixture): boolean =>
    [...tensors.keys()].some((name) => /^(ls|adam|fresh)\./.test(name));

export async function run(job: Job): Promise<void> {
  const {checks} = job;
  const record = readRecord(checks.fixture, RECORD);
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
