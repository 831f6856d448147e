/** The commands around model folders, as a person runs them. */
import assert from 'node:assert/strict';
import {
  copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {encodeSafetensors, readSafetensors} from '../../src/store/safetensors';
import {assertClose, ROOT} from '../helpers';
import {cli} from './run-cli';

const scratch = mkdtempSync(path.join(tmpdir(), 'models-cli-'));
after(() => rmSync(scratch, {recursive: true}));
const at = (name: string): string => path.join(scratch, name);
const BAD = path.join(ROOT, 'test', 'golden', 'bad');
const {network, control_forward: control} =
    JSON.parse(readFileSync(path.join(BAD, 'manifest.json'), 'utf8'));

/** A model folder around weights of the manifest's network. */
function folder(weights: string): string {
  const dir = at(path.parse(weights).name);
  mkdirSync(dir, {recursive: true});
  copyFileSync(path.join(BAD, weights), path.join(dir, 'model.safetensors'));
  const {precond, options} = network;
  writeFileSync(path.join(dir, 'config.json'),
      JSON.stringify({format: 'hidden-gaussian-model/1', precond, options}));
  return dir;
}
writeFileSync(at('in.safetensors'), encodeSafetensors({
  x: {shape: control.shape, data: Float32Array.from(control.x_nchw)},
  sigma: {shape: [1], data: Float32Array.of(control.sigma)},
}));

test('denoise writes D as the original computes it', () => {
  const {status, stdout, stderr} = cli(['denoise', folder('control_weights.safetensors'),
    '--input', at('in.safetensors'), '-o', at('out.safetensors')]);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, `${at('out.safetensors')}: D of 1 images\n`);
  const D = readSafetensors(at('out.safetensors')).tensors.get('D')!;
  assert.deepEqual(D.shape, control.shape);
  assertClose(D.data, control.D, {atol: control.atol, what: 'D'});
});

test('denoise of broken weights is one line, status 1, and no output', () => {
  const {status, stderr} = cli(['denoise', folder('nan.safetensors'),
    '--input', at('in.safetensors'), '-o', at('never.safetensors')]);
  assert.equal(status, 1);
  assert.ok(stderr.startsWith('hidden-gaussian: nan/model.safetensors: does not fit the network: ' +
      'model.enc.7x7_block0.conv0.weight contains NaN '), stderr);
  assert.equal(stderr.split('\n').length, 2);
  assert.ok(!existsSync(at('never.safetensors')));
});

test('options with bad values and missing options are named', () => {
  const cases: readonly [args: readonly string[], message: RegExp][] = [
    [['denoise', scratch, '--input', 'a', '-o', 'b', '--batch', '0'], /--batch .* >= 1, got 0/],
    [['denoise', scratch, '--input', 'a'], /required option '-o, --output <file>'/],
    [['export', 'x', '-o', at('no'), '--weights', 'both'], /--weights .* got both/],
    [['export', 'no-such-run', '-o', at('no')], /no-such-run: there is no such run/],
    [['import-edm', 'x.pkl', '-o', scratch], /the folder is not empty/],
  ];
  for (const [args, message] of cases) {
    const {status, stderr} = cli(args);
    assert.equal(status, 1, args.join(' '));
    assert.match(stderr, message);
  }
});
