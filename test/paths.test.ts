import assert from 'node:assert/strict';
import * as path from 'node:path';
import {afterEach, test} from 'node:test';
import {isInstalledPackage, pinFolders, projectPaths, setupCommand} from '../src/paths';

const VARIABLES = [
  'HIDDEN_GAUSSIAN_HOME', 'HIDDEN_GAUSSIAN_RUNS', 'HIDDEN_GAUSSIAN_SWEEPS',
] as const;
const forget = (): void => VARIABLES.forEach((name) => delete process.env[name]);
afterEach(forget);

const CLONE = '/project';
const PACKAGE = '/home/user/study/node_modules/hidden-gaussian';

test('in a clone, what is made lies in it, wherever the program is started', () => {
  forget();
  const {work, data, runs, sweeps, figures, venv} = projectPaths(CLONE);
  assert.deepEqual([work, data, runs, sweeps, figures, venv], [
    '/project', '/project/data', '/project/runs', '/project/sweeps', '/project/figures',
    '/project/.venv',
  ]);
});

test('of an installed package, what is made lies in the current folder, the rest in it', () => {
  forget();
  const {root, work, data, runs, sweeps, figures, venv, cache} = projectPaths(PACKAGE);
  const here = process.cwd();
  assert.deepEqual([work, data, runs, sweeps, figures], [
    here, path.join(here, 'data'), path.join(here, 'runs'), path.join(here, 'sweeps'),
    path.join(here, 'figures'),
  ]);
  assert.deepEqual([root, venv, cache], [PACKAGE, `${PACKAGE}/.venv`, `${PACKAGE}/.cache`]);
});

test('variables name other folders, relative to the current one; empty ones do not count', () => {
  process.env['HIDDEN_GAUSSIAN_RUNS'] = '/scratch/runs';
  process.env['HIDDEN_GAUSSIAN_SWEEPS'] = 'elsewhere';
  for (const root of [CLONE, PACKAGE]) {
    const moved = projectPaths(root);
    assert.deepEqual([moved.runs, moved.sweeps], ['/scratch/runs', path.resolve('elsewhere')]);
  }
  process.env['HIDDEN_GAUSSIAN_HOME'] = '/study';
  const {work, data, runs} = projectPaths(PACKAGE);
  assert.deepEqual([work, data, runs], ['/study', '/study/data', '/scratch/runs']);
  process.env['HIDDEN_GAUSSIAN_RUNS'] = '';
  process.env['HIDDEN_GAUSSIAN_HOME'] = '';
  assert.equal(projectPaths(CLONE).runs, '/project/runs');
});

test('pinFolders keeps the folders for child processes that run elsewhere', () => {
  const env = {HIDDEN_GAUSSIAN_RUNS: 'runs', HIDDEN_GAUSSIAN_CACHE: 'off', OTHER: 'as it is'};
  pinFolders(env);
  assert.deepEqual(env, {
    HIDDEN_GAUSSIAN_RUNS: path.resolve('runs'), HIDDEN_GAUSSIAN_CACHE: 'off', OTHER: 'as it is',
  });
});

test('messages name the command that a clone or an installed package has', () => {
  assert.equal(isInstalledPackage(), false);
  assert.deepEqual([CLONE, PACKAGE].map((root) => isInstalledPackage(root)), [false, true]);
  assert.deepEqual([CLONE, PACKAGE].map((root) => setupCommand('setup', root)),
      ['make setup', 'npx hidden-gaussian setup']);
  assert.equal(setupCommand('data', PACKAGE), 'npx hidden-gaussian data');
});
