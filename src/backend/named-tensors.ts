/** Tensors by name: the inputs, outputs and state of traced functions. */
import type {Tensor} from '@tensorflow/tfjs-core';
import {tf} from './tf';

export type Tensors = Readonly<Record<string, Tensor>>;

/** Copies that belong to the caller or the enclosing `tf.tidy`. */
export const cloneAll = (tensors: Tensors): Record<string, Tensor> => Object.fromEntries(
    Object.entries(tensors).map(([key, tensor]) => [key, tensor.clone()]));

/** Copies that outlive any `tf.tidy`. */
export const keepAll = (tensors: Tensors): Record<string, Tensor> => Object.fromEntries(
    Object.entries(cloneAll(tensors)).map(([key, tensor]) => [key, tf.keep(tensor)]));

/**
 * Throws unless `now` may replace the entry `key` of a state.
 * @throws Error for an entry that the state does not have, RangeError for another shape or type.
 */
export function assertReplaces(
    where: string, key: string, old: Tensor | undefined, now: Tensor): void {
  if (old === undefined) throw new Error(`${where}: \`${key}\` is not an entry of the state`);
  const describe = (tensor: Tensor): string => `${tensor.dtype} [${tensor.shape.join(', ')}]`;
  if (describe(old) !== describe(now)) {
    throw new RangeError(
        `${where}: the state \`${key}\` is ${describe(old)}, got ${describe(now)}`);
  }
}
