/** The networks of the golden references, for tests that need a model with its weights. */
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {edmModel} from '../src/networks/edm-model';
import type {EdmModel} from '../src/networks/edm-model';
import {edmModelConfig} from '../src/networks/edm-options';
import {parametersFromPyTorch} from '../src/networks/parameters';
import {readSafetensors} from '../src/store/safetensors';
import type {NamedArray, SafetensorsFile} from '../src/store/safetensors';
import {ROOT} from './helpers';

/** A fixture of `test/golden`: its JSON record and its arrays. */
export interface Golden extends SafetensorsFile {
  // The records differ from fixture to fixture; each test knows its own.
  readonly record: any;
}

/** Loads `test/golden/<name>.json` and `.safetensors`. */
export function golden(name: string): Golden {
  const folder = path.join(ROOT, 'test', 'golden');
  const record = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
  return {record, ...readSafetensors(path.join(folder, `${name}.safetensors`))};
}

/** The model of a record. */
export const goldenModel = (record: {precond: string; options: unknown}): EdmModel =>
    edmModel(edmModelConfig({precond: record.precond, options: record.options}));

/** The values of a model's parameters, `[P]`. */
export const goldenParameters = (
    {parameters}: EdmModel, tensors: ReadonlyMap<string, NamedArray>): Float32Array =>
    parametersFromPyTorch(parameters,
        new Map(parameters.map(({name}) => [name, tensors.get(name)!])));
