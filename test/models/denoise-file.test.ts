import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {createRng} from '../../src/backend/rng';
import {denoiseFile} from '../../src/models/denoise-file';
import {saveModel} from '../../src/models/model-folder';
import {edmModel} from '../../src/networks/edm-model';
import {edmModelConfig} from '../../src/networks/edm-options';
import {initialParameters, unflatten} from '../../src/networks/parameters';
import {encodeSafetensors, readSafetensors} from '../../src/store/safetensors';
import type {NamedArray} from '../../src/store/safetensors';
import type {Progress} from '../../src/types';
import {golden, goldenModel, goldenParameters} from '../golden-network';
import {assertClose, assertNoLeak} from '../helpers';

const scratch = mkdtempSync(path.join(tmpdir(), 'denoise-file-'));
after(() => rmSync(scratch, {recursive: true}));
const at = (name: string): string => path.join(scratch, name);

function write(name: string, arrays: Record<string, NamedArray>): string {
  writeFileSync(at(name), encodeSafetensors(arrays));
  return at(name);
}
const float = (shape: readonly number[], fill = 1): NamedArray =>
    ({shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(fill)});

for (const fixture of ['tiny_ddpmpp_7', 'net_ncsnpp_16', 'net_iddpm_8', 'net_adm_16']) {
  const {record, tensors} = golden(fixture);
  test(`D of ${fixture} agrees with the original's, from files to a file`, async () => {
    const model = goldenModel(record);
    const dir = at(fixture);
    await saveModel(dir, {model, parameters: goldenParameters(model, tensors), provenance: {}});
    const input = write('in.safetensors',
        {x: tensors.get('io.x')!, sigma: tensors.get('io.sigma')!, other: float([1])});
    const result = assertNoLeak(() => denoiseFile(dir, input, at('out.safetensors'), {batch: 3}));
    const expected = tensors.get('io.D_x')!;
    assert.deepEqual(result, {images: expected.shape[0], ignored: ['other']});
    const out = readSafetensors(at('out.safetensors'));
    assert.deepEqual([...out.tensors.keys()], ['D']);
    const D = out.tensors.get('D')!;
    assert.deepEqual(D.shape, expected.shape);
    const {atol, rtol} = record.tolerance['io.D_x'];
    const perImage: number[] = record.tolerance_D_x_per_sample ?? [];
    const size = D.data.length / D.shape[0]!;
    for (let n = 0; n < D.shape[0]!; n++) {
      const part = (array: NamedArray) => array.data.subarray(n * size, (n + 1) * size);
      assertClose(part(D), part(expected), {atol: perImage[n] ?? atol, rtol, what: `image ${n}`});
    }
  });
}

const classes = edmModel(edmModelConfig({precond: 'EDMPrecond', options: {
  img_resolution: 4, img_channels: 2, label_dim: 3, model_type: 'SongUNet', model_channels: 4,
  channel_mult: [1], num_blocks: 1, attn_resolutions: [],
}}));
/** Random everywhere: some layers of a new network are 0. */
const parameters = tf.tidy(() => {
  const first = initialParameters(classes.parameters, createRng(0));
  return Float32Array.from(first.dataSync(), (value, i) => value + 0.2 * Math.sin(i));
});
const ready = saveModel(at('classes'), {model: classes, parameters, provenance: {}});

