import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {projectPaths} from '../../src/paths';
import {checkKernel} from '../../src/setup/check-jupyter';
import {jupyterCommand, jupyterEnvironment} from '../../src/setup/jupyter';
import {ROOT} from '../helpers';
import {setupModule} from './setup-module';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-kernel-'));
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

const kernelFile = (name: string): string =>
    path.join(root, '.venv', 'share', 'jupyter', 'kernels', name, 'kernel.json');

/** Writes the kernelspecs of the project `of` into the temporary one. */
async function writeKernels(of: string): Promise<void> {
  const {kernelspecStage} = await setupModule('kernelspec');
  await kernelspecStage({root: of, venv: path.join(root, '.venv')}).make();
}

test('the kernelspecs are those of tslab, with absolute paths instead of a PATH', async () => {
  await writeKernels(ROOT);
  const spec = JSON.parse(readFileSync(kernelFile('tslab'), 'utf8'));
  const tslab = path.join(ROOT, 'node_modules', 'tslab', 'bin', 'tslab');
  assert.deepEqual(
      spec.argv, [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}']);
  assert.equal(spec.display_name, 'TypeScript');
  assert.equal(spec.language, 'typescript');
  const {argv, language} = JSON.parse(readFileSync(kernelFile('jslab'), 'utf8'));
  assert.deepEqual([argv.at(-1), language], ['--js', 'javascript']);
  assert.equal(checkKernel(projectPaths(root)).status, 'ok');
});

test('checkKernel fails when the kernelspec is missing, damaged or starts nothing', async () => {
  const check = (): {status: string; value: string} => checkKernel(projectPaths(root));
  assert.match(check().value, /kernelspec tslab is missing/);
  await writeKernels(root);
  assert.match(check().value, /starts .*tslab, which does not exist/);
  writeFileSync(kernelFile('tslab'), '{"argv": []}');
  assert.match(check().value, /kernel\.json is no kernelspec/);
  assert.equal(check().status, 'fail');
});

test('Jupyter keeps its settings, sessions and history inside .venv', () => {
  const paths = projectPaths(root);
  const env = jupyterEnvironment(paths, {HOME: '/home/someone', PATH: '/bin'});
  const folders = Object.entries(env).filter(([name]) => /_DIR$|^IPYTHONDIR$/.test(name));
  assert.equal(folders.length, 6);
  for (const [name, value] of folders) assert.ok(value?.startsWith(paths.venv), `${name}=${value}`);
  assert.equal(env['PATH'], '/bin');
  assert.equal(jupyterCommand(paths), path.join(root, '.venv', 'bin', 'jupyter'));
});
