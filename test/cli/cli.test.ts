import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cpSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {test} from 'node:test';
import {formatCheck} from '../../src/cli/doctor';
import {ROOT} from '../helpers';
import {cli} from './run-cli';

test('doctor prints a line a check and exits with 1 exactly when one failed', () => {
  const {status, stdout} = cli(['doctor']);
  const lines = stdout.trimEnd().split('\n').slice(0, -1).filter((line) => !/^ +->/.test(line));
  const names = lines.map((line) => /^(?:ok {4}|warn {2}|fail {2})(\S+) /.exec(line)?.[1]);
  for (const name of ['node', 'platform', 'memory', 'set-up', 'python', 'tslab', 'kernel',
    'tensorflow', 'data', 'runs']) {
    assert.ok(names.includes(name), `no line for ${name} in:\n${stdout}`);
  }
  assert.equal(status, lines.some((line) => line.startsWith('fail')) ? 1 : 0, stdout);
});

test('formatCheck puts the remedy on a second line', () => {
  assert.deepEqual(formatCheck({name: 'data', status: 'warn', value: 'none', remedy: 'do it'}),
      ['warn  data             none', '                       -> do it']);
  assert.equal(formatCheck({name: 'data', status: 'ok', value: 'all'}).length, 1);
});

test('an error is one line and exit status 1; HIDDEN_GAUSSIAN_DEBUG adds the stack', () => {
  const {status, stderr} = cli(['figures', '--profile', 'nonsense']);
  assert.equal(status, 1);
  assert.match(stderr, /^hidden-gaussian: .*nonsense.*\n$/);
  const debug = cli(['figures', '--profile', 'nonsense'], {HIDDEN_GAUSSIAN_DEBUG: '1'});
  assert.match(debug.stderr, /\n +at /);
});

test('an unknown command is named', () => {
  const {status, stderr} = cli(['retrain']);
  assert.equal(status, 1);
  assert.match(stderr, /unknown command 'retrain'/);
});

test('--version prints the version of package.json', () => {
  const {version} = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  assert.equal(cli(['--version']).stdout.trim(), version);
});

test('before the set-up the command says what to run', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-cli-'));
  try {
    cpSync(path.join(ROOT, 'bin'), path.join(folder, 'bin'), {recursive: true});
    const {status, stderr} = spawnSync(
        process.execPath, [path.join(folder, 'bin', 'hidden-gaussian.js'), 'doctor'],
        {encoding: 'utf8'});
    assert.equal(status, 1);
    assert.equal(stderr, 'hidden-gaussian: not set up yet; run `make setup`\n');
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
});
