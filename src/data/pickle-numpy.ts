/** The only functions and classes that `readPickle` knows: those behind a pickled NumPy array. */
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
/** Values of little-endian integers, by the name of their type. */
const DECODERS: Readonly<Record<string, (view: DataView) => NumpyArray['values']>> = {
  u1: ({buffer, byteOffset, byteLength}) => new Uint8Array(buffer, byteOffset, byteLength),
  i4: (view) => numbers(view, 4, (at) => view.getInt32(at, true)),
  i8: (view) => numbers(view, 8, (at) => Number(view.getBigInt64(at, true))),
};

/** @throws Error naming a function or class that data does not need. */
export function globalOf(module: string, name: string): PickleGlobal {
  const path = `${module.replace(/^numpy\._core\./, 'numpy.core.')}.${name}`;
  if (!KNOWN.has(path)) {
    throw new Error(`asks for ${JSON.stringify(path.slice(0, 80))}, which is refused`);
  }
  return {kind: 'global', path};
}

/** What the function or class `callee` returns for `args`. */
export function callGlobal(callee: PickleValue, args: PickleValue): PickleValue {
  const path = isKind(callee, 'global') ? callee.path : undefined;
  const [first, second, third] = Array.isArray(args) ? args : [];
  if (path === RECONSTRUCT) return {kind: 'array', shape: [0], values: []};
  if (path === DTYPE && asText(first) in DECODERS) return {kind: 'dtype', name: asText(first)};
  if (path === DTYPE) throw new Error(`has an array of type ${asText(first)}, expected integers`);
  if (path === ENCODE && typeof first === 'string' && second === 'latin1') {
    return new Uint8Array(Buffer.from(first, 'latin1'));
  }
  if (path === SCALAR) return decode(first, second)[0]!;
  if (path === FROM_BUFFER) {
    return {kind: 'array', shape: shapeOf(third), values: decode(second, first)};
  }
  throw new Error(`calls ${path ?? 'what is no function'} in an unknown way; refused`);
}

/** Gives an array or a type its state. */
export function buildState(state: PickleValue, target: PickleValue | undefined): void {
  if (!Array.isArray(state)) throw new Error('sets a state of an unknown form');
  if (isKind(target, 'dtype')) {
    if (asText(state[1]) === '>') throw new Error('has big-endian numbers, expected little-endian');
    return;
  }
  if (!isKind(target, 'array')) throw new Error('sets the state of what is no array');
  const [, shape, dtype, columnOrder, bytes] = state;
  if (columnOrder !== false) throw new Error('has an array in column order, expected row order');
  target.shape = shapeOf(shape);
  target.values = decode(dtype, bytes);
  if (target.values.length !== target.shape.reduce((a, b) => a * b, 1)) {
    throw new Error(`has ${target.values.length} values for shape [${target.shape.join(', ')}]`);
  }
}

function isKind<K extends 'array' | 'dtype' | 'global'>(
    value: PickleValue | undefined, kind: K,
): value is Extract<NumpyArray | PickleDtype | PickleGlobal, {kind: K}> {
  return value !== null && typeof value === 'object' && 'kind' in value && value.kind === kind;
}

function decode(
    dtype: PickleValue | undefined, bytes: PickleValue | undefined): NumpyArray['values'] {
  if (!isKind(dtype, 'dtype') || !(bytes instanceof Uint8Array)) {
    throw new Error('has an array without type or bytes');
  }
  return DECODERS[dtype.name]!(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function numbers(view: DataView, size: number, at: (offset: number) => number): number[] {
  return Array.from({length: Math.floor(view.byteLength / size)}, (_, i) => at(i * size));
}

function shapeOf(value: PickleValue | undefined): number[] {
  if (Array.isArray(value) && value.every((size) => typeof size === 'number')) {
    return value as number[];
  }
  throw new Error('has an array without a shape');
}

/** Python 2 writes texts as bytes. */
const asText = (value: PickleValue | undefined): string =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
