/** What the tests of traced functions share. */
import {tf} from '../../src/backend/tf';
import type {TraceableFunction} from '../../src/backend/trace';

/** Values of a record of tensors, which are disposed. */
export function take(tensors: Record<string, tf.Tensor>): Record<string, number[]> {
  const values = Object.fromEntries(
      Object.entries(tensors).map(([key, tensor]) => [key, [...tensor.dataSync()]]));
  tf.dispose(tensors);
  return values;
}

/** A vector as the input x. */
export const vector = (...values: number[]): {x: tf.Tensor1D} => ({x: tf.tensor1d(values)});

/** A running sum of x, and the number of calls. */
export const counter: TraceableFunction = ({total, calls}, {x}) => {
  const next = tf.add(total!, tf.sum(x!));
  return {
    state: {total: next, calls: tf.add(calls!, tf.scalar(1, 'int32'))},
    outputs: {next},
  };
};
export const counterState = () => ({total: tf.scalar(0), calls: tf.scalar(0, 'int32')});
