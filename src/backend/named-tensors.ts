/** Tensors by name, of tfjs or float64: the inputs, outputs and state of traced functions. */
import type {Tensor} from '@tensorflow/tfjs-core';
import {dataTypeOf, handleOf, nodeBackend, tensorFromHandle} from './binding';
import type {HandleInfo} from './binding';
import {DataType, typeAttribute} from './raw-op';
import {dispose64, isTensor64, keep64, tensor64FromHandle, tidy64} from './tensor64';
import type {Tensor64} from './tensor64';
import {tf} from './tf';

/** Tensors of tfjs by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A tensor of tfjs or a float64 one. */
export type AnyTensor = Tensor | Tensor64;
/** Tensors of both kinds by name. */
export type AnyTensors = Readonly<Record<string, AnyTensor>>;

/** The native handle; values that are still in JavaScript are uploaded first. */
export const anyHandle = (tensor: AnyTensor): number =>
    isTensor64(tensor) ? tensor.id : handleOf(tensor);

/** The `TF_DataType`. */
export const anyDataType = (tensor: AnyTensor): number =>
    isTensor64(tensor) ? DataType.double : dataTypeOf(tensor);

/** Wraps a handle, which belongs to the caller or the enclosing scope from then on. */
export const anyFromHandle = (info: HandleInfo): AnyTensor =>
    info.dtype === DataType.double ? tensor64FromHandle(info) : tensorFromHandle(info);

/** The same values under a handle of their own. */
export const ownHandle = (tensor: AnyTensor): AnyTensor =>
    anyFromHandle(nodeBackend().binding.executeOp(
        'Identity', [typeAttribute('T', anyDataType(tensor))], [anyHandle(tensor)], 1)[0]!);

export const ownHandles = (tensors: AnyTensors): Record<string, AnyTensor> =>
    mapTensors(tensors, ownHandle);

const clone = (tensor: AnyTensor): AnyTensor =>
    isTensor64(tensor) ? ownHandle(tensor) : tensor.clone();

/** Copies that belong to the caller or the enclosing scope. */
export const cloneAll = (tensors: AnyTensors): Record<string, AnyTensor> =>
    mapTensors(tensors, clone);

/** Takes tensors out of any enclosing scope. */
export const keepAll = (tensors: AnyTensors): Record<string, AnyTensor> =>
    mapTensors(tensors, (tensor) => isTensor64(tensor) ? keep64(tensor) : tf.keep(tensor));

export function disposeAny(tensor: AnyTensor): void {
  if (isTensor64(tensor)) dispose64(tensor);
  else tensor.dispose();
}
export const disposeAll = (tensors: AnyTensors): void => Object.values(tensors).forEach(disposeAny);

/** Frees all that `body` makes, of both kinds, except the records that it returns. */
export function tidyRecords<T extends readonly AnyTensors[]>(body: () => T): T {
  let records: T;
  tidy64(() => {
    const all = tf.tidy(() => {
      records = body();
      return records.flatMap((record) => Object.values(record)) as Tensor[];
    }) as AnyTensor[];
    return all.filter(isTensor64);
  });
  return records!;
}

/** `float32 [2, 3]`. */
export function describeTensor(tensor: AnyTensor): string {
  const dtype = anyDataType(tensor) === DataType.uint8 ? 'uint8' : tensor.dtype;
  return `${dtype} [${tensor.shape.join(', ')}]`;
}

/**
 * Checks what a traced function returned.
 * @throws TypeError when it is a promise, not a record, or holds something else than live tensors.
 */
export function assertResult(where: string, result: unknown):
    {readonly state: AnyTensors; readonly outputs: AnyTensors} {
  if (result instanceof Promise) result.catch(() => {}); // would otherwise end the process
  const {state = {}, outputs} = (result ?? {}) as {state?: AnyTensors; outputs?: AnyTensors};
  if (outputs === undefined) {
    const got = result instanceof Promise ? 'a promise' : 'no outputs';
    throw new TypeError(`${where}: expected the function to return {state, outputs}, got ${got}; ` +
        'it must be synchronous, and `outputs` may be empty but not left out');
  }
  assertTensors(where, 'state', state);
  assertTensors(where, 'output', outputs);
  return {state, outputs};
}

/**
 * Throws unless every value is a live tensor.
 * @param kind what the record holds: input, state or output.
 */
export function assertTensors(where: string, kind: string, tensors: AnyTensors): void {
  for (const [key, value] of Object.entries(tensors)) {
    const live = isTensor64(value) || value instanceof tf.Tensor && !value.isDisposed;
    if (live) continue;
    const got = value as unknown instanceof tf.Tensor ? 'a disposed tensor' :
        value === null ? 'null' : typeof value;
    throw new TypeError(`${where}: expected the ${kind} \`${key}\` to be a tensor, got ${got}; ` +
        'every entry must be a tensor that was not disposed of');
  }
}

/**
 * Throws unless `now` may replace the entry `key` of a state.
 * @throws Error for an entry that the state does not have, RangeError for another shape or type.
 */
export function assertReplaces(
    where: string, key: string, old: AnyTensor | undefined, now: AnyTensor): void {
  if (old === undefined) {
    throw new Error(`${where}: \`${key}\` is not an entry of the state; name it in the option ` +
        '`state`');
  }
  if (describeTensor(old) !== describeTensor(now)) {
    throw new RangeError(`${where}: expected the state \`${key}\` to stay ` +
        `${describeTensor(old)}, got ${describeTensor(now)}; cast or reshape it`);
  }
}

const mapTensors = (
  tensors: AnyTensors, change: (tensor: AnyTensor) => AnyTensor): Record<string, AnyTensor> =>
    Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, change(tensor)]));
