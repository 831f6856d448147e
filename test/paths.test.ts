import assert from 'node:assert/strict';
import {afterEach, test} from 'node:test';
import {projectPaths} from '../src/paths';

const VARIABLES = ['HIDDEN_GAUSSIAN_RUNS', 'HIDDEN_GAUSSIAN_SWEEPS'] as const;
afterEach(() => VARIABLES.forEach((name) => delete process.env[name]));

test('runs and sweeps lie in the project, unless variables name other folders', () => {
  VARIABLES.forEach((name) => delete process.env[name]);
  const {runs, sweeps} = projectPaths('/project');
  assert.deepEqual([runs, sweeps], ['/project/runs', '/project/sweeps']);
  process.env['HIDDEN_GAUSSIAN_RUNS'] = '/scratch/runs';
  process.env['HIDDEN_GAUSSIAN_SWEEPS'] = 'elsewhere';
  const moved = projectPaths('/project');
  assert.deepEqual([moved.runs, moved.sweeps], ['/scratch/runs', '/project/elsewhere']);
  process.env['HIDDEN_GAUSSIAN_RUNS'] = '';
  assert.equal(projectPaths('/project').runs, '/project/runs');
});
