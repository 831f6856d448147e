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
  const tslab = path.join(root, 'node_modules', 'tslab', 'bin', 'tslab');
  const files = KERNELS.map(({name, display, language, options}) => ({
    file: path.join(folder, name, 'kernel.json'),
    text: `${JSON.stringify({
      argv: [process.execPath, tslab, 'kernel', '--config-path', '{connection_file}', ...options],
      display_name: display,
      language,
      // oneDNN as in every process of this project that trains: it decides the last bits.
      env: {TF_CPP_MIN_LOG_LEVEL: '2', TF_ENABLE_ONEDNN_OPTS: '1'},
    }, null, 2)}\n`,
  }));
  return {
    name: 'kernelspec',
    cloneOnly: true,
    title: 'Jupyter kernels (tslab, jslab)',
    after: ['python'],
    inputs: () => files.map(({text}) => text),
    outputs: files.map(({file}) => file),
    async make() {
      for (const {file, text} of files) {
        mkdirSync(path.dirname(file), {recursive: true});
        writeAtomically(file, text);
      }
    },
  };
}