test('labels and one sigma for all go image by image, in batches of any size', async () => {
  await ready;
  const N = 5;
  const x = {shape: [N, 2, 4, 4], data: Float32Array.from({length: 32 * N}, (_, i) => Math.cos(i))};
  const labels = {shape: [N, 3],
    data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0.5, 0.5, 0)};
  const input = write('labels.safetensors', {x, labels, sigma: float([1], 0.7)});
  const expected = tf.tidy(() => {
    const weights = unflatten(classes.parameters, tf.tensor1d(parameters));
    const images = tf.transpose(tf.tensor4d(x.data, [N, 2, 4, 4]), [0, 2, 3, 1]);
    const D = classes.denoise(weights, images, tf.fill([N], 0.7),
        {labels: tf.tensor2d(labels.data, [N, 3])});
    return tf.transpose(D, [0, 3, 1, 2]).dataSync();
  });
  const progress: Progress[] = [];
  for (const batch of [1, 2, undefined]) {
    denoiseFile(at('classes'), input, at('labels-out.safetensors'),
        {batch, onProgress: (one) => progress.push(one)});
    const D = readSafetensors(at('labels-out.safetensors')).tensors.get('D')!;
    assertClose(D.data, expected, {atol: 1e-5, what: `batch ${batch}`});
  }
  assert.deepEqual(progress.map(({done}) => done), [1, 2, 3, 4, 5, 2, 4, 5, 5]);
  assert.notDeepEqual(expected.slice(0, 32), expected.slice(96, 128));
});

const GOOD = {x: float([2, 2, 4, 4]), sigma: float([2])};
const BAD: readonly [what: string, arrays: Record<string, NamedArray>, message: RegExp][] = [
  ['neither x nor sigma', {y: float([1])}, /the tensor x is missing; the tensor sigma is missing$/],
  ['x as NHWC', {...GOOD, x: float([2, 4, 4, 2])},
    /x has shape \[2, 4, 4, 2\], expected \[N, 2, 4, 4\]$/],
  ['no images', {x: float([0, 2, 4, 4]), sigma: float([1])}, /x has shape \[0, 2, 4, 4\]/],
  ['a sigma too many', {...GOOD, sigma: float([3])},
    /sigma has shape \[3\], expected \[2\] or \[1\]$/],
  ['sigma as a scalar', {...GOOD, sigma: float([])}, /sigma has shape \[\], expected/],
  ['labels of another number of classes', {...GOOD, labels: float([2, 4])},
    /labels has shape \[2, 4\], expected \[2, 3\]$/],
  ['integers', {...GOOD, x: {shape: [2, 2, 4, 4], data: new Uint8Array(64)}},
    /x has dtype U8, expected F32$/],
  ['NaN in the second image', {...GOOD, x: {shape: [2, 2, 4, 4],
    data: new Float32Array(64).fill(NaN, 40)}},
  /x contains NaN \(24 of 32 values, the first at 8\) in images 1 to 1$/],
  ['a sigma of 0', {...GOOD, sigma: {shape: [2], data: Float32Array.of(1, 0)}},
    /expected every sigma to be > 0, got 0 for image 1$/],
];
for (const [what, arrays, message] of BAD) {
  test(`an input with ${what} is refused with the file's name, and leaves no output`, async () => {
    await ready;
    const input = write('bad.safetensors', arrays);
    const before = readdirSync(scratch);
    assert.throws(() => denoiseFile(at('classes'), input, at('never.safetensors'), {batch: 1}),
        ({message: text}: Error) => {
          assert.match(text, /^bad\.safetensors: [^\n]*$/);
          assert.match(text, message);
          return true;
        });
    assert.deepEqual(readdirSync(scratch), before);
  });
}

test('labels for a network without classes are refused', async () => {
  await ready;
  const input = write('bad.safetensors',
      {x: float([1, 1, 7, 7]), sigma: float([1]), labels: float([1, 3])});
  assert.throws(() => denoiseFile(at('tiny_ddpmpp_7'), input, at('never.safetensors')),
      {message: 'bad.safetensors: labels are there, but the network has no classes'});
});

test('a failed run keeps the output that was there', async () => {
  await ready;
  writeFileSync(at('kept.safetensors'), 'old');
  const input = write('bad.safetensors', {...GOOD, sigma: float([2], -1)});
  assert.throws(() => denoiseFile(at('classes'), input, at('kept.safetensors')));
  assert.equal(readFileSync(at('kept.safetensors'), 'utf8'), 'old');
});
