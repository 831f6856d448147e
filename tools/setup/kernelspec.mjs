/** Tells the JupyterLab of .venv about the tslab kernels of node_modules. */
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {writeAtomically} from './stage.mjs';

const KERNELS = [
  {name: 'tslab', display: 'TypeScript', language: 'typescript', options: []},
  {name: 'jslab', display: 'JavaScript', language: 'javascript', options: ['--js']},
];

/**
 * The stage that writes the kernelspecs. They are those of `tslab install`, but with absolute
 * paths to this Node.js and this tslab, so that nothing has to be on PATH.
 * @param {import('./main.mjs').Context} context
 * @returns {import('./stage.mjs').Stage}
 */
export function kernelspecStage({root, venv}) {
  const folder = path.join(venv, 'share', 'jupyter', 'kernels');
  const file = (/** @type {string} */ name) => path.join(folder, name, 'kernel.json');
  const tslab = path.join(root, 'node_modules', 'tslab', 'bin', 'tslab');
  return {
    name: 'kernelspec',
    title: 'Jupyter kernels (tslab, jslab)',
    after: ['python'],
    inputs: () => [process.execPath, tslab],
    outputs: KERNELS.map(({name}) => file(name)),
    async make() {
      for (const {name, display, language, options} of KERNELS) {
        mkdirSync(path.dirname(file(name)), {recursive: true});
        writeAtomically(file(name), `${JSON.stringify({
          argv: [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}',
            ...options],
          display_name: display,
          language,
          env: {TF_CPP_MIN_LOG_LEVEL: '2'},
        }, null, 2)}\n`);
      }
    },
  };
}
