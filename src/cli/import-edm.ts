/** `hidden-gaussian import-edm`: an EDM pickle as a model folder. */
import {spawnSync} from 'node:child_process';
import * as path from 'node:path';
import {importEdm} from '../models/import-edm';
import {parameterCount} from '../networks/parameters';
import {projectPaths} from '../paths';
import {checkFree} from '../store/write-folder';

export interface ImportEdmCommandOptions {
  readonly output: string;
  readonly key?: string;
}

/** Sets up PyTorch when it is not there yet, then imports. */
export async function importEdmCommand(
    file: string, {output, key}: ImportEdmCommandOptions): Promise<void> {
  checkFree(output);
  const {root} = projectPaths();
  const {status} = spawnSync(process.execPath, [
    path.join(root, 'tools', 'setup-torch.mjs'), 'npx hidden-gaussian import-edm',
  ], {stdio: ['ignore', 'inherit', 'inherit']});
  if (status !== 0) throw new Error('import-edm: PyTorch could not be set up');
  const {model} = await importEdm(file, output, {key});
  const {precond, options} = model.config;
  console.log(`${output}: ${precond} with ${options.model_type}, ` +
      `${model.imageShape.join('x')}, ${parameterCount(model.parameters)} parameters`);
}
