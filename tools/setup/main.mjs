/**
 * The set-up, after tools/setup.sh has found a fitting Node.js. Uses nothing but Node.js itself.
 *
 *   DEVICE=gpu sh tools/setup.sh   everything, with TensorFlow for an NVIDIA GPU
 *   sh tools/setup.sh              everything, for the device of the last set-up (at first: cpu)
 *   sh tools/setup.sh --pending    names what a set-up would have to make, and makes nothing
 *
 * In an installed package `npx hidden-gaussian setup` runs it. State is in .setup: stamps, the
 * device, logs, the lock. See docs/setup.md.
 *
 * @typedef {object} Context
 * @property {string} root the project's folder.
 * @property {string} venv
 * @property {string} tmp for temporary files, on the same disk.
 * @property {'cpu' | 'gpu'} device
 * @property {(name: string) => string} log the log file of a stage.
 * @property {(pids: number[]) => void} onChild
 */
import {mkdirSync, readFileSync, rmSync, statfsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {kernelspecStage} from './kernelspec.mjs';
import {lapackStage} from './lapack.mjs';
import {takeLock} from './lock.mjs';
import {nativeStage} from './native.mjs';
import {buildStage, nodeModulesStage} from './node.mjs';
import {isInstalledPackage, setupCommand} from './packages.mjs';
import {checkPlatform, chooseDevice, thisMachine} from './platform.mjs';
import {fullDisk} from './problem.mjs';
import {pythonStage} from './python.mjs';
import {makeStage, pendingStages, writeAtomically} from './stage.mjs';
import {addonStage, tensorflowStage} from './tensorflow.mjs';
import {stopTool} from './tool.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const installed = isInstalledPackage(root);
const state = path.join(root, '.setup');
const stampDir = path.join(state, 'stamps');
const deviceFile = path.join(state, 'device');
/** Free disk that a first set-up needs, in GB. */
const NEEDED_GB = {cpu: 4, gpu: 14};

/**
 * A clone needs all stages. An installed package comes compiled, npm brings its packages, and it
 * has no notebooks.
 * @param {Context} context
 */
function stagesOf(context) {
  const stages = [
    nodeModulesStage(context), pythonStage(context), tensorflowStage(context), addonStage(context),
    lapackStage(context), nativeStage(context), kernelspecStage(context), buildStage(context),
  ];
  return installed ? stages.filter(({cloneOnly}) => !cloneOnly) : stages;
}

/** @param {Partial<Context>} [more] @returns {Context} */
function makeContext({onChild = () => {}} = {}) {
  return {
    root, onChild,
    venv: path.join(root, '.venv'),
    tmp: path.join(state, 'tmp'),
    device: chooseDevice(process.env['DEVICE'], lastDevice()),
    log: (name) => path.join(state, 'logs', `${name}.log`),
  };
}

function lastDevice() {
  try {
    return readFileSync(deviceFile, 'utf8').trim();
  } catch {
    return undefined;
  }
}

async function setUp() {
  const lock = await takeLock(path.join(state, 'lock'), {
    onWait: (pid) => say(`waiting for the set-up that is running here (process ${pid}) to end`),
  });
  const interrupted = (/** @type {NodeJS.Signals} */ signal) => {
    // While the tool is still ending, the lock has to keep the next set-up waiting for it.
    if (!stopTool(signal)) lock.release();
    process.stderr.write(`\nsetup: interrupted; \`${setupCommand(root)}\` goes on from here.\n`);
    process.exit(130);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, interrupted);
  }
  try {
    const context = makeContext({onChild: lock.setChild});
    checkPlatform(thisMachine(), context.device);
    const stages = stagesOf(context);
    const pending = pendingStages(stages, stampDir);
    if (pending.length === 0) return;
    for (const {name, check} of stages) if (pending.includes(name)) check?.();
    if (pending.includes('tensorflow')) checkDisk(context.device);
    writeAtomically(deviceFile, `${context.device}\n`);
    mkdirSync(context.tmp, {recursive: true});
    for (const stage of stages.filter(({name}) => pending.includes(name))) await timed(stage);
    rmSync(context.tmp, {recursive: true, force: true});
    say('complete');
  } finally {
    lock.release();
  }
}

/** @param {import('./stage.mjs').Stage} stage */
async function timed(stage) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const line = `setup: ${stage.title}`;
  const live = process.stdout.isTTY;
  process.stdout.write(live ? line : `${line} ...\n`);
  const timer = setInterval(() => live && process.stdout.write(`\r${line} ... ${seconds()}`), 1000);
  try {
    await makeStage(stage, stampDir);
    process.stdout.write(`${live ? '\r' : ''}${line}: ${seconds()}   \n`);
  } catch (error) {
    process.stdout.write(live ? '\n' : '');
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** @param {'cpu' | 'gpu'} device */
function checkDisk(device) {
  const {bavail, bsize} = statfsSync(root);
  if (bavail * bsize < NEEDED_GB[device] * 1e9) throw fullDisk('The set-up');
}

/** @param {string} text */
const say = (text) => process.stdout.write(`setup: ${text}\n`);

/** @param {any} cause */
function fail(cause) {
  const error = cause.code === 'ENOSPC' ? fullDisk('The set-up') : cause;
  if (error.tail) process.stderr.write(`${error.tail}\n`);
  const text = error.remedy ? `${error.message}\n  ${error.remedy}` : error.stack;
  process.stderr.write(`setup: ${text.replaceAll('make setup', setupCommand(root))}\n`);
  if (error.log) process.stderr.write(`  All output: ${path.relative(root, error.log)}\n`);
  process.exitCode = 1;
}

try {
  if (process.argv.includes('--pending')) {
    for (const name of pendingStages(stagesOf(makeContext()), stampDir)) console.log(name);
  } else {
    await setUp();
  }
} catch (error) {
  fail(error);
}
