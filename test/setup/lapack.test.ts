import assert from 'node:assert/strict';
import {
  chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {setupModule} from './setup-module';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-lapack-'));
  for (const folder of ['.venv/bin', 'requirements', 'tmp']) {
    mkdirSync(path.join(root, folder), {recursive: true});
  }
  writeFileSync(path.join(root, 'requirements', 'lapack.txt'), 'scipy-openblas64==1\n');
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

/** The stage, with a shell script in place of Python; `$target` is where pip installs. */
async function stageWith(script: string) {
  const python = path.join(root, '.venv', 'bin', 'python');
  const target = path.join(root, '.venv', 'openblas.partial');
  writeFileSync(python, `#!/bin/sh\ntarget=${target}\n${script}\n`);
  chmodSync(python, 0o755);
  const {lapackStage} = await setupModule('lapack');
  return lapackStage({
    root, tmp: path.join(root, 'tmp'), venv: path.join(root, '.venv'), device: 'cpu',
    onChild: () => {}, log: (name: string) => path.join(root, `${name}.log`),
  });
}

const installed = (): string[] => readdirSync(path.join(root, '.venv', 'openblas'));

test('the wheel takes the place of what was there', async () => {
  mkdirSync(path.join(root, '.venv', 'openblas'));
  writeFileSync(path.join(root, '.venv', 'openblas', 'old'), '');
  await (await stageWith('mkdir $target/scipy_openblas64')).make();
  assert.deepEqual(installed(), ['scipy_openblas64']);
  assert.ok(!existsSync(path.join(root, '.venv', 'openblas.partial')));
});

test('without a wheel for the platform the set-up goes on with a notice', async (context) => {
  const write = context.mock.method(process.stdout, 'write'); // Still writes.
  await (await stageWith('echo "ERROR: No matching distribution found for x"; exit 1')).make();
  const said = write.mock.calls.map(({arguments: [text]}) => String(text)).join('');
  write.mock.restore();
  assert.match(said, /setup: pip finds no such OpenBLAS for this platform: TensorFlow will/);
  assert.deepEqual(installed(), []);
});

test('a wheel with another hash, and a missing network, stop the set-up', async () => {
  const wrong = await stageWith('echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"; exit 1');
  await assert.rejects(wrong.make(), {message: 'pip failed (1).'});
  const offline = await stageWith(
      'echo "NewConnectionError"; echo "No matching distribution found for x"; exit 1');
  await assert.rejects(offline.make(), {message: 'pip cannot reach its package registry.'});
  assert.ok(!existsSync(path.join(root, '.venv', 'openblas')));
});
