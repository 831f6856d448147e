import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {networkDenoiser} from '../../src/denoisers/network';
import {edmModel} from '../../src/networks/edm-model';
import {edmModelConfig} from '../../src/networks/edm-options';
import {loadParameters} from '../../src/networks/load-parameters';
import {parametersFromPyTorch} from '../../src/networks/parameters';
import type {ParameterSpec} from '../../src/networks/parameters';
import {encodeSafetensors, openSafetensors} from '../../src/store/safetensors';
import type {NamedArray} from '../../src/store/safetensors';
import {golden, goldenModel} from '../golden-network';
import {assertClose, ROOT} from '../helpers';

const scratch = mkdtempSync(path.join(tmpdir(), 'load-parameters-'));
after(() => rmSync(scratch, {recursive: true}));

const PLAN = {
  parameters: [
    {name: 'a.weight', kind: 'dense', shape: [3, 2], init: {bound: 1}},
    {name: 'a.bias', kind: 'vector', shape: [2], init: {constant: 0}},
    {name: 'b.freqs', kind: 'vector', shape: [2], init: {std: 1}, fixed: true},
  ] satisfies ParameterSpec[],
  buffers: [{name: 'a.filter', shape: [2], values: Float32Array.of(0.25, 0.5)}],
};
const GOOD: Record<string, NamedArray> = {
  'a.weight': {shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6)},
  'a.bias': {shape: [2], data: Float32Array.of(7, 8)},
  'b.freqs': {shape: [2], data: Float32Array.of(9, 10)},
};
const FLAT = Float32Array.of(1, 4, 2, 5, 3, 6, 7, 8, 9, 10);

function load(arrays: Record<string, NamedArray>): Float32Array {
  const file = path.join(scratch, 'x.safetensors');
  writeFileSync(file, encodeSafetensors(arrays));
  return loadParameters(openSafetensors(file), PLAN);
}

test('a fitting file gives the flat vector, with or without the constants', () => {
  assert.deepEqual(load(GOOD), FLAT);
  assert.deepEqual(
      load({...GOOD, 'a.filter': {shape: [2], data: Float32Array.of(0.25, 0.5)}}), FLAT);
});

test('float64 weights are rounded, and must fit float32', () => {
  const bias = (...values: number[]): Record<string, NamedArray> =>
      ({...GOOD, 'a.bias': {shape: [2], data: Float64Array.of(...values)}});
  assert.deepEqual(load(bias(7, 8)), FLAT);
  assert.throws(() => load(bias(7, 1e300)),
      /: a\.bias contains a value that is not finite \(1 of 2 values, the first at 1\)$/);
});

