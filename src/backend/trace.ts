/**
 * Traced functions: what `tf.function` and `jax.jit` are elsewhere. A function of tensors is run
 * once, its ops are recorded, and from then on the recording runs as one TensorFlow graph. State
 * (weights, moments, counters) stays inside the graph between calls.
 *
 * @example
 * const counter = trace('counter', ({total}, {x}) => {
 *   const next = tf.add(total, tf.sum(x));
 *   return {state: {total: next}, outputs: {next}};
 * }, {state: {total: tf.scalar(0)}});
 * counter.run({x: tf.ones([3])}).next.print();  // 3
 * counter.run({x: tf.ones([3])}).next.print();  // 6
 * counter.dispose();
 */
import type {Tensor} from '@tensorflow/tfjs-core';
import type {Tensors} from './named-tensors';
import {eagerFunction} from './traced-eager';
import {graphFunction} from './traced-graph';

export type {Tensors} from './named-tensors';

/**
 * A pure function of tensors. A state entry that is left out of the result, or returned
 * unchanged, keeps its value.
 */
export type TraceableFunction = (state: Tensors, inputs: Tensors) =>
    {readonly state?: Tensors; readonly outputs: Tensors};

export interface TraceOptions {
  /** Initial state, borrowed: its values are copied. Default none. */
  readonly state?: Tensors;
  /**
   * Run the function op by op instead, for debugging (default false). The numbers are the same up
   * to the last bit or two: TensorFlow simplifies graphs, x / 4.5 becomes x · (1 / 4.5).
   */
  readonly eager?: boolean;
}

export interface Traced {
  /** Runs one call; the outputs belong to the caller. A new input shape is traced once more. */
  run(inputs?: Tensors): Record<string, Tensor>;
  /** Copies of the state, which belong to the caller. */
  readState(): Record<string, Tensor>;
  /** Replaces entries of the state; shapes and types stay. */
  writeState(state: Tensors): void;
  dispose(): void;
}

/**
 * Makes a traced function.
 * @param name goes into messages.
 * @throws Error, at the first call, when `fn` reads a value, or uses tensors made outside; at any
 *     call after `dispose`.
 */
export function trace(
    name: string, fn: TraceableFunction,
    {state = {}, eager = false}: TraceOptions = {}): Traced {
  const where = `trace(${name})`;
  const traced = (eager ? eagerFunction : graphFunction)(where, fn, state);
  let disposed = false;
  const live = (): Traced => {
    if (disposed) {
      throw new Error(`${where}: expected to be used before dispose(), got a call after it; ` +
          'make a new one');
    }
    return traced;
  };
  return {
    run: (inputs) => live().run(inputs),
    readState: () => live().readState(),
    writeState: (values) => live().writeState(values),
    dispose() {
      if (!disposed) traced.dispose();
      disposed = true;
    },
  };
}
