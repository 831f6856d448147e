import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {projectPaths} from '../../src/paths';
import {setupModule} from './setup-module';

const root = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-pip-'));
after(() => rmSync(root, {recursive: true, force: true}));

test('pip without a network is one sentence with a remedy', async () => {
  // A port where nothing listens, instead of the index; none of the machine's own settings.
  process.env['PIP_INDEX_URL'] = 'http://127.0.0.1:9/simple';
  process.env['PIP_CONFIG_FILE'] = '/dev/null';
  process.env['PIP_NO_CACHE_DIR'] = '1';
  delete process.env['PIP_FIND_LINKS'];
  delete process.env['PIP_EXTRA_INDEX_URL'];
  const [tmp, venv] = [path.join(root, 'tmp'), path.join(root, '.venv')];
  for (const folder of [tmp, path.join(venv, 'bin'), path.join(root, 'requirements')]) {
    mkdirSync(folder, {recursive: true});
  }
  writeFileSync(path.join(root, 'requirements', 'tensorflow-cpu.txt'), 'tensorflow==2.21.0\n');
  const python = path.join(projectPaths().venv, 'bin', 'python');
  const script = `#!/bin/sh\nexec ${python} "$@"\n`;
  writeFileSync(path.join(venv, 'bin', 'python'), script, {mode: 0o755});
  const {tensorflowStage} = await setupModule('tensorflow');
  const stage = tensorflowStage({
    root, tmp, venv, device: 'cpu', onChild: () => {},
    log: (name: string) => path.join(root, `${name}.log`),
  });
  await assert.rejects(stage.make(), {
    message: 'pip cannot reach its package registry.',
    remedy: /Check the network.*`make setup` again/,
  });
});

test('pip never follows settings that would install elsewhere', async () => {
  const {pipEnvironment} = await setupModule('python');
  process.env['PIP_TARGET'] = '/elsewhere';
  process.env['PYTHONPATH'] = '/elsewhere';
  const env = pipEnvironment('/project/tmp');
  assert.equal(env.PIP_TARGET, undefined);
  assert.equal(env.PYTHONPATH, undefined);
  assert.equal(env.PIP_USER, '0');
  assert.equal(env.TMPDIR, '/project/tmp');
});
