/**
 * Float64 tensors. TensorFlow computes in double precision on every device, tfjs has no name for
 * it: here a tensor is the native handle itself. Values go in and out as pairs of int32 words that
 * the `Bitcast` op reinterprets, which is exact.
 *
 * Everything made inside `tidy64` is freed when its body returns or throws, except what the body
 * returns; outside of it, tensors belong to the caller, who frees them with `dispose64`.
 *
 * @example
 * const gram = tidy64(() => {
 *   const a = constant64(Float64Array.of(1, 2, 3, 4), [2, 2]);
 *   return read64(matMul64(a, a, {transposeA: true}));
 * }); // Float64Array [10, 14, 14, 20]
 */
import type {Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {dataTypeOf, handleOf, nodeBackend, tensorFromHandle} from './binding';
import type {HandleInfo} from './binding';
import {boolAttribute, DataType, intAttribute, typeAttribute} from './raw-op';
import type {OpAttribute} from './raw-op';
import {tf} from './tf';

/** A float64 tensor on TensorFlow's device. */
export interface Tensor64 {
  /** Native handle. */
  readonly id: number;
  /** Size of each axis. */
  readonly shape: readonly number[];
  /** What tells it from a tensor of tfjs, which has no float64. */
  readonly dtype: 'float64';
}

const scopes: Set<number>[] = [];

/**
 * Runs `body` and frees every float64 tensor made in it, also when it throws. A `Tensor64`, or an
 * array of them, that the body returns lives on, in the enclosing `tidy64` if there is one.
 */
export function tidy64<T>(body: () => T): T {
  const scope = new Set<number>();
  scopes.push(scope);
  let kept: number[] = [];
  try {
    const result = body();
    kept = (Array.isArray(result) ? result : [result]).filter(isTensor64).map(({id}) => id);
    return result;
  } finally {
    scopes.pop();
    for (const id of kept) {
      if (scope.delete(id)) scopes.at(-1)?.add(id);
    }
    for (const id of scope) nodeBackend().binding.deleteTensor(id);
  }
}

/** Takes tensors out of the enclosing `tidy64`: the caller frees them with `dispose64`. */
export function keep64(tensor: Tensor64): Tensor64 {
  for (const scope of scopes) scope.delete(tensor.id);
  return tensor;
}

/** Frees a tensor. */
export function dispose64(tensor: Tensor64): void {
  for (const scope of scopes) scope.delete(tensor.id);
  nodeBackend().binding.deleteTensor(tensor.id);
}

/**
 * A tensor with a copy of `values`.
 * @throws RangeError when `values` does not fill `shape`.
 */
export function constant64(values: Float64Array, shape: readonly number[]): Tensor64 {
  const size = shape.reduce((product, n) => product * n, 1);
  if (values.length !== size) {
    throw new RangeError(`constant64: expected ${size} values for shape ` +
        `[${shape.join(', ')}], got ${values.length}`);
  }
  // TensorFlow may share the memory of a typed array, so it gets one that nobody else writes to.
  const words = new Int32Array(values.slice().buffer);
  return withUpload([...shape, 2], DataType.int32, words, (handle) => execute64('Bitcast', [
    typeAttribute('T', DataType.int32), typeAttribute('type', DataType.double),
  ], [handle]));
}

/** A tensor of shape `[]`. */
export const scalar64 = (value: number): Tensor64 => constant64(Float64Array.of(value), []);

/** The values of a tensor, row by row. */
export function read64(tensor: Tensor64): Float64Array {
  const {binding} = nodeBackend();
  const [words] = binding.executeOp('Bitcast', [
    typeAttribute('T', DataType.double), typeAttribute('type', DataType.int32),
  ], [tensor.id], 1);
  try {
    const {buffer, byteOffset, byteLength} = binding.tensorDataSync(words!.id);
    return new Float64Array(buffer as ArrayBuffer, byteOffset, byteLength / 8);
  } finally {
    binding.deleteTensor(words!.id);
  }
}

/** A tfjs tensor of any numeric type, in float64. */
export const widen = (tensor: TensorInfo): Tensor64 =>
    cast64(handleOf(tensor), dataTypeOf(tensor));

/** The tfjs tensor that `make` returns in float64; every tfjs tensor made by it is freed. */
export function widenResult(make: () => Tensor): Tensor64 {
  const tensor = tf.tidy(make);
  try {
    return widen(tensor);
  } finally {
    tensor.dispose();
  }
}

/** Float32 values, exact, in float64. */
export const upload64 = (values: Float32Array, shape: readonly number[]): Tensor64 =>
    withUpload([...shape], DataType.float, values, (handle) => cast64(handle, DataType.float));

/** Rounds to a float32 tfjs tensor, owned by the caller or the enclosing `tf.tidy`. */
export function narrow(tensor: Tensor64): Tensor {
  return tensorFromHandle(nodeBackend().binding.executeOp('Cast', [
    typeAttribute('SrcT', DataType.double), typeAttribute('DstT', DataType.float),
    boolAttribute('Truncate', false),
  ], [tensor.id], 1)[0]!);
}

/** The product of two matrices, each transposed first when asked. */
export function matMul64(
    a: Tensor64, b: Tensor64,
    {transposeA = false, transposeB = false}: {transposeA?: boolean; transposeB?: boolean} = {}):
    Tensor64 {
  return op64('MatMul', [a, b], [
    boolAttribute('transpose_a', transposeA), boolAttribute('transpose_b', transposeB),
  ])[0]!;
}

type Binary = (a: Tensor64, b: Tensor64) => Tensor64;
type Unary = (a: Tensor64) => Tensor64;

/** Element-wise ops with TensorFlow's broadcasting. */
export const add64: Binary = (a, b) => op64('AddV2', [a, b])[0]!;
export const sub64: Binary = (a, b) => op64('Sub', [a, b])[0]!;
export const mul64: Binary = (a, b) => op64('Mul', [a, b])[0]!;
export const div64: Binary = (a, b) => op64('RealDiv', [a, b])[0]!;
export const maximum64: Binary = (a, b) => op64('Maximum', [a, b])[0]!;
export const exp64: Unary = (a) => op64('Exp', [a])[0]!;
export const square64: Unary = (a) => op64('Square', [a])[0]!;

/** Sum along `axis`, which stays as an axis of size 1. */
export const sum64 = (a: Tensor64, axis: number): Tensor64 => reduce64('Sum', a, axis);
/** Maximum along `axis`, which stays as an axis of size 1. */
export const max64 = (a: Tensor64, axis: number): Tensor64 => reduce64('Max', a, axis);

/** The same values in another shape of the same size. */
export function reshape64(a: Tensor64, shape: readonly number[]): Tensor64 {
  return withUpload([shape.length], DataType.int32, Int32Array.from(shape), (handle) =>
      execute64('Reshape', [
        typeAttribute('T', DataType.double), typeAttribute('Tshape', DataType.int32),
      ], [a.id, handle]));
}

/** The columns of a matrix cut into parts of `sizes`, each a tensor of its own. */
export const splitColumns64 = (a: Tensor64, sizes: readonly number[]): Tensor64[] =>
    withUpload([sizes.length], DataType.int32, Int32Array.from(sizes), (sizesHandle) =>
        withUpload([], DataType.int32, Int32Array.of(1), (axis) =>
            nodeBackend().binding.executeOp('SplitV', [
              typeAttribute('T', DataType.double), typeAttribute('Tlen', DataType.int32),
              intAttribute('num_split', sizes.length),
            ], [a.id, sizesHandle, axis], sizes.length).map(tensor64FromHandle)));

/** Runs the TensorFlow op `name` with attribute `T` = double on float64 tensors. */
export function op64(
    name: string, inputs: readonly Tensor64[], attributes: readonly OpAttribute[] = [],
    outputs = 1): Tensor64[] {
  return nodeBackend().binding
      .executeOp(name, [typeAttribute('T', DataType.double), ...attributes],
          inputs.map(({id}) => id), outputs)
      .map(tensor64FromHandle);
}

function reduce64(name: string, a: Tensor64, axis: number): Tensor64 {
  return withUpload([1], DataType.int32, Int32Array.of(axis), (handle) => execute64(name, [
    boolAttribute('keep_dims', true), typeAttribute('T', DataType.double),
    typeAttribute('Tidx', DataType.int32),
  ], [a.id, handle]));
}

function cast64(handle: number, from: number): Tensor64 {
  return execute64('Cast', [
    typeAttribute('SrcT', from), typeAttribute('DstT', DataType.double),
    boolAttribute('Truncate', false),
  ], [handle]);
}

function execute64(name: string, attributes: OpAttribute[], inputs: number[]): Tensor64 {
  return tensor64FromHandle(nodeBackend().binding.executeOp(name, attributes, inputs, 1)[0]!);
}

/** Uploads `values` for the time of `use`. */
function withUpload<T>(
    shape: number[], dtype: number, values: ArrayBufferView, use: (handle: number) => T): T {
  const {binding} = nodeBackend();
  const handle = binding.createTensor(shape, dtype, values);
  try {
    return use(handle);
  } finally {
    binding.deleteTensor(handle);
  }
}

/** Wraps a float64 handle, owned by the caller or the enclosing `tidy64` from then on. */
export function tensor64FromHandle({id, shape}: HandleInfo): Tensor64 {
  scopes.at(-1)?.add(id);
  return {id, shape, dtype: 'float64'};
}

/** Whether a value is a `Tensor64`. A tfjs tensor has an id of its own kind: the dtype decides. */
export const isTensor64 = (value: unknown): value is Tensor64 =>
    typeof value === 'object' && (value as Tensor64 | null)?.dtype === 'float64';
