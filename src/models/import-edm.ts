/** EDM's pickles as model folders: read by a small Python tool that runs nothing of the pickle. */
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import * as path from 'node:path';
import {pipeline} from 'node:stream/promises';
import {edmModelConfig} from '../networks/edm-options';
import type {EdmModelConfig} from '../networks/edm-options';
import {projectPaths} from '../paths';
import {writeFolder} from '../store/write-folder';
import {loadModel, writeConfig} from './model-folder';
import type {TrainedModel} from './model-folder';

/** What is imported, and by which Python. */
export interface ImportEdmOptions {
  /** The network in the pickle's dictionary (default `'ema'`, the averaged weights). */
  readonly key?: string | undefined;
  /** A Python with PyTorch (default that of `.venv-torch`, see tools/setup-torch.mjs). */
  readonly python?: string | undefined;
}

/** The status with which the tool ends when it refuses a pickle and says why. */
const REFUSED = 2;

/**
 * Imports a pickle as NVlabs/edm saves them, `dict(ema=…)`, into the model folder `dir`, which
 * appears when it has been read back and fits the network. A Python with PyTorch reads the pickle
 * and runs nothing of it (docs/models.md).
 * @param file the pickle.
 * @param dir the folder to make; absent or empty.
 * @param options which network, which Python.
 * @throws Error naming the file and what is wrong: names that a pickle of a network has no need of
 *     (`refused: posix.system`), a key that is not there, options or tensors of an unknown kind.
 * @example
 * const file = 'edm-ffhq-64x64-uncond-vp.pkl';
 * const model = await hg.importEdm(file, 'models/ffhq').catch((error: Error) => error);
 * console.log(model instanceof Error ? model.message.split(': E')[0] : model.model.imageShape);
 * // edm-ffhq-64x64-uncond-vp.pkl: cannot be read
 */
export async function importEdm(
    file: string, dir: string, {key = 'ema', python}: ImportEdmOptions = {}):
    Promise<TrainedModel> {
  const {root, venvTorch} = projectPaths();
  const command = python ?? path.join(venvTorch, 'bin', 'python');
  const name = path.basename(file);
  let imported: TrainedModel | undefined;
  await writeFolder(dir, async (folder) => {
    const sha256 = await hashOf(file);
    // -B: no compiled copies beside the tool.
    const tool = path.join(root, 'tools', 'import-edm', 'main.py');
    const {status, signal, stdout, stderr, error} = spawnSync(
        command, ['-B', tool, path.resolve(file), folder, key],
        {encoding: 'utf8', maxBuffer: 1 << 26});
    if (error !== undefined) throw new Error(`${command}: cannot be started: ${error.message}`);
    const last = stderr.trimEnd().split('\n').at(-1) ?? '';
    if (status === REFUSED) throw new Error(`${name}: ${last}`);
    if (status !== 0) {
      throw new Error(`${name}: the import ended with ${status ?? signal}: ${last}`);
    }
    writeConfig(folder, configOf(stdout, name), {source: name, sha256, key});
    imported = readBack(folder, name);
  });
  return imported!;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    throw new Error(`${file}: cannot be read: ${(error as Error).message}`, {cause: error});
  }
  return hash.digest('hex');
}

function configOf(json: string, name: string): EdmModelConfig {
  try {
    return edmModelConfig(JSON.parse(json));
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, {cause: error});
  }
}

function readBack(folder: string, name: string): TrainedModel {
  try {
    return loadModel(folder);
  } catch (error) {
    // The folder is about to go: what a person has is the pickle.
    const message = [folder, path.basename(folder)].reduce(
        (text, part) => text.replace(`${part}${path.sep}`, ''), (error as Error).message);
    throw new Error(`${name}: ${message}`, {cause: error});
  }
}
