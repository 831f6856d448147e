/** A preconditioned network: coefficients, F_x, D_x, and everything its state dict says. */
import {z} from 'zod';
import {tf} from '../../../src/backend/tf';
import type {EdmModel} from '../../../src/networks/edm-model';
import type {Conditions} from '../../../src/networks/network';
import {parameterCount, unflatten} from '../../../src/networks/parameters';
import {planesOf, toImages} from '../arrays';
import type {Checks} from '../checks';
import type {Fixture} from '../folder';
import {anything, named, number, numbers, readRecord} from '../record';
import {modelOf, parametersOf} from '../sources';
import type {Job} from '../sources';
import {EXACT} from '../tolerance';

/** What records of networks say about their form. */
export const FORM = {
  precond: z.string(),
  options: z.record(z.string(), z.unknown()),
  num_params: z.int(),
  num_heads: named.optional(),
  parameter_order: z.array(z.string()).optional(),
  buffers: z.array(z.string()).optional(),
  // Follow from the kind of network; blocks and outputs would show others.
  skip_scale: anything, group_norm_eps: anything, group_norm_num_groups: anything,
};

const OWN = {
  ...FORM,
  mode: z.literal('eval'),
  sigmas: numbers.optional(),
  vp: z.strictObject({sigma_min: number, sigma_max: number}).optional(),
  iddpm: z.strictObject({
    index: numbers, u_at_index: numbers, sigma_min: number, sigma_max: number,
    note: z.string().optional(),
  }).optional(),
  // Statistics inside the network, for who looks for a mistake; and how it was trained.
  activations: anything, training: anything,
};

/** Constants are computed in float32, by other code. */
const CONSTANT = {atol: 1e-9, rtol: 2e-6};
/** iDDPM's noise levels come from a product of 1000 ratios near 1, minus 1, in float32. */
const LEVEL = {atol: 1e-5, rtol: 1e-5};

export const recognises = ({tensors}: Fixture): boolean => tensors.has('io.D_x');

export function run({checks}: Job): void {
  const {fixture, read, compare} = checks;
  const record = readRecord(fixture, OWN);
  const model = modelOf(fixture);
  const parameters = parametersOf(model, read);
  checkForm(checks, model, record);
  tf.tidy(() => {
    const weights = unflatten(model.parameters, tf.tensor1d(parameters));
    const sigma = tf.tensor1d(Array.from(read('io.sigma').data));
    const x = toImages(read('io.x'));
    const conditions = conditionsOf(checks);
    const coefficients = model.preconditioning.coefficients(sigma);
    for (const [name, key] of [
      ['io.c_skip', 'cSkip'], ['io.c_out', 'cOut'], ['io.c_in', 'cIn'], ['io.c_noise', 'cNoise'],
    ] as const) {
      if (checks.has(name)) compare(name, coefficients[key].dataSync());
    }
    const scaled = tf.mul<tf.Tensor4D>(x, tf.reshape(coefficients.cIn, [-1, 1, 1, 1]));
    const F = planesOf(model.network.apply(weights, scaled, coefficients.cNoise, conditions));
    const D = planesOf(model.denoise(weights, x, sigma, conditions));
    for (const [name, values, kind] of [
      ['io.F_x', F, 'io.F_x'], ['ref64.F_x', F, 'io.F_x'],
      ['io.D_x', D, 'io.D_x'], ['ref64.D_x', D, 'io.D_x'],
    ] as const) {
      if (checks.has(name)) compare(name, values, {limit: checks.limitOf(kind)});
    }
    if (record.sigmas !== undefined) {
      checks.compareValues('sigmas', sigma.dataSync(), record.sigmas, {atol: 0, rtol: 1e-7});
    }
    checkLevels(checks, model, record, coefficients.cNoise.dataSync());
  });
}

/** Class and augmentation labels of a fixture, `[N, …]`; those that it has. */
export function conditionsOf(checks: Checks): Conditions {
  const labels = (names: readonly string[]): tf.Tensor2D | undefined => {
    const name = names.find((each) => checks.has(each));
    if (name === undefined) return undefined;
    const {data, shape} = checks.read(name);
    return tf.tensor2d(Array.from(data), shape as [number, number]);
  };
  return {
    labels: labels(['io.class_labels', 'io.labels']),
    augmentLabels: labels(['io.augment_labels']),
  };
}

/** Names, order and number of parameters; values of the constants. */
export function checkForm(
    checks: Checks, model: EdmModel,
    record: z.infer<z.ZodObject<typeof FORM>>, prefix = ''): void {
  const trained = model.parameters.filter(({fixed}) => fixed !== true);
  const same = (what: string, own: readonly string[], expected: readonly string[]): void => {
    if (own.join() !== expected.join()) {
      const differs = own.findIndex((name, i) => name !== expected[i]);
      const at = differs < 0 ? own.length : differs;
      checks.fail(`${what}: expected ${expected[at]} in place ${at}, got ${own[at]}`);
    }
  };
  checks.compareValues(
      'num_params', [parameterCount(trained)], [record.num_params], EXACT);
  const names = trained.map(({name}) => name);
  if (record.parameter_order !== undefined) same('parameter_order', names, record.parameter_order);
  if (record.num_heads !== undefined) {
    same('num_heads', names.filter((name) => name.endsWith('.qkv.weight'))
        .map((name) => name.slice('model.'.length, -'.qkv.weight'.length)).sort(),
    Object.keys(record.num_heads).sort());
  }
  const fixed = model.parameters.filter((spec) => spec.fixed === true).map(({name}) => name);
  if (record.buffers !== undefined) {
    same('buffers', [...fixed, ...model.buffers.map(({name}) => name)].sort(),
        [...record.buffers].sort());
  }
  for (const {name, shape, values} of model.buffers) {
    const stored = checks.read(`${prefix}${name}`);
    if (stored.shape.join() !== shape.join()) {
      checks.fail(`${prefix}${name}: expected shape [${stored.shape.join(', ')}], got ` +
          `[${shape.join(', ')}]`);
    }
    checks.compare(`${prefix}${name}`, values, {limit: name === 'u' ? LEVEL : CONSTANT});
  }
}

/** The ends of a preconditioning's noise levels, and iDDPM's table. */
function checkLevels(
    checks: Checks, model: EdmModel, {vp, iddpm}: z.infer<z.ZodObject<typeof OWN>>,
    cNoise: ArrayLike<number>): void {
  const ends = [model.sigmaMin, model.sigmaMax];
  if (vp !== undefined) {
    // EDM takes exp - 1 in float32: sigma² is off by the rounding of numbers around 1.
    const squares = (values: number[]): number[] => values.map((value) => value ** 2);
    checks.compareValues('vp.sigma_min², vp.sigma_max²', squares(ends),
        squares([vp.sigma_min, vp.sigma_max]), {atol: 1.2e-7, rtol: 1e-5});
  }
  if (iddpm === undefined) return;
  const last = model.buffers.find(({name}) => name === 'u')!.values;
  const index = Array.from(cNoise, (value) => last.length - 2 - value);
  checks.compareValues('iddpm.index', index, iddpm.index, EXACT);
  checks.compareValues(
      'iddpm.u_at_index', index.map((at) => last[at] ?? NaN), iddpm.u_at_index, LEVEL);
  checks.compareValues('iddpm.sigma_min, iddpm.sigma_max', ends,
      [iddpm.sigma_min, iddpm.sigma_max], LEVEL);
}
