/** The values of a network's parameters from a file in PyTorch's names and axes, checked. */
import {firstFew, printable} from '../quoted';
import {describeNonFinite, FLOAT_DTYPES} from '../store/safetensors';
import type {SafetensorsReader} from '../store/safetensors';
import {
  describeMisfits, misfits, parameterCount, placeParameters, shapeProblem,
} from './parameters';
import type {Buffer, ParameterSpec} from './parameters';

/**
 * How far constants may be from our own, relative to the largest: iDDPM's levels come from a
 * float32 recursion in which libraries differ by 3e-5.
 */
const BUFFER_TOLERANCE = 1e-3;

/** What a file's tensors are held against. */
export interface ParameterPlan {
  /** Those that have to be there. */
  readonly parameters: readonly ParameterSpec[];
  /** Constants that follow from the options: they may be there, and then have to agree. */
  readonly buffers?: readonly Buffer[];
}

/**
 * Reads a flat vector `[P]`, one tensor after another. F64, F16 and BF16 become float32.
 * @param source an open safetensors file, in PyTorch's names and axes.
 * @param plan what the network needs: an `EdmModel` or a `Network` is one.
 * @throws Error with the file's name and, in one line, everything that does not fit: missing and
 *     surplus tensors, other shapes, dtypes that are no floats, values that are not finite, and
 *     constants that differ from those of the network.
 * @example
 * const {parameters} = hg.modelFor(hg.trainOptions({width: 4}), [4, 4, 1]);
 * const flat = Float32Array.from({length: hg.parameterCount(parameters)}, (_, i) => i);
 * const arrays = Object.entries(hg.parametersToPyTorch(parameters, flat));
 * hg.writeSafetensors('weights.safetensors', arrays.map(([name, {shape}]) => ({name, shape})),
 *     arrays.map(([, {data}]) => Float32Array.from(data)));
 * const loaded = hg.loadParameters(hg.openSafetensors('weights.safetensors'), {parameters});
 * console.log(loaded.every((value, i) => value === flat[i])); // true
 */
export function loadParameters(
    source: SafetensorsReader, {parameters, buffers = []}: ParameterPlan): Float32Array {
  const there = new Set(source.names);
  const shapeOf = (name: string): readonly number[] | undefined =>
      there.has(name) ? source.info(name).shape : undefined;
  const {missing, misshapen} = misfits(parameters, shapeOf);
  const problems = describeMisfits({missing, misshapen});
  const surplus = surplusNames(source.names, parameters, buffers);
  if (surplus.length > 0) problems.push(`surplus: ${firstFew(surplus).join(', ')}`);

  const floats = (name: string): Float32Array | undefined => {
    const {dtype} = source.info(name);
    if (!FLOAT_DTYPES.includes(dtype)) {
      problems.push(`${name} has dtype ${dtype}, expected F32`);
      return undefined;
    }
    const {data} = source.read(name);
    const values = data instanceof Float32Array ? data : Float32Array.from(data);
    const flaw = describeNonFinite(values);
    if (flaw !== undefined) problems.push(`${name} ${flaw}`);
    return values;
  };
  // A network that needs more than the file has gets no memory: its values are only looked through.
  const fits = missing.length === 0 && misshapen.size === 0;
  const flat = new Float32Array(fits ? parameterCount(parameters) : 0);
  placeParameters(parameters, flat, ({name}) => {
    const values = there.has(name) ? floats(name) : undefined;
    return fits ? values : undefined;
  });
  for (const buffer of buffers) {
    const shape = shapeOf(buffer.name);
    if (shape === undefined) continue;
    const values = floats(buffer.name);
    const problem = shapeProblem(shape, buffer.shape) ??
        (values === undefined || isClose(values, buffer.values) ? undefined :
          'differs from what the network\'s options give');
    if (problem !== undefined) problems.push(`${buffer.name} ${problem}`);
  }
  if (problems.length > 0) {
    throw new Error(`${source.file}: does not fit the network: ${firstFew(problems).join('; ')}`);
  }
  return flat;
}

function surplusNames(
    names: readonly string[], parameters: readonly ParameterSpec[],
    buffers: readonly Buffer[]): string[] {
  const known = new Set([...parameters, ...buffers].map(({name}) => name));
  return names.filter((name) => !known.has(name)).map((name) => printable(name, 200));
}

function isClose(values: Float32Array, expected: Float32Array): boolean {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.every((value, i) =>
    !(Math.abs(values[i]! - value) > BUFFER_TOLERANCE * largest));
}
