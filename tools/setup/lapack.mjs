/** Brings OpenBLAS, whose LAPACK src/backend/lapack.ts calls. */
import {mkdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import path from 'node:path';
import {PIP_INSTALL, pipEnvironment} from './python.mjs';
import {runTool} from './tool.mjs';

/** What pip says when there is no wheel for this platform. */
const NO_WHEEL = /No matching distribution found/;

/**
 * The stage that unpacks the wheel into .venv/openblas. On a platform without a wheel that folder
 * stays empty, with a notice: TensorFlow's own, slower ops then do the work.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function lapackStage({root, venv, tmp, log, onChild}) {
  const requirements = path.join(root, 'requirements', 'lapack.txt');
  const folder = path.join(venv, 'openblas');
  const partial = `${folder}.partial`;
  const args =
      [...PIP_INSTALL, '--no-compile', '--require-hashes', '--target', partial, '-r', requirements];
  return {
    name: 'lapack',
    title: 'LAPACK for large matrices (10 MB to download)',
    after: ['python'],
    inputs: () => [readFileSync(requirements), ...args],
    outputs: [folder],
    async make() {
      rmSync(partial, {recursive: true, force: true});
      mkdirSync(partial, {recursive: true});
      try {
        await runTool({
          what: 'pip', command: path.join(venv, 'bin', 'python'), args, cwd: root,
          env: pipEnvironment(tmp), log: log('lapack'), onChild,
        });
      } catch (error) {
        const output = readFileSync(log('lapack'), 'utf8');
        // Without a network pip says this too, after why.
        if (!NO_WHEEL.test(output) || /** @type {any} */ (error).tail === undefined) throw error;
        process.stdout.write(
            '\nsetup: pip finds no such OpenBLAS for this platform: TensorFlow will compute the ' +
            'eigenvectors of covariances, which takes several times as long.\n');
      }
      rmSync(folder, {recursive: true, force: true});
      renameSync(partial, folder);
    },
  };
}
