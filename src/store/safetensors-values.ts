/** The number types of safetensors files, and how their bytes become arrays here and back. */
import {getFloat16} from '@petamoriken/float16';

/** One array of a file. */
export interface NamedArray {
  /** Axes from the outermost to the innermost; `[]` for a single number. */
  readonly shape: readonly number[];
  /** The values row by row. */
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

type Decode = (bytes: ArrayBuffer) => NamedArray['data'];

/** Bits of a value, and the array of its bytes where there is one that holds every value. */
const DTYPES: Readonly<Record<string, readonly [bits: number, decode?: Decode]>> = {
  F64: [64, (bytes) => new Float64Array(bytes)],
  F32: [32, (bytes) => new Float32Array(bytes)],
  F16: [16, (bytes) => Float32Array.from(new Uint16Array(bytes), half)],
  BF16: [16, (bytes) => new Float32Array(Uint32Array.from(
      new Uint16Array(bytes), (bits) => bits << 16).buffer)],
  I64: [64, (bytes) => Float64Array.from(new BigInt64Array(bytes), exactNumber)],
  U64: [64, (bytes) => Float64Array.from(new BigUint64Array(bytes), exactNumber)],
  I32: [32, (bytes) => new Int32Array(bytes)],
  U32: [32, (bytes) => Float64Array.from(new Uint32Array(bytes))],
  I16: [16, (bytes) => Int32Array.from(new Int16Array(bytes))],
  U16: [16, (bytes) => Int32Array.from(new Uint16Array(bytes))],
  I8: [8, (bytes) => Int32Array.from(new Int8Array(bytes))],
  U8: [8, (bytes) => new Uint8Array(bytes)],
  BOOL: [8, (bytes) => new Uint8Array(bytes)],
  C64: [64], F8_E4M3: [8], F8_E5M2: [8], F8_E8M0: [8], F6_E2M3: [6], F6_E3M2: [6], F4: [4],
};

/** Dtypes that become floats here; the others are no weights and no images. */
export const FLOAT_DTYPES: readonly string[] = ['F32', 'F64', 'F16', 'BF16'];

/** Bits of a value of each dtype that the format has. */
export const DTYPE_BITS: ReadonlyMap<string, number> =
    new Map(Object.entries(DTYPES).map(([dtype, [bits]]) => [dtype, bits]));

/**
 * The values of a tensor. F16 and BF16 come as float32, I64, U64 and U32 as float64, I16, U16 and
 * I8 as int32, BOOL as bytes: all exact.
 * @param bytes taken over.
 * @throws RangeError for dtypes without such an array (C64, F8, …) and integers beyond 2^53.
 */
export function decodeValues(dtype: string, bytes: ArrayBuffer): NamedArray['data'] {
  const decode = DTYPES[dtype]?.[1];
  if (decode === undefined) {
    throw new RangeError(`its dtype ${dtype} cannot be represented here; convert it to F32`);
  }
  return decode(bytes);
}

/** The dtype under which an array is written. */
export function dtypeOf(data: NamedArray['data']): string {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

/**
 * Where an array is not finite, in words: `contains NaN (2 of 144 values, the first at 17)`;
 * undefined when it is finite everywhere.
 */
export function describeNonFinite(data: NamedArray['data']): string | undefined {
  let [count, first] = [0, -1];
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i]!)) continue;
    if (count === 0) first = i;
    count++;
  }
  if (count === 0) return undefined;
  const value = Number.isNaN(data[first]!) ? 'NaN' : 'a value that is not finite';
  return `contains ${value} (${count} of ${data.length} values, the first at ${first})`;
}

function exactNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(`its value ${value} is beyond 2^53 and cannot be represented here`);
}

let halves: Float32Array | undefined;

/** The number of 16 bits of a half-precision float, from a table made on first use. */
function half(bits: number): number {
  if (halves === undefined) {
    const view = new DataView(new ArrayBuffer(2));
    halves = Float32Array.from({length: 1 << 16}, (_, i) => {
      view.setUint16(0, i);
      return getFloat16(view, 0);
    });
  }
  return halves[bits]!;
}
