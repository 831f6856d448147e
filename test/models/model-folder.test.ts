import assert from 'node:assert/strict';
import {
  cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {loadModel, saveModel} from '../../src/models/model-folder';
import {readSafetensors} from '../../src/store/safetensors';
import {golden, goldenModel, goldenParameters} from '../golden-network';

const scratch = mkdtempSync(path.join(tmpdir(), 'model-folder-'));
after(() => rmSync(scratch, {recursive: true}));

const {record, tensors} = golden('net_ncsnpp_16');
const model = goldenModel(record);
const parameters = goldenParameters(model, tensors);
const provenance = {made: 'by a test', nested: {list: [1, 2]}};
const saved = path.join(scratch, 'deep', 'saved');
const ready = saveModel(saved, {model, parameters, provenance});

test('a saved model comes back; its files are those that PyTorch loads strictly', async () => {
  await ready;
  const loaded = loadModel(saved);
  assert.deepEqual(loaded.parameters, parameters);
  assert.deepEqual(loaded.model.config, model.config);
  assert.deepEqual(loaded.provenance, provenance);
  assert.deepEqual(readdirSync(path.dirname(saved)), ['saved']);
  assert.deepEqual(readdirSync(saved), ['config.json', 'model.safetensors']);
  const state = readSafetensors(path.join(saved, 'model.safetensors')).tensors;
  assert.deepEqual([...state.keys()].sort(),
      [...tensors.keys()].filter((key) => !/^(io|ref64)\./.test(key)).sort());
  for (const [name, {shape}] of state) assert.deepEqual(shape, tensors.get(name)!.shape, name);
});

test('config.json is EDM\'s constructor call, with infinity as text', async () => {
  await ready;
  const config = JSON.parse(readFileSync(path.join(saved, 'config.json'), 'utf8'));
  assert.equal(config.format, 'hidden-gaussian-model/1');
  assert.equal(config.precond, record.precond);
  assert.equal(config.options.sigma_max, 'Infinity');
  for (const [name, value] of Object.entries(record.options)) {
    assert.deepEqual(config.options[name], value, name);
  }
});

test('a folder that is not empty is left alone; an empty one is used', async () => {
  const taken = path.join(scratch, 'taken');
  mkdirSync(taken);
  const whole = {model, parameters, provenance: {}};
  await saveModel(taken, whole);
  await assert.rejects(saveModel(taken, whole),
      {message: `${taken}: the folder is not empty; choose another one, or remove it first`});
  await assert.rejects(saveModel(path.join(taken, 'config.json'), whole),
      /there is a file of this name/);
  const P = parameters.length;
  const few = {...whole, parameters: parameters.subarray(1)};
  await assert.rejects(saveModel(path.join(scratch, 'few'), few),
      {name: 'RangeError', message: `saveModel: expected ${P} parameters, got ${P - 1}`});
});

/** A copy of the folder with its configuration changed. */
async function changed(name: string, change: (config: any) => unknown): Promise<string> {
  await ready;
  const dir = path.join(scratch, name);
  cpSync(saved, dir, {recursive: true});
  const file = path.join(dir, 'config.json');
  const content = change(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return dir;
}

const BAD: readonly [what: string, change: (config: any) => unknown, message: RegExp][] = [
  ['no JSON', () => '{', /JSON/],
  ['another format', (config) => ({...config, format: 'other/2'}), /hidden-gaussian-model\/1/],
  ['an unknown field', (config) => ({...config, colour: 1}), /"colour"/],
  ['no options', ({options: _, ...config}) => config, /options: expected record/],
  ['two bad options', (config) => ({...config, options: {...config.options, dropout: 2, extra: 1}}),
    /(?=.*dropout)(?=.*"extra")/],
  ['a resolution that cannot be halved',
    (config) => ({...config, options: {...config.options, img_resolution: 15}}), /15/],
  ['control characters', () => '{"a\u001b[2J": \u0085', /JSON/],
  ['keys full of control characters', (config) => ({...config, ['\u009b\n'.repeat(500)]: 1}),
    /\\u009b \\u009b/],
  ['thousands of bad values',
    (config) => ({...config, provenance: {}, options: {...config.options,
      resample_filter: new Array(16).fill(-1), attn_resolutions: new Array(16).fill('x')}}),
    / and 12 more$/],
  ['lists in lists without end', () => `{"provenance":${'['.repeat(2e4)}${']'.repeat(2e4)}}`,
    /lists and records more than 100 deep/],
  ['a text without end', () => `"${' '.repeat(1 << 20)}"`, /at most 1048576 bytes, got 1048578/],
];
for (const [what, change, message] of BAD) {
  test(`a configuration with ${what} is refused in one line`, async () => {
    const dir = await changed(what, change);
    assert.throws(() => loadModel(dir), ({message: text}: Error) => {
      const start = `${path.join(dir, 'config.json')}: not a valid model configuration: `;
      assert.ok(text.startsWith(start) && !/[\p{Cc}\p{Cf}]/u.test(text), text);
      assert.ok(text.length < 5000, `${text.length} characters`);
      assert.match(text.slice(start.length), message);
      return true;
    });
  });
}

test('a configuration of a much larger network takes no memory', async () => {
  const dir = await changed('large', (config) => ({...config, options: {
    ...config.options, model_channels: 8192, num_blocks: 64, channel_mult: [64, 64],
  }}));
  assert.throws(() => loadModel(dir), /model\.safetensors: does not fit the network: missing: /);
});

test('a folder without files names the one that is missing', () => {
  assert.throws(() => loadModel(path.join(scratch, 'nothing')), /nothing\/config\.json: .*ENOENT/);
});
