/**
 * Traced functions: what `tf.function` and `jax.jit` are elsewhere. A function of tensors is run
 * once, its ops are recorded, and from then on the recording runs as one TensorFlow graph. State
 * (weights, moments, counters) stays inside the graph between calls.
 */
import type {Tensor} from '@tensorflow/tfjs-core';
import type {Json} from '../store/canonical';
import type {AnyTensors, Tensors} from './named-tensors';
import {eagerFunction} from './traced-eager';
import {graphFunction} from './traced-graph';

export type {AnyTensor, AnyTensors, Tensors} from './named-tensors';

/** New values for some entries of a state; of a tfjs tensor's type the rank is not checked. */
export type StateChanges<S extends AnyTensors> =
    {readonly [K in keyof S]?: S[K] extends Tensor ? Tensor : S[K]};

/**
 * A pure function of tensors, tfjs's or `Tensor64`. A state entry that is left out of the result,
 * or returned unchanged, keeps its value.
 */
export type TraceableFunction<
  S extends AnyTensors = Tensors, I extends AnyTensors = Tensors, O extends AnyTensors = Tensors
> = (state: S, inputs: I) => {readonly state?: StateChanges<S>; readonly outputs: O};

/** What a traced function starts from, and how it runs. */
export interface TraceOptions<S extends AnyTensors = Tensors> {
  /** Initial state, borrowed: its values are copied. Default none. */
  readonly state?: S;
  /**
   * Run the function op by op instead, for debugging (default false). On the CPU the numbers are
   * the same to the last bit (docs/traced-functions.md has the exceptions).
   */
  readonly eager?: boolean;
  /**
   * Compile the whole function with XLA (default false): slower to start, sometimes faster to run.
   * Not every op can be compiled; the message names the one that cannot.
   */
  readonly xla?: boolean;
  /**
   * Keep graphs on disk under this record (default: no). It must hold everything that decides what
   * the function does beyond its own text and the shapes and types of its arguments: the numbers,
   * shapes and options it closes over.
   */
  readonly cache?: Json;
}

/** How often a traced function runs. */
export interface RunOptions {
  /**
   * Call the function this many times, each with the same inputs and the state that the one before
   * left. Every output is stacked along a new first axis of this size. Default: once, not stacked.
   */
  readonly steps?: number | undefined;
}

/** A traced function with its state. */
export interface Traced<
  S extends AnyTensors = Tensors, I extends AnyTensors = Tensors, O extends AnyTensors = Tensors
> {
  /**
   * Runs one call, or several; the outputs belong to the caller. New input shapes or types are
   * traced once more.
   * @param inputs tensors by name, borrowed (default none).
   * @param options how many calls (default one).
   * @throws Error when the function cannot be traced or run, naming the op and the line; RangeError
   *     when `steps` is not a positive integer.
   */
  run(inputs?: I, options?: RunOptions): O;
  /** Copies of the state, which belong to the caller. */
  readState(): S;
  /**
   * Replaces entries of the state; shapes and types stay.
   * @param state the new values, borrowed: copied; entries that are left out stay.
   */
  writeState(state: StateChanges<S>): void;
  /** Frees graphs and state. Calling it again does nothing. */
  dispose(): void;
}

/**
 * Makes a traced function. Nothing is recorded before the first call (docs/traced-functions.md).
 * @param name goes into messages.
 * @param fn pure: what it computes depends on its arguments alone, and it reads no values.
 * @param options the initial state, and how to run.
 * @throws Error, at the first call, when `fn` reads a value, or uses tensors made outside; at any
 *     call after `dispose`. TypeError for a state that does not consist of tensors, or for `cache`
 *     with a bound function, whose text says nothing.
 * @example
 * const {tf} = hg;
 * const counter = hg.trace('counter', ({total}, {x}) => {
 *   const next = tf.add(total!, tf.sum(x!));
 *   return {state: {total: next}, outputs: {next}};
 * }, {state: {total: tf.scalar(0)}});
 * console.log(counter.run({x: tf.ones([3])}).next.arraySync()); // 3
 * console.log(counter.run({x: tf.ones([3])}, {steps: 2}).next.arraySync()); // [ 6, 9 ]
 * counter.dispose();
 */
export function trace<
  S extends AnyTensors = Tensors, I extends AnyTensors = Tensors, O extends AnyTensors = Tensors
>(
    name: string, fn: TraceableFunction<S, I, O>,
    {state, eager = false, xla = false, cache}: TraceOptions<S> = {}): Traced<S, I, O> {
  const where = `trace(${name})`;
  const initial = state ?? {};
  if (cache !== undefined && fn.toString().includes('[native code]')) {
    throw new TypeError(`${where}: expected a function with its own text for \`cache\`, got a ` +
        'bound or native one; wrap it in an arrow function');
  }
  const traced = (eager ? eagerFunction(where, fn, initial) :
      graphFunction(where, fn, initial, {xla, cache})) as unknown as Traced<S, I, O>;
  let disposed = false;
  const live = (): Traced<S, I, O> => {
    if (disposed) {
      throw new Error(`${where}: expected to be used before dispose(), got a call after it; ` +
          'make a new one');
    }
    return traced;
  };
  return {
    run(inputs, options) {
      const {steps} = options ?? {};
      if (steps !== undefined && !(Number.isInteger(steps) && steps >= 1 && steps < 2 ** 31)) {
        throw new RangeError(`${where}: expected \`steps\` to be a positive integer, got ` +
            `${steps}; leave it out for one call whose outputs are not stacked`);
      }
      return live().run(inputs, options);
    },
    readState: () => live().readState(),
    writeState: (values) => live().writeState(values),
    dispose() {
      if (!disposed) traced.dispose();
      disposed = true;
    },
  };
}
