/** The only functions and classes that `readPickle` knows: those behind a pickled NumPy array. */
import {quoted, shown} from '../quoted';
import type {PickleValue} from './pickle';

/** An array of integers in row order. */
export interface NumpyArray {
  readonly kind: 'array';
  shape: readonly number[];
  values: Uint8Array | readonly number[];
}

/** A type of integers, by NumPy's name (`'u1'`, `'i8'`). */
export interface PickleDtype {
  readonly kind: 'dtype';
  readonly name: string;
}

/** A function or class, by its Python path. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly path: string;
}

const RECONSTRUCT = 'numpy.core.multiarray._reconstruct';
const SCALAR = 'numpy.core.multiarray.scalar';
const FROM_BUFFER = 'numpy.core.numeric._frombuffer';
const ENCODE = '_codecs.encode';
const DTYPE = 'numpy.dtype';
const KNOWN: ReadonlySet<string> =
    new Set([RECONSTRUCT, SCALAR, FROM_BUFFER, ENCODE, DTYPE, 'numpy.ndarray']);
/** NumPy allows no more. */
const MAX_AXES = 64;
/** Little-endian integers, by the name of their type. */
const NUMBERS: ReadonlyMap<string, readonly [size: number, at: ReadAt]> = new Map([
  ['u1', [1, (view, at) => view.getUint8(at)]],
  ['i4', [4, (view, at) => view.getInt32(at, true)]],
  ['i8', [8, (view, at) => Number(view.getBigInt64(at, true))]],
] as const);
type ReadAt = (view: DataView, at: number) => number;

/** Called with the number of bytes that a value takes, before it is made. */
export type Spend = (bytes: number) => void;

/** @throws Error naming a function or class that data does not need. */
export function globalOf(module: string, name: string): PickleGlobal {
  const path = `${module.replace(/^numpy\._core\./, 'numpy.core.')}.${name}`;
  if (!KNOWN.has(path)) {
    throw new Error(`asks for ${quoted(path, 80)}, which is refused`);
  }
  return {kind: 'global', path};
}

/** What the function or class `callee` returns for `args`. */
export function callGlobal(callee: PickleValue, args: PickleValue, spend: Spend): PickleValue {
  const path = isKind(callee, 'global') ? callee.path : undefined;
  const [first, second, third, order] = Array.isArray(args) ? args : [];
  if (path === RECONSTRUCT) return {kind: 'array', shape: [0], values: []};
  if (path === DTYPE) return dtypeOf(asText(first));
  if (path === ENCODE && typeof first === 'string' && second === 'latin1') {
    spend(first.length);
    return new Uint8Array(Buffer.from(first, 'latin1'));
  }
  if (path === SCALAR) return decode(first, second, [], spend)[0]!;
  if (path === FROM_BUFFER) {
    if (asText(order) !== 'C') throw columnOrder();
    const shape = shapeOf(third);
    return {kind: 'array', shape, values: decode(second, first, shape, spend)};
  }
  throw new Error(`calls ${path ?? 'what is no function'} in an unknown way; refused`);
}

function dtypeOf(name: string): PickleDtype {
  if (NUMBERS.has(name)) return {kind: 'dtype', name};
  throw new Error(`has an array of type ${shown(name, 80)}, expected integers`);
}

/** Gives an array or a type its state. */
export function buildState(
    state: PickleValue, target: PickleValue | undefined, spend: Spend): void {
  if (!Array.isArray(state)) throw new Error('sets a state of an unknown form');
  if (isKind(target, 'dtype')) {
    if (asText(state[1]) === '>') throw new Error('has big-endian numbers, expected little-endian');
    return;
  }
  if (!isKind(target, 'array')) throw new Error('sets the state of what is no array');
  const [, shape, dtype, byColumns, bytes] = state;
  if (byColumns !== false) throw columnOrder();
  const sizes = shapeOf(shape);
  target.values = decode(dtype, bytes, sizes, spend);
  target.shape = sizes;
}

const columnOrder = (): Error => new Error('has an array in column order, expected row order');

function isKind<K extends 'array' | 'dtype' | 'global'>(
    value: PickleValue | undefined, kind: K,
): value is Extract<NumpyArray | PickleDtype | PickleGlobal, {kind: K}> {
  return value !== null && typeof value === 'object' && 'kind' in value && value.kind === kind;
}

/** The values of an array of this shape; bytes stay where they are. */
function decode(
    dtype: PickleValue | undefined, bytes: PickleValue | undefined, shape: readonly number[],
    spend: Spend): NumpyArray['values'] {
  if (!isKind(dtype, 'dtype') || !(bytes instanceof Uint8Array)) {
    throw new Error('has an array without type or bytes');
  }
  const [size, at] = NUMBERS.get(dtype.name)!;
  const count = bytes.length / size;
  if (count !== shape.reduce((a, b) => a * b, 1)) {
    throw new Error(`has ${count} values for shape [${shape.join(', ')}]`);
  }
  if (size === 1) return new Uint8Array(bytes.buffer, bytes.byteOffset, count);
  spend(8 * count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({length: count}, (_, i) => at(view, i * size));
}

function shapeOf(value: PickleValue | undefined): number[] {
  const isSize = (size: PickleValue): boolean =>
      typeof size === 'number' && size >= 0 && Number.isSafeInteger(size);
  if (Array.isArray(value) && value.length <= MAX_AXES && value.every(isSize)) {
    return [...value as number[]];
  }
  throw new Error('has an array without a shape');
}

/** A name; Python 2 writes texts as bytes. */
export function asText(value: PickleValue | undefined): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  throw new Error('has another value where a name belongs');
}
