/** The loss of a training batch and the gradient of every parameter. */
import {z} from 'zod';
import {tf} from '../../../src/backend/tf';
import type {EdmModel} from '../../../src/networks/edm-model';
import {parametersToPyTorch, unflatten} from '../../../src/networks/parameters';
import type {Weights} from '../../../src/networks/parameters';
import {dsmLoss, lossWeight, weightedError} from '../../../src/training/loss';
import type {LossBatch} from '../../../src/training/loss';
import {planesOf, toImages} from '../arrays';
import type {Checks} from '../checks';
import type {Fixture} from '../folder';
import {number, readRecord} from '../record';
import {modelOf, parametersOf} from '../sources';
import type {Job} from '../sources';
import {checkForm, conditionsOf, FORM} from './network';

/** EDM's distribution of noise levels; the levels themselves are given. */
export const LOSS = {P_mean: number, P_std: number, sigma_data: number};

const OWN = {
  ...FORM,
  mode: z.literal('train'),
  loss_options: z.strictObject(LOSS),
  values: z.strictObject({
    loss_sum_over_batch: number, loss_mean: number, loss_sum_over_batch_float64: number,
  }).partial().optional(),
};

export const recognises = (fixture: Fixture): boolean =>
    [...fixture.tensors.keys()].some((name) => name.startsWith('grad.')) &&
    'precond' in fixture.record;

export function run({checks}: Job): void {
  const {fixture, read} = checks;
  const record = readRecord(fixture, OWN);
  const model = modelWithoutDropout(fixture);
  const parameters = parametersOf(model, read);
  checkForm(checks, model, record);
  const {sigma_data: sigmaData} = record.loss_options;
  tf.tidy(() => {
    const sigma = tf.tensor1d(Array.from(read('io.sigma').data));
    const batch: LossBatch = {
      images: toImages(read('io.images')), noise: toImages(read('io.noise')), sigma,
      ...conditionsOf(checks),
    };
    const weightsOf = (flat: tf.Tensor): Weights =>
        unflatten(model.parameters, flat as tf.Tensor1D);
    const flat = tf.tensor1d(parameters);
    const {value, grad} = tf.valueAndGrad((values: tf.Tensor) =>
      dsmLoss(model, weightsOf(values), batch, sigmaData))(flat);
    checks.compare('io.loss', value.dataSync());
    if (checks.has('io.weight')) {
      checks.compare('io.weight', lossWeight(sigma, sigmaData).dataSync(),
          {limit: checks.limitOf('io.loss')});
    }
    if (checks.has('io.loss_map')) {
      checks.compare('io.loss_map',
          planesOf(weightedError(model, weightsOf(flat), batch, sigmaData)));
    }
    const loss = value.dataSync()[0]!;
    const own = {
      loss_sum_over_batch: loss, loss_sum_over_batch_float64: loss,
      loss_mean: loss * batch.images.shape[0] / batch.images.size,
    };
    for (const [key, expected] of Object.entries(record.values ?? {})) {
      checks.compareValues(`values.${key}`, [own[key as keyof typeof own]], [expected],
          checks.limitOf('io.loss'));
    }
    compareGradients(checks, model, grad.dataSync() as Float32Array);
  });
}

/** @throws Error: masks of dropout are not in a fixture, so it cannot be followed. */
export function modelWithoutDropout(fixture: Fixture): EdmModel {
  const model = modelOf(fixture);
  const {dropout, label_dropout: ofLabels} = model.config.options;
  if (dropout !== 0 || ofLabels !== 0 && model.labelDim > 0) {
    throw new Error('expected a training without dropout, whose draws cannot be repeated');
  }
  return model;
}

/**
 * Whether a position of a parameter belongs to the keys of an attention's bias. They shift all
 * scores of a query alike, so that their gradient is 0 but for rounding.
 */
export const isKeyBias = (name: string, position: number): boolean =>
    name.endsWith('.qkv.bias') && position % 3 === 1;

function compareGradients(checks: Checks, model: EdmModel, gradient: Float32Array): void {
  const fixed = new Set(
      model.parameters.filter((spec) => spec.fixed === true).map(({name}) => name));
  const arrays = parametersToPyTorch(model.parameters, gradient);
  for (const [name, {data}] of Object.entries(arrays)) {
    if (fixed.has(name)) {
      if (data.some((value) => value !== 0)) checks.fail(`${name}: is fixed, and has a gradient`);
      continue;
    }
    const tensor = `grad.${name}`;
    const limit = checks.limitOf(tensor);
    checks.compare(tensor, data, {limit, only: (position) => !isKeyBias(name, position)});
    if ('relativeL2' in limit && name.endsWith('.qkv.bias')) {
      checks.compare(tensor, data, {
        as: `${tensor} (k third)`, limit: {atol: limit.atol, rtol: 0},
        only: (position) => isKeyBias(name, position),
      });
    }
  }
}
