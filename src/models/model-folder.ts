/**
 * Model folders, the form in which networks come in and go out: `config.json` with EDM's
 * constructor call, and `model.safetensors` with the state dict in PyTorch's names and axes. See
 * docs/models.md.
 */
import {readFileSync, statSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import {edmModel} from '../networks/edm-model';
import type {EdmModel} from '../networks/edm-model';
import {edmConfigToJson, edmModelConfig} from '../networks/edm-options';
import type {EdmModelConfig} from '../networks/edm-config';
import {loadParameters} from '../networks/load-parameters';
import {parameterCount, parametersToPyTorch, pyTorchShape} from '../networks/parameters';
import {printable} from '../quoted';
import type {Json} from '../store/canonical';
import {openSafetensors, writeSafetensors} from '../store/safetensors';
import type {TensorPlan} from '../store/safetensors-writer';
import {writeFile} from '../store/write-file';
import {writeFolder} from '../store/write-folder';
import {zodProblems} from '../zod-problems';

/** The first field of every `config.json`; raised when an older reader would misunderstand. */
const MODEL_FORMAT = 'hidden-gaussian-model/1';
const CONFIG_FILE = 'config.json';
const WEIGHTS_FILE = 'model.safetensors';

/** A network with its parameters' values. */
export interface TrainedModel {
  /** The network's form. */
  readonly model: EdmModel;
  /** Flat values `[P]`. */
  readonly parameters: Float32Array;
  /** Where it comes from, in the words of whoever wrote the folder. */
  readonly provenance: {readonly [key: string]: Json};
}

/** No real configuration comes near. */
const MAX_CONFIG_BYTES = 1 << 20;
/** Whatever walks through deeper records may run out of stack. */
const MAX_DEPTH = 100;

const configSchema = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  precond: z.string(),
  options: z.record(z.string(), z.unknown()),
  provenance: z.record(z.string(), z.json()).default({}),
});

/**
 * Loads a model folder; `networkDenoiser(model, parameters)` makes a denoiser of it.
 * @param dir the folder, with `config.json` and `model.safetensors` (docs/models.md).
 * @throws Error naming the file: one that is missing or no valid configuration, tensors that do not
 *     fit the network (all of them at once, `loadParameters`), or a damaged weights file.
 * @example
 * const model = hg.modelFor(hg.trainOptions({width: 4}), [4, 4, 1]);
 * const parameters = new Float32Array(hg.parameterCount(model.parameters));
 * await hg.saveModel('model', {model, parameters, provenance: {}});
 * const loaded = hg.loadModel('model');
 * console.log(loaded.model.imageShape, loaded.parameters.length === parameters.length);
 * // [ 4, 4, 1 ] true
 */
export function loadModel(dir: string): TrainedModel {
  const {model, provenance} = readConfig(path.join(dir, CONFIG_FILE));
  const name = path.join(path.basename(path.resolve(dir)), WEIGHTS_FILE);
  const parameters = loadParameters(openSafetensors(path.join(dir, WEIGHTS_FILE), {name}), model);
  return {model, parameters, provenance};
}

/**
 * Writes a model folder; it appears under its name when it is whole.
 * @param dir the folder to make; absent or empty.
 * @param trained the network, its parameters, and words on where they come from.
 * @throws RangeError when the number of parameters is not the network's; Error when the folder is
 *     there already and not empty, or cannot be written.
 * @example
 * const model = hg.modelFor(hg.trainOptions({width: 4}), [4, 4, 1]);
 * const parameters = new Float32Array(hg.parameterCount(model.parameters));
 * await hg.saveModel('model', {model, parameters, provenance: {note: 'all zeros'}});
 * console.log(hg.loadModel('model').provenance); // { note: 'all zeros' }
 */
export async function saveModel(
    dir: string, {model, parameters, provenance}: TrainedModel): Promise<void> {
  const expected = parameterCount(model.parameters);
  if (parameters.length !== expected) {
    throw new RangeError(`saveModel: expected ${expected} parameters, got ${parameters.length}`);
  }
  await writeFolder(dir, (folder) => {
    writeConfig(folder, model.config, provenance);
    writeSafetensors(path.join(folder, WEIGHTS_FILE), plansOf(model), valuesOf(model, parameters),
        {format: 'pt'});
  });
}

/** Writes the `config.json` of a model folder. */
export function writeConfig(
    folder: string, config: EdmModelConfig, provenance: TrainedModel['provenance']): void {
  const record = {format: MODEL_FORMAT, ...edmConfigToJson(config), provenance};
  writeFile(path.join(folder, CONFIG_FILE), `${JSON.stringify(record, null, 2)}\n`);
}

function readConfig(file: string): Pick<TrainedModel, 'model' | 'provenance'> {
  try {
    if (statSync(file).size > MAX_CONFIG_BYTES) {
      throw new Error(`expected at most ${MAX_CONFIG_BYTES} bytes, got ${statSync(file).size}`);
    }
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isDeeper(content, MAX_DEPTH)) {
      throw new Error(`it has lists and records more than ${MAX_DEPTH} deep`);
    }
    const parsed = configSchema.safeParse(content);
    if (!parsed.success) throw new Error(zodProblems(parsed.error));
    const {precond, options, provenance} = parsed.data;
    return {model: edmModel(edmModelConfig({precond, options})), provenance};
  } catch (error) {
    const reason = printable((error as Error).message.replace(/\s+/g, ' '));
    throw new Error(`${file}: not a valid model configuration: ${reason}`, {cause: error});
  }
}

/** Whether there are more than `most` lists and records inside of each other. */
function isDeeper(value: unknown, most: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= most && level.length > 0; depth++) {
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item) as unknown[] : []);
  }
  return level.length > 0;
}

/** The whole state dict: parameters, then constants, so that PyTorch can load it strictly. */
function plansOf({parameters, buffers}: EdmModel): TensorPlan[] {
  return [
    ...parameters.map((spec) => ({name: spec.name, shape: pyTorchShape(spec)})),
    ...buffers.map(({name, shape}) => ({name, shape})),
  ];
}

function* valuesOf(
    {parameters, buffers}: EdmModel, flat: Float32Array): Generator<Float32Array> {
  let offset = 0;
  for (const spec of parameters) {
    const part = flat.subarray(offset, offset += parameterCount([spec]));
    for (const {data} of Object.values(parametersToPyTorch([spec], part))) {
      yield data as Float32Array;
    }
  }
  for (const {values} of buffers) yield values;
}
