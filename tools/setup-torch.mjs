/**
 * The environment with PyTorch: .venv-torch, from requirements/torch.txt, apart from the project's
 * own. Does nothing when it is complete. `make bench` and `npx hidden-gaussian import-edm` run it.
 *
 *   node tools/setup-torch.mjs [COMMAND]   COMMAND: what to run again after a failure
 */
import {readFileSync, rmSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {takeLock} from './setup/lock.mjs';
import {findPython, makeEnvironment, PIP_INSTALL} from './setup/python.mjs';
import {makeStage, pendingStages} from './setup/stage.mjs';
import {stopTool} from './setup/tool.mjs';

/** @typedef {Omit<import('./setup/main.mjs').Context, 'device'>} TorchContext */

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const state = path.join(root, '.setup');
const stampDir = path.join(state, 'stamps');

/**
 * The stage that makes the environment and ends with a look at whether PyTorch loads.
 * @param {TorchContext} context
 * @returns {import('./setup/stage.mjs').Stage}
 */
function torchStage({venv, tmp, log, onChild}) {
  const requirements = path.join(root, 'requirements', 'torch.txt');
  const python = path.join(venv, 'bin', 'python');
  return {
    name: 'torch',
    title: 'PyTorch (.venv-torch; 0.2 GB to download)',
    inputs: () => [readFileSync(requirements), venv, ...PIP_INSTALL],
    outputs: [python],
    check: () => void findPython(),
    make: () => makeEnvironment({
      venv, requirements, tmp, run: {cwd: root, log: log('torch'), onChild},
      program: 'import safetensors.torch, torch',
    }),
  };
}

async function setUp() {
  const lock = await takeLock(path.join(state, 'lock'));
  const interrupted = (/** @type {NodeJS.Signals} */ signal) => {
    if (!stopTool(signal)) lock.release();
    process.exit(130);
  };
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  try {
    const tmp = path.join(state, 'tmp');
    const stage = torchStage({
      root, tmp, onChild: lock.setChild, venv: path.join(root, '.venv-torch'),
      log: (name) => path.join(state, 'logs', `${name}.log`),
    });
    if (pendingStages([stage], stampDir).length === 0) return;
    stage.check?.();
    process.stderr.write(`setup: ${stage.title} ...\n`);
    await makeStage(stage, stampDir);
    rmSync(tmp, {recursive: true, force: true});
  } finally {
    lock.release();
  }
}

try {
  await setUp();
} catch (cause) {
  const error = /** @type {any} */ (cause);
  if (error.tail) process.stderr.write(`${error.tail}\n`);
  const text = error.remedy ? `${error.message}\n  ${error.remedy}` : error.stack;
  const again = process.argv[2] ?? 'make bench';
  process.stderr.write(`setup: ${text.replaceAll('make setup', again)}\n`);
  if (error.log) process.stderr.write(`  All output: ${path.relative(root, error.log)}\n`);
  process.exitCode = 1;
}
