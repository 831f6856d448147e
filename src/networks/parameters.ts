/**
 * The parameters of a network: declared by its layers under the names of the original PyTorch
 * code, stored as one flat vector (so that Adam and EMA are a few large operations).
 */
import type {Tensor, Tensor1D} from '@tensorflow/tfjs-core';
import {randomNormal, randomUniform} from '../backend/rng';
import {tf} from '../backend/tf';
import {firstFew, printable} from '../quoted';
import type {NamedArray} from '../store/safetensors';
import type {Rng} from '../types';

/**
 * How the axes of a parameter differ from PyTorch's: `conv` is stored `[kh, kw, in, out]`
 * (PyTorch `[out, in, kh, kw]`), `dense` `[in, out]` (PyTorch `[out, in]`), `vector` `[n]`.
 */
export type ParameterKind = 'conv' | 'dense' | 'vector';

/** Initial values: uniform in [-bound, bound], normal with mean 0, or one constant. */
export type Initializer =
    {readonly bound: number} | {readonly std: number} | {readonly constant: number};

/** What a network says of one of its parameters. */
export interface ParameterSpec {
  /** For example `model.enc.28x28_conv.weight`. */
  readonly name: string;
  /** How its axes differ from PyTorch's. */
  readonly kind: ParameterKind;
  /** Shape as stored. */
  readonly shape: readonly number[];
  /** How it is drawn before training. */
  readonly init: Initializer;
  /** Drawn once and never trained: a buffer in PyTorch; its gradient is 0 (default false). */
  readonly fixed?: boolean;
}

/** A constant in PyTorch's state dict. */
export interface Buffer {
  /** For example `model.enc.14x14_down.conv0.resample_filter`. */
  readonly name: string;
  /** As PyTorch has it. */
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: Float32Array;
}

/** Looks up a parameter by name during a forward pass. */
export type Weights = (name: string) => Tensor;

/** Collects the parameters and constants of a network while its layers are built. */
export interface ParameterScope {
  /** Names of the layers around, joined by dots. */
  readonly path: string;
  /** Declares a parameter and returns its full name. */
  declare(spec: ParameterSpec): string;
  /** Declares a constant. */
  declareBuffer(buffer: Buffer): void;
  /** The same list under a longer prefix. */
  within(name: string): ParameterScope;
}

/** Empty lists and the scope that fills them. */
export function createParameterScope(prefix: string): {
  readonly specs: readonly ParameterSpec[];
  readonly buffers: readonly Buffer[];
  readonly scope: ParameterScope;
} {
  const specs: ParameterSpec[] = [];
  const buffers: Buffer[] = [];
  const at = (path: string): ParameterScope => ({
    path,
    declare(spec) {
      const name = `${path}.${spec.name}`;
      specs.push({...spec, name});
      return name;
    },
    declareBuffer: (buffer) => void buffers.push({...buffer, name: `${path}.${buffer.name}`}),
    within: (name) => at(`${path}.${name}`),
  });
  return {specs, buffers, scope: at(prefix)};
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Number of scalars, P.
 * @param specs a network's `parameters`.
 * @example
 * // EDM's DDPM++ at width 4, for images of 64x64x3.
 * const model = hg.edmModel(hg.edmModelConfig({
 *   precond: 'EDMPrecond',
 *   options: {img_resolution: 64, img_channels: 3, model_type: 'SongUNet', model_channels: 4},
 * }));
 * console.log(hg.parameterCount(model.parameters)); // 63455
 */
export const parameterCount = (specs: readonly ParameterSpec[]): number =>
    specs.reduce((sum, {shape}) => sum + sizeOf(shape), 0);

/** Seeded initial values as one flat vector `[P]`. */
export function initialParameters(specs: readonly ParameterSpec[], rng: Rng): Tensor1D {
  return tf.tidy(() => tf.concat1d(specs.map(({name, shape, init}) => {
    const size = sizeOf(shape);
    if ('constant' in init) return tf.fill([size], init.constant) as Tensor1D;
    if ('std' in init) {
      return tf.mul(randomNormal<tf.Rank.R1>([size], rng.fork(name)), init.std) as Tensor1D;
    }
    const unit = randomUniform<tf.Rank.R1>([size], rng.fork(name));
    return tf.mul(tf.sub(tf.mul(unit, 2), 1), init.bound) as Tensor1D;
  })));
}

/** Views a flat vector `[P]` as named parameters; differentiable. */
export function unflatten(specs: readonly ParameterSpec[], flat: Tensor1D): Weights {
  // tfjs's gradient of a split into one part fails.
  const parts =
      specs.length === 1 ? [flat] : tf.split(flat, specs.map(({shape}) => sizeOf(shape)));
  const tensors = new Map(specs.map(({name, shape}, i) => [
    name, tf.reshape(parts[i]!, [...shape]),
  ]));
  return (name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`unflatten: the network has no parameter ${name}`);
    return tensor;
  };
}

