/** Where a fixture's images and network come from: itself, or the files that it depends on. */
import type {tf} from '../../src/backend/tf';
import {gaussianDenoiser} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../../src/denoisers/multi-delta';
import {networkDenoiser} from '../../src/denoisers/network';
import {edmModel} from '../../src/networks/edm-model';
import type {EdmModel} from '../../src/networks/edm-model';
import {edmModelConfig} from '../../src/networks/edm-options';
import {parametersFromPyTorch} from '../../src/networks/parameters';
import type {NamedArray} from '../../src/store/safetensors';
import type {Denoiser} from '../../src/types';
import {toImages} from './arrays';
import type {Checks} from './checks';
import type {Fixture, GoldenFolder} from './folder';

/** What a rule works with. */
export interface Job {
  readonly checks: Checks;
  /** The fixture itself and those that it depends on, by the role that `depends_on` gives them. */
  readonly sources: readonly Source[];
}

interface Source {
  /** Key in `depends_on` when it has keys. */
  readonly role?: string;
  readonly fixture: Fixture;
}

/** @throws Error for a dependency of another form than `NAME.safetensors (…)`, or a missing one. */
export function openJob(checks: Checks, folder: GoldenFolder): Job {
  const dependsOn = checks.fixture.record['depends_on'] ?? [];
  const sources = Object.entries(dependsOn as object).map(([key, text]: [string, unknown]) => {
    const name = /^([\w.-]+)\.safetensors\b/.exec(String(text))?.[1];
    if (name === undefined) throw new Error(`depends_on: cannot read ${JSON.stringify(text)}`);
    const fixture = folder.fixtures.get(name);
    if (fixture === undefined) throw new Error(`depends_on: ${name} is not in the folder`);
    return {fixture, ...(Array.isArray(dependsOn) ? {} : {role: key})};
  });
  return {checks, sources: [{fixture: checks.fixture}, ...sources]};
}

/** The one source that has what is wanted; of several, the one in this role. */
function find(
    {sources}: Job, what: string, role: string | undefined, has: (fixture: Fixture) => boolean):
    Fixture {
  const able = sources.filter(({fixture}) => has(fixture));
  const [found, ...others] =
      able.length > 1 ? able.filter((source) => source.role === role) : able;
  if (found === undefined || others.length > 0) {
    throw new Error(`expected one file with ${what} among the fixture and what it depends on, ` +
        `found ${able.length}`);
  }
  return found.fixture;
}

/** The tensor with the training images, 0..255, `[N, C, H, W]`. */
export function imagesOf(job: Job, role?: string): NamedArray {
  const fixture = find(job, 'images255', role, ({tensors}) => tensors.has('images255'));
  return fixture === job.checks.fixture ? job.checks.read('images255') :
    fixture.tensors.get('images255')!;
}

/** The training images `[N, H, W, C]` in [-1, 1], in the float32 steps of the record. */
export const trainingSet = ({data, shape}: NamedArray): tf.Tensor4D =>
    toImages({shape, data: Float32Array.from(data, (v) => Math.fround(v / 127.5) - 1)});

/** Whether a fixture holds a network. */
export const hasNetwork = ({record}: Fixture): boolean => 'precond' in record;

/** The model that a record describes. */
export const modelOf = ({record}: Fixture): EdmModel =>
    edmModel(edmModelConfig({precond: record['precond'], options: record['options']}));

/** The values `[P]` of a model's parameters; `read` finds a tensor by its name in PyTorch. */
export function parametersOf(
    {parameters}: EdmModel, read: (name: string) => NamedArray): Float32Array {
  return parametersFromPyTorch(
      parameters, new Map(parameters.map(({name}) => [name, read(name)])));
}

/** Whether the fixture, or what it depends on, has a network. */
export const dependsOnNetwork = ({sources}: Job): boolean =>
    sources.some(({fixture}) => hasNetwork(fixture));

/** A denoiser, and the model behind it when it is a network. */
export interface NamedDenoiser {
  readonly denoiser: Denoiser;
  readonly model?: EdmModel;
}

/** By the name that fixtures give it: `delta` and `gauss` of the images, else the network. */
export function denoiserOf(job: Job, name: string): NamedDenoiser {
  if (name !== 'delta' && name !== 'gauss') return networkOf(job, name);
  const images = trainingSet(imagesOf(job, name));
  try {
    return {
      denoiser: name === 'delta' ? multiDeltaDenoiser(images, {name}) :
        gaussianDenoiser(gaussianStats(images), {name}),
    };
  } finally {
    images.dispose();
  }
}

function networkOf(job: Job, name: string): NamedDenoiser {
  const fixture = find(job, 'a network', name, hasNetwork);
  const model = modelOf(fixture);
  const parameters = parametersOf(model, (parameter) => {
    const array = fixture.tensors.get(parameter);
    if (array === undefined) throw new Error(`${fixture.name}: there is no tensor ${parameter}`);
    return array;
  });
  return {model, denoiser: networkDenoiser(model, parameters, {name, batch: 256})};
}
