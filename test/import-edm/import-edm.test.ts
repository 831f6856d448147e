/**
 * The import of EDM's pickles. What reads the pickle runs with any Python; what needs PyTorch is
 * skipped where .venv-torch is not there, since the set-up does not bring it.
 */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {
  chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {importEdm} from '../../src/models/import-edm';
import {loadModel} from '../../src/models/model-folder';
import {projectPaths} from '../../src/paths';
import {sha256} from '../../src/store/canonical';
import {encodeSafetensors} from '../../src/store/safetensors';
import {golden, goldenModel, goldenParameters} from '../golden-network';
import {ROOT} from '../helpers';

const scratch = mkdtempSync(path.join(tmpdir(), 'import-edm-'));
after(() => rmSync(scratch, {recursive: true}));
const FOLDER = path.join(ROOT, 'test', 'import-edm');
const {venv, venvTorch} = projectPaths();
const torch = path.join(venvTorch, 'bin', 'python');
const needsTorch = {
  skip: existsSync(torch) ? false : '.venv-torch is not there (node tools/setup-torch.mjs)',
};

function python(command: string, args: readonly string[]): void {
  const {status, stderr} = spawnSync(command, ['-B', ...args], {cwd: FOLDER, encoding: 'utf8'});
  assert.equal(status, 0, stderr);
}

test('the reader of pickles passes its tests in Python', () =>
  python(path.join(venv, 'bin', 'python'), ['test_restricted_pickle.py']));

test('the reader of tensors passes its tests in Python', needsTorch, () =>
  python(torch, ['test_torch_tensors.py']));

for (const fixture of ['tiny_ddpmpp_7', 'net_ncsnpp_16', 'net_iddpm_8']) {
  test(`a pickle of ${fixture} gives its network back, bit for bit`, needsTorch, async () => {
    const file = path.join(scratch, `${fixture}.pkl`);
    const source = path.join(ROOT, 'test', 'golden', fixture);
    python(torch, ['golden_pickle.py', `${source}.json`, `${source}.safetensors`, file]);
    const dir = path.join(scratch, fixture);
    const imported = await importEdm(file, dir);
    const {record, tensors} = golden(fixture);
    const model = goldenModel(record);
    assert.deepEqual(imported.parameters, goldenParameters(model, tensors));
    assert.deepEqual(imported.model.config, model.config);
    assert.deepEqual(imported.provenance,
        {source: `${fixture}.pkl`, sha256: sha256(readFileSync(file)), key: 'ema'});
    assert.deepEqual(loadModel(dir).parameters, imported.parameters);
    await assert.rejects(importEdm(file, path.join(scratch, 'no'), {key: 'net'}), {message:
      `${fixture}.pkl: there is no entry net; objects are under ema`});
  });
}

/** A pickle, and a stand-in for Python that does what `script` says; `$4` is the folder. */
function fakePython(script: string): {readonly file: string; readonly python: string} {
  const file = path.join(scratch, 'model.pkl');
  writeFileSync(file, 'pickle');
  const command = path.join(scratch, 'python');
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o755);
  return {file, python: command};
}
const {record, tensors} = golden('tiny_ddpmpp_7');
const weights = path.join(scratch, 'weights.safetensors');
const state = [...tensors].filter(([name]) => !/^(io|ref64)\./.test(name));
const giveWeights = `cp '${weights}' "$4/model.safetensors"`;
const giveConfig = (options: object): string =>
    `echo '${JSON.stringify({precond: record.precond, options})}'`;

const BAD: readonly [what: string, script: string, message: RegExp][] = [
  ['a refused pickle', 'echo first >&2; echo "refused: posix.system" >&2; exit 2',
    /^model\.pkl: refused: posix\.system$/],
  ['a tool that fails', 'echo "Traceback" >&2; echo "KeyError: x" >&2; exit 1',
    /^model\.pkl: the import ended with 1: KeyError: x$/],
  ['a tool that is killed', 'kill -9 $$', /^model\.pkl: the import ended with SIGKILL: $/],
  ['options that nobody knows', `${giveWeights}; ${giveConfig({...record.options, extra: 1})}`,
    /^model\.pkl: edmModelConfig: .*"extra"/],
  ['weights of another network',
    `${giveWeights}; ${giveConfig({...record.options, img_channels: 3})}`,
    /^model\.pkl: model\.safetensors: does not fit the network: model\.enc\.7x7_conv\.weight has/],
  ['no weights', giveConfig(record.options),
    /^model\.pkl: model\.safetensors: cannot be read: ENOENT/],
];
for (const [what, script, message] of BAD) {
  test(`${what}: one line, and no folder`, async () => {
    writeFileSync(weights, encodeSafetensors(Object.fromEntries(state)));
    const {file, python: command} = fakePython(script);
    const before = readdirSync(scratch);
    await assert.rejects(importEdm(file, path.join(scratch, 'model'), {python: command}),
        ({message: text}: Error) => message.test(text) && !text.includes('\n') ||
          assert.fail(text));
    assert.deepEqual(readdirSync(scratch), before);
  });
}

test('a pickle that is not there, and a Python that is not there, are named', async () => {
  const dir = path.join(scratch, 'model');
  await assert.rejects(importEdm(path.join(scratch, 'none.pkl'), dir),
      /none\.pkl: cannot be read: ENOENT/);
  const {file} = fakePython('');
  await assert.rejects(importEdm(file, dir, {python: '/none/python'}),
      /^Error: \/none\/python: cannot be started: /);
});