test('half-precision weights are widened', () => {
  const file = path.join(scratch, 'half.safetensors');
  // 1 in BF16 (0x3f80) and in F16 (0x3c00).
  const header = JSON.stringify({
    'a.weight': {dtype: 'BF16', shape: [2, 3], data_offsets: [0, 12]},
    'a.bias': {dtype: 'F16', shape: [2], data_offsets: [12, 16]},
    'b.freqs': {dtype: 'F16', shape: [2], data_offsets: [16, 20]},
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const ones = [...Array(6).fill([0x80, 0x3f]), ...Array(4).fill([0x00, 0x3c])].flat();
  writeFileSync(file, Buffer.concat([length, Buffer.from(header), Buffer.from(ones)]));
  assert.deepEqual(loadParameters(openSafetensors(file), PLAN), new Float32Array(10).fill(1));
});

test('everything that does not fit is in one message, with the file\'s name', () => {
  assert.throws(() => load({
    'a.weight': {shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, NaN)},
    'b.freqs': {shape: [2], data: Int32Array.of(1, 2)},
    'a.filter': {shape: [2], data: Float32Array.of(0.25, 0.75)},
    c: {shape: [1], data: Float32Array.of(1)},
  }), {name: 'Error', message: 'x.safetensors: does not fit the network: missing: a.bias; ' +
      'a.weight has shape [3, 2], expected [2, 3]; surplus: c; ' +
      'a.weight contains NaN (1 of 6 values, the first at 5); ' +
      'b.freqs has dtype I32, expected F32; ' +
      'a.filter differs from what the network\'s options give'});
  assert.throws(() => load({...GOOD, 'a.filter': {shape: [1], data: Float32Array.of(1)}}),
      {message: 'x.safetensors: does not fit the network: ' +
        'a.filter has shape [1], expected [2]'});
});

test('of many misfits the first are named, printable', () => {
  const surplus = Object.fromEntries(Array.from({length: 500}, (_, i) =>
    [`\u001b[2J${i}`, {shape: [1], data: Float32Array.of(1)}]));
  assert.throws(() => load({...GOOD, ...surplus}), ({message}: Error) => {
    assert.match(message, /surplus: \\u001b\[2J0, .*\\u001b\[2J19, 480 more$/);
    return !message.includes('\u001b');
  });
  const parameters = Array.from({length: 500}, (_, i) =>
    ({name: `p${i}`, kind: 'vector', shape: [1], initial: {kind: 'zeros'}}) as unknown as
        ParameterSpec);
  writeFileSync(path.join(scratch, 'none.safetensors'), encodeSafetensors({}));
  assert.throws(() => loadParameters(
      openSafetensors(path.join(scratch, 'none.safetensors')), {parameters}),
  /missing: p0, p1, .*, p19, 480 more$/);
});

for (const name of ['net_ncsnpp_16', 'net_iddpm_8', 'net_adm_16']) {
  test(`the state dict of ${name} loads whole, its constants included`, () => {
    const {record, tensors} = golden(name);
    const model = goldenModel(record);
    const own = Object.fromEntries([...tensors].filter(([key]) => !/^(io|ref64)\./.test(key)));
    const file = path.join(scratch, `${name}.safetensors`);
    writeFileSync(file, encodeSafetensors(own));
    assert.deepEqual(loadParameters(openSafetensors(file), model),
        parametersFromPyTorch(model.parameters, tensors));
  });
}

interface Item {
  readonly file: string;
  readonly kind: string;
  readonly what: string;
  readonly expect: 'reject' | 'accept';
  readonly should_mention: readonly (readonly string[])[];
}
const FOLDER = path.join(ROOT, 'test', 'golden', 'bad');
const {items, network, control_forward: control} =
    JSON.parse(readFileSync(path.join(FOLDER, 'manifest.json'), 'utf8')) as
    {items: Item[]; network: unknown; control_forward: any};
const model = edmModel(edmModelConfig(network));

for (const {file, what, expect, should_mention: mentions} of
  items.filter(({kind}) => kind === 'safetensors')) {
  test(`${file} (${what}): ${expect}`, () => {
    const read = (): Float32Array =>
        loadParameters(openSafetensors(path.join(FOLDER, file)), model);
    if (expect === 'accept') {
      read();
      return;
    }
    assert.throws(read, ({message}: Error) => {
      assert.ok(message.startsWith(`${file}: `) && !message.includes('\n'), message);
      for (const words of mentions) {
        assert.ok(words.some((word) => message.toLowerCase().includes(word.toLowerCase())),
            `expected one of ${words.join(', ')} in: ${message}`);
      }
      return true;
    });
  });
}

test('the control gives the original\'s output', () => tf.tidy(() => {
  const parameters =
      loadParameters(openSafetensors(path.join(FOLDER, 'control_weights.safetensors')), model);
  const denoiser = networkDenoiser(model, parameters);
  // One channel: NCHW and NHWC are the same bytes.
  const x = tf.tensor4d(control.x_nchw, [1, 7, 7, 1]);
  assertClose(denoiser.denoise(x, tf.tensor1d([control.sigma])).dataSync(), control.D,
      {atol: control.atol, what: 'D'});
  denoiser.dispose();
}));
