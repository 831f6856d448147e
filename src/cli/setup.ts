/** `hidden-gaussian setup`: what `make setup` does in a clone, for an installed package. */
import {spawn} from 'node:child_process';
import * as path from 'node:path';
import {projectPaths} from '../paths';

/**
 * Installs Python's part and TensorFlow, and compiles the addons.
 * @param device `'cpu'` or `'gpu'` (default: that of the last set-up, at first `'cpu'`).
 * @returns the set-up's exit status; it has said what is wrong.
 */
export async function setup(device?: string): Promise<number> {
  const script = path.join(projectPaths().root, 'tools', 'setup.sh');
  const chosen = device === undefined ? {} : {DEVICE: device};
  const env = {...process.env, NODE: process.execPath, ...chosen};
  const child = spawn('sh', [script], {stdio: 'inherit', env});
  // Control-C reaches the set-up by itself, which says where it goes on; TERM has to be passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}
