/** The networks of the golden records. */
import {networkDenoiser} from '../src/denoisers/network';
import {edmModel} from '../src/networks/edm-model';
import type {EdmModel} from '../src/networks/edm-model';
import {edmModelConfig} from '../src/networks/edm-options';
import {parametersFromPyTorch} from '../src/networks/parameters';
import type {NamedArray} from '../src/store/safetensors';
import type {Denoiser} from '../src/types';
import {golden} from './helpers';

/** The model of a record. */
export const goldenModel = (record: {precond: string; options: unknown}): EdmModel =>
    edmModel(edmModelConfig({precond: record.precond, options: record.options}));

/** The values of a model's parameters, `[P]`; `prefix` comes before each name. */
export function goldenParameters(
    {parameters}: Pick<EdmModel, 'parameters'>, tensors: ReadonlyMap<string, NamedArray>,
    prefix = ''): Float32Array {
  const arrays = new Map(parameters.map(({name}) => [name, tensors.get(`${prefix}${name}`)!]));
  return parametersFromPyTorch(parameters, arrays);
}

/** The denoiser of a fixture with a network. */
export function goldenDenoiser(fixture: string): Denoiser {
  const {record, tensors} = golden(fixture);
  const model = goldenModel(record);
  return networkDenoiser(model, goldenParameters(model, tensors), {name: fixture});
}