/**
 * Named arrays in PyTorch's names and axes -> one flat vector `[P]`; other arrays may be there.
 * For files, which are checked further, there is `loadParameters`.
 * @param specs a network's `parameters`.
 * @param arrays by name.
 * @throws RangeError naming every parameter that is missing or has another shape.
 * @example
 * // A dense layer from three values to two: PyTorch keeps [out, in], this library [in, out].
 * const layer = {name: 'map', kind: 'dense', shape: [3, 2], init: {constant: 0}} as const;
 * const data = Float32Array.of(1, 2, 3, 4, 5, 6);
 * const flat = hg.parametersFromPyTorch([layer], new Map([['map', {shape: [2, 3], data}]]));
 * console.log(flat.join(' ')); // 1 4 2 5 3 6
 */
export function parametersFromPyTorch(
    specs: readonly ParameterSpec[], arrays: ReadonlyMap<string, NamedArray>): Float32Array {
  const problems = describeMisfits(misfits(specs, (name) => arrays.get(name)?.shape));
  if (problems.length > 0) throw new RangeError(`parametersFromPyTorch: ${problems.join('; ')}`);
  const flat = new Float32Array(parameterCount(specs));
  placeParameters(specs, flat, ({name}) => arrays.get(name)!.data);
  return flat;
}

/** What keeps arrays from being a network's parameters. */
export interface Misfits {
  readonly missing: readonly string[];
  /** Names with another shape than PyTorch's, and both shapes in words. */
  readonly misshapen: ReadonlyMap<string, string>;
}

/** @param shapeOf the shape that is there under a name. */
export function misfits(
    specs: readonly ParameterSpec[],
    shapeOf: (name: string) => readonly number[] | undefined): Misfits {
  const missing: string[] = [];
  const misshapen = new Map<string, string>();
  for (const spec of specs) {
    const shape = shapeOf(spec.name);
    if (shape === undefined) {
      missing.push(spec.name);
    } else {
      const problem = shapeProblem(shape, pyTorchShape(spec));
      if (problem !== undefined) misshapen.set(spec.name, problem);
    }
  }
  return {missing, misshapen};
}

/** The problems as parts of a sentence. */
export const describeMisfits = ({missing, misshapen}: Misfits): string[] => [
  ...(missing.length === 0 ? [] : [`missing: ${firstFew(missing).join(', ')}`]),
  ...firstFew([...misshapen].map(([name, problem]) => `${name} ${problem}`)),
];

/** How a shape differs from the expected one, in words; undefined when it does not. */
export const shapeProblem =
    (shape: readonly number[], expected: readonly number[]): string | undefined =>
      shape.join() === expected.join() ? undefined :
        `has shape [${printable(shape.join(', '), 100)}], expected [${expected.join(', ')}]`;

/**
 * Fills a flat vector `[P]` parameter by parameter.
 * @param valuesOf the values in PyTorch's order; parameters without any keep what is in `flat`.
 */
export function placeParameters(
    specs: readonly ParameterSpec[], flat: Float32Array,
    valuesOf: (spec: ParameterSpec) => ArrayLike<number> | undefined): void {
  let offset = 0;
  for (const spec of specs) {
    const values = valuesOf(spec);
    if (values !== undefined) {
      const order = storedOrder(spec);
      for (let i = 0; i < order.length; i++) flat[offset + order[i]!] = values[i]!;
    }
    offset += sizeOf(spec.shape);
  }
}

/**
 * One flat vector `[P]` -> named arrays in PyTorch's names and axes.
 * @param specs a network's `parameters`.
 * @param flat their values; copied.
 * @example
 * const layer = {name: 'map', kind: 'dense', shape: [3, 2], init: {constant: 0}} as const;
 * const {map} = hg.parametersToPyTorch([layer], Float32Array.of(1, 4, 2, 5, 3, 6));
 * console.log(map!.shape, map!.data.join(' ')); // [ 2, 3 ] 1 2 3 4 5 6
 */
export function parametersToPyTorch(
    specs: readonly ParameterSpec[], flat: Float32Array): Record<string, NamedArray> {
  const arrays: Record<string, NamedArray> = {};
  let offset = 0;
  for (const spec of specs) {
    const order = storedOrder(spec);
    const data = Float32Array.from(order, (position) => flat[offset + position]!);
    arrays[spec.name] = {shape: pyTorchShape(spec), data};
    offset += order.length;
  }
  return arrays;
}

/** A parameter's shape in PyTorch. */
export function pyTorchShape({kind, shape}: ParameterSpec): number[] {
  if (kind === 'conv') return [shape[3]!, shape[2]!, shape[0]!, shape[1]!];
  return kind === 'dense' ? [shape[1]!, shape[0]!] : [...shape];
}

/** Position in the stored array of each element of PyTorch's array, in PyTorch's order. */
function storedOrder(spec: ParameterSpec): Uint32Array {
  const order = new Uint32Array(sizeOf(spec.shape));
  if (spec.kind === 'vector') return order.map((_, i) => i);
  const [kh, kw, fanIn, fanOut] =
      spec.kind === 'conv' ? spec.shape : [1, 1, spec.shape[0], spec.shape[1]];
  const taps = kh! * kw!;
  for (let i = 0; i < order.length; i++) {
    const tap = i % taps;
    const input = Math.floor(i / taps) % fanIn!;
    const output = Math.floor(i / taps / fanIn!);
    order[i] = (tap * fanIn! + input) * fanOut! + output;
  }
  return order;
}
