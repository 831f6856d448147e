/** Checks of the TensorFlow runtime, as a child process finds it. */
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type {Check} from './check';
import {fail, ok, RUN_SETUP, warn} from './check';
import {setupCommand} from '../paths';
import type {ProjectPaths} from '../paths';
import {parseReport} from './probe-report';
import type {ProbeReport} from './probe-report';

export interface CheckTensorflowOptions {
  /** The program to run (default: `probe.js` beside this file). */
  readonly probe?: string;
}

/**
 * Loads and measures TensorFlow in a child process. A crash of the addon becomes a failed check.
 */
export function checkTensorflow(
    paths: ProjectPaths,
    {probe = path.join(__dirname, 'probe.js')}: CheckTensorflowOptions = {}): Check[] {
  // At level 0 the runtime itself says whether oneDNN is on.
  const env = {...process.env, TF_CPP_MIN_LOG_LEVEL: '0'};
  const {status, signal, stdout, stderr} =
      spawnSync(process.execPath, [probe], {encoding: 'utf8', env, timeout: 120_000});
  const report = status === 0 ? parseReport(stdout) : undefined;
  if (report === undefined) {
    const reason = signal !== null ? `it was ended by ${signal}` : firstError(stderr);
    return [fail('tensorflow', `does not load: ${reason}`,
        `delete .setup/stamps/addon.json and ${RUN_SETUP}`)];
  }
  const {tensorflow, tfjs, gpu, gflops, lapack} = report;
  const threads = process.env['TF_NUM_INTRAOP_THREADS'] ?? os.availableParallelism();
  return [
    ok('tensorflow', `${tensorflow} (tfjs ${tfjs})`),
    checkDevice(gpu, wantedDevice(paths)),
    ok('threads', `${threads}`),
    ok('oneDNN', stderr.includes('oneDNN custom operations are on') ? 'on' :
      'off (TF_ENABLE_ONEDNN_OPTS=1 turns it on: faster convolutions, other rounding)'),
    ok('speed', `${Math.round(gflops)} GFLOPS (float32 matrix product)`),
    checkLapack(lapack),
  ];
}

/** @param wanted the device of the set-up. */
export function checkDevice(gpu: boolean, wanted: string): Check {
  if (gpu || wanted !== 'gpu') return ok('device', gpu ? 'gpu' : 'cpu');
  return warn('device', 'cpu, although set up for a GPU',
      `see that \`nvidia-smi\` lists the GPU, or \`DEVICE=cpu ${setupCommand()}\``);
}

/** Without LAPACK everything works, but eigenvectors of large covariances take hours. */
export function checkLapack({config, problem}: ProbeReport['lapack']): Check {
  if (config !== undefined) return ok('LAPACK', config.split(/\s+/).slice(0, 2).join(' '));
  return problem === undefined ?
    warn('LAPACK', 'missing: eigenvectors of large covariances take several times as long',
        RUN_SETUP) :
    warn('LAPACK', `does not load: ${problem}`,
        `delete .setup/stamps/lapack.json and ${RUN_SETUP}`);
}

function wantedDevice({root}: ProjectPaths): string {
  try {
    return readFileSync(path.join(root, '.setup', 'device'), 'utf8').trim();
  } catch {
    return 'cpu';
  }
}

function firstError(stderr: string): string {
  const lines = stderr.split('\n');
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.find(Boolean) ?? 'no output')
      .trim();
}
