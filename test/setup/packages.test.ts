import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {projectPaths} from '../../src/paths';
import {jupyterCommand} from '../../src/setup/jupyter';
import {setupModule} from './setup-module';

const study = realpathSync(mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-packages-')));
after(() => rmSync(study, {recursive: true, force: true}));
const root = path.join(study, 'node_modules', 'hidden-gaussian');
mkdirSync(path.join(root, 'node_modules', 'nested'), {recursive: true});
mkdirSync(path.join(study, 'node_modules', '@scope', 'beside'), {recursive: true});

test('an installed package finds its packages below and beside itself, as Node.js does', async () => {
  const {packageFolder} = await setupModule('packages');
  assert.equal(packageFolder(root, 'nested'), path.join(root, 'node_modules', 'nested'));
  assert.equal(packageFolder(root, '@scope/beside'),
      path.join(study, 'node_modules', '@scope', 'beside'));
  assert.equal(packageFolder(root, 'nowhere'), path.join(root, 'node_modules', 'nowhere'));
});

test('a clone has its own packages only, also inside of another project', async () => {
  const {packageFolder} = await setupModule('packages');
  const clone = path.join(study, 'clone');
  assert.equal(packageFolder(clone, '@scope/beside'),
      path.join(clone, 'node_modules', '@scope', 'beside'));
});

test('an installed package gets kaleido alone, a clone JupyterLab too', async () => {
  const {pythonStage} = await setupModule('python');
  const stage = (at: string) => pythonStage({root: at, venv: path.join(at, '.venv')});
  assert.deepEqual(stage(root).outputs, [path.join(root, '.venv', 'bin', 'python')]);
  assert.equal(stage('/clone').outputs.length, 2);
});

test('commands that run the notebooks say that the npm package has none', () => {
  assert.throws(() => jupyterCommand(projectPaths(root)),
      /^Error: this command runs the notebooks, .* use a clone of the repository/);
});
