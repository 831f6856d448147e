/** Finds a Python and makes the project's own environment, .venv, with it. */
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import path from 'node:path';
import {isInstalledPackage} from './packages.mjs';
import {problem} from './problem.mjs';
import {outputOf, runTool} from './tool.mjs';

const CANDIDATES = [
  'python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.14', 'python',
];
const PROBE = [
  'import sys',
  'from importlib.util import find_spec',
  'has = lambda name: find_spec(name) is not None',
  'print(*sys.version_info[:3], int(has("venv") and has("ensurepip")))',
].join('\n');

/**
 * The first Python of 3.10 or newer that can make an environment. $PYTHON, if set, is the only
 * candidate.
 * @returns {string} its command.
 */
export function findPython() {
  const tooOld = /** @type {string[]} */ ([]);
  const withoutVenv = /** @type {string[]} */ ([]);
  for (const command of process.env['PYTHON'] ? [process.env['PYTHON']] : CANDIDATES) {
    const answer = outputOf(command, ['-c', PROBE]);
    if (answer === undefined) continue;
    const [major = 0, minor = 0, patch = 0, hasVenv] = answer.trim().split(' ').map(Number);
    const found = `${command} ${major}.${minor}.${patch}`;
    if (major !== 3 || minor < 10) tooOld.push(found);
    else if (hasVenv !== 1) withoutVenv.push(found);
    else return command;
  }
  const remedy = process.platform === 'darwin' ? 'brew install python' :
      'apt-get install python3 python3-venv';
  if (withoutVenv.length > 0) {
    throw problem(
        `Python lacks its venv module (found ${withoutVenv.join(', ')}).`,
        `Install it (on Debian: \`${remedy}\`), then run \`make setup\` again.`);
  }
  throw problem(
      tooOld.length === 0 ? 'Python is missing: 3.10 or newer with its venv module is needed.' :
      `Python is too old: 3.10 or newer is needed (found ${tooOld.join(', ')}).`,
      `Install it (for example \`${remedy}\`), or point PYTHON=/path/to/python3 to one, ` +
      'then run `make setup` again.');
}

/**
 * The environment of pip: no setting of the user's may send packages elsewhere.
 * @param {string} tmp its temporary folder, on the disk of .venv.
 */
export function pipEnvironment(tmp) {
  const env = {...process.env};
  for (const name of ['PIP_TARGET', 'PIP_PREFIX', 'PYTHONHOME', 'PYTHONPATH']) delete env[name];
  return {
    ...env, PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1',
    PYTHONNOUSERSITE: '1', TMPDIR: tmp,
  };
}

/** Options of every `pip install` here: exactly the pinned wheels, nothing compiled. */
export const PIP_INSTALL =
    ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--retries', '2'];

/**
 * Makes an environment with the packages of a requirements file. It always starts from an empty
 * folder: an environment cannot be moved, so a half-made one is thrown away.
 * @param {object} options
 * @param {string} options.venv its folder.
 * @param {string} options.requirements
 * @param {string} options.tmp for temporary files, on the same disk.
 * @param {{cwd: string, log: string, onChild: (pids: number[]) => void}} options.run
 * @param {string} [options.program] Python that shows that the packages load.
 */
export async function makeEnvironment({venv, requirements, tmp, run, program = ''}) {
  mkdirSync(tmp, {recursive: true});
  if (existsSync(venv)) {
    const old = path.join(tmp, `${path.basename(venv)}-${Date.now()}`);
    renameSync(venv, old);
    rmSync(old, {recursive: true, force: true});
  }
  const python = path.join(venv, 'bin', 'python');
  const steps = /** @type {const} */ ([
    ['python -m venv', findPython(), ['-m', 'venv', venv]],
    ['pip', python, [...PIP_INSTALL, '-r', requirements]],
    ['pip check', python, ['-m', 'pip', 'check']],
    ['Loading the packages', python, ['-c', program]],
  ]);
  for (const [what, command, args] of steps) {
    await runTool({...run, env: pipEnvironment(tmp), what, command, args: [...args]});
  }
}

/**
 * The stage that makes .venv: in a clone with JupyterLab and the rest of requirements/jupyter.txt, in
 * an installed package with kaleido only, which draws the PNGs.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function pythonStage({root, venv, tmp, log, onChild}) {
  const kaleido = path.join(root, 'requirements', 'kaleido.txt');
  const installed = isInstalledPackage(root);
  const requirements = installed ? kaleido : path.join(root, 'requirements', 'jupyter.txt');
  const python = path.join(venv, 'bin', 'python');
  return {
    name: 'python',
    title: `Python environment (.venv: ${installed ? '' : 'JupyterLab, nbconvert, plotly, '}kaleido)`,
    inputs: () => [readFileSync(requirements), readFileSync(kaleido), venv, ...PIP_INSTALL],
    outputs: [python, ...installed ? [] : [path.join(venv, 'bin', 'jupyter')]],
    check: () => void findPython(),
    make: () => makeEnvironment(
        {venv, requirements, tmp, run: {cwd: root, log: log('python'), onChild}}),
  };
}
