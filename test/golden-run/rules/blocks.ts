/** Every building block by itself: output, and gradients of sum(output·upstream). */
import {z} from 'zod';
import {tf} from '../../../src/backend/tf';
import {
  parametersFromPyTorch, parametersToPyTorch, unflatten,
} from '../../../src/networks/parameters';
import type {NamedArray} from '../../../src/store/safetensors';
import {planesOf, toImages} from '../arrays';
import {buildBlock} from '../blocks';
import type {Block} from '../blocks';
import type {Checks} from '../checks';
import {messageOf} from '../folder';
import type {Fixture} from '../folder';
import {anything, readRecord} from '../record';
import type {Job} from '../sources';
import {parseLimit} from '../tolerance';

const OWN = {
  items: z.record(z.string(), z.strictObject({
    what: z.string().optional(),
    options: z.record(z.string(), z.unknown()),
    // The same as in the record's own `tolerance`.
    tolerance: z.record(z.string(), z.unknown()).optional(),
    float32_floor: anything, note: anything, notes: anything,
  })),
};

export const recognises = ({record}: Fixture): boolean => 'items' in record;

export function run({checks}: Job): void {
  const {items} = readRecord(checks.fixture, OWN);
  for (const [name, {options, tolerance}] of Object.entries(items)) {
    try {
      const block = buildBlock(name, options, (key) => checks.has(`${name}.${key}`));
      tf.tidy(() => runBlock(checks, name, block, tolerance ?? {}));
    } catch (error) {
      checks.fail(`${name}: ${messageOf(error)}`);
    }
  }
}

function runBlock(
    checks: Checks, name: string, {specs, buffers, forward}: Block,
    ownTolerance: Readonly<Record<string, unknown>>): void {
  const {read, has} = checks;
  const limit = (part: string) => {
    const written = [checks.tolerance(`${name}/${part}`), ownTolerance[part]]
        .filter((value) => value !== undefined);
    if (written.length === 2 && JSON.stringify(written[0]) !== JSON.stringify(written[1])) {
      throw new Error(`the tolerance of ${part} is stated twice, and not alike`);
    }
    return parseLimit(`${name}/${part}`, written[0]);
  };
  const [ofOutput, ofGradients] = [limit('out'), limit('grad')];
  const inputNames = ['in0', 'in1'].filter((key) => has(`${name}.io.${key}`));
  const inputs = inputNames.map((key) => toTensor(read(`${name}.io.${key}`)));
  for (const buffer of buffers) {
    checks.compare(buffer.name, buffer.values, {limit: {atol: 0, rtol: 1e-6}});
  }
  const flat = specs.length === 0 ? [] : [tf.tensor1d(parametersFromPyTorch(
      specs, new Map(specs.map((spec) => [spec.name, read(spec.name)]))))];
  const output = (all: readonly tf.Tensor[]): tf.Tensor => {
    const weights = flat.length === 0 ? noWeights : unflatten(specs, all[0] as tf.Tensor1D);
    return forward(weights, all.slice(flat.length));
  };
  const variables = [...flat, ...inputs];
  checks.compare(`${name}.io.out`, valuesOf(output(variables)), {limit: ofOutput});

  const upstream = toTensor(read(`${name}.io.upstream`));
  const gradients = tf.grads((...all: tf.Tensor[]) =>
    tf.sum(tf.mul(output(all), upstream)))(variables);
  inputNames.forEach((key, i) => checks.compare(
      `${name}.grad.${key}`, valuesOf(gradients[flat.length + i]!), {limit: ofGradients}));
  const ofParameters = flat.length === 0 ? {} :
    parametersToPyTorch(specs, gradients[0]!.dataSync() as Float32Array);
  for (const spec of specs) {
    const {data} = ofParameters[spec.name]!;
    if (spec.fixed !== true) {
      const own = spec.name.slice(name.length + 1);
      checks.compare(`${name}.grad.${own}`, data, {limit: ofGradients});
    } else if (data.some((value) => value !== 0)) {
      checks.fail(`${spec.name}: is fixed, and has a gradient`);
    }
  }
}

const noWeights = (): never => {
  throw new Error('the layer has no parameters');
};
const toTensor = (array: NamedArray): tf.Tensor => array.shape.length === 4 ?
  toImages(array) : tf.tensor(Float32Array.from(array.data), [...array.shape]);
const valuesOf = (tensor: tf.Tensor): ArrayLike<number> => tensor.rank === 4 ?
  planesOf(tensor as tf.Tensor4D) : tensor.dataSync();
