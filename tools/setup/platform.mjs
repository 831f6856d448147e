/** Which machines the project runs on. */
import {problem} from './problem.mjs';

/**
 * @typedef {object} Machine
 * @property {string} platform as `process.platform`.
 * @property {string} arch as `process.arch`.
 * @property {boolean} musl whether the C library is musl (Alpine) rather than glibc.
 */

/** @returns {Machine} */
export function thisMachine() {
  const {platform, arch} = process;
  return {platform, arch, musl: platform === 'linux' && !usesGlibc()};
}

function usesGlibc() {
  // Without this the report looks up every network interface, which can take seconds.
  /** @type {any} */ (process.report).excludeNetwork = true;
  const report = /** @type {any} */ (process.report?.getReport());
  return report?.header?.glibcVersionRuntime !== undefined;
}

/**
 * @param {Machine} machine
 * @param {string} device `'cpu'` or `'gpu'`.
 * @throws a problem when TensorFlow has no build for the machine.
 */
export function checkPlatform({platform, arch, musl}, device) {
  const name = `${platform} ${arch}${musl ? ' (musl)' : ''}`;
  const fits = (platform === 'linux' && !musl && (arch === 'x64' || arch === 'arm64')) ||
      (platform === 'darwin' && arch === 'arm64');
  if (!fits) {
    throw problem(
        `TensorFlow 2.21 has no build for this machine, ${name}.`,
        platform === 'win32' ? 'Use a Linux distribution under WSL 2.' :
        platform === 'darwin' ? 'Use a Mac with Apple silicon and a Node.js made for it (arm64).' :
        'Use Linux with glibc (Debian, Ubuntu, Fedora) on x64 or arm64, or macOS on arm64.');
  }
  if (device === 'gpu' && !(platform === 'linux' && arch === 'x64')) {
    throw problem(
        `DEVICE=gpu needs Linux on x64 with an NVIDIA GPU, and this is ${name}.`,
        'Run `make setup DEVICE=cpu`.');
  }
}

/**
 * The device of this set-up: asked for, or else the one of the last set-up, or else the CPU.
 * @param {string | undefined} asked the value of DEVICE; empty counts as not asked.
 * @param {string | undefined} last
 * @returns {'cpu' | 'gpu'}
 */
export function chooseDevice(asked, last) {
  const device = asked || last || 'cpu';
  if (device === 'cpu' || device === 'gpu') return device;
  throw problem(`DEVICE=${device} is unknown.`, 'Run `make setup` with DEVICE=cpu or DEVICE=gpu.');
}
