/** `hidden-gaussian setup`: what `make setup` does in a clone, for an installed package. */
import * as path from 'node:path';
import {projectPaths} from '../paths';
import {runForeground} from './foreground';

/**
 * Installs Python's part and TensorFlow, and compiles the addons.
 * @param device `'cpu'` or `'gpu'` (default: that of the last set-up, at first `'cpu'`).
 * @returns the set-up's exit status; it has said what is wrong.
 */
export async function setup(device?: string): Promise<number> {
  const script = path.join(projectPaths().root, 'tools', 'setup.sh');
  const chosen = device === undefined ? {} : {DEVICE: device};
  const env = {...process.env, NODE: process.execPath, ...chosen};
  return runForeground('sh', [script], {env, whenKilled: 1});
}
