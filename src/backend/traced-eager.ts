/** A traced function without a trace: runs op by op, with the same state and the same errors. */
import {assertReplaces, cloneAll, keepAll} from './named-tensors';
import type {Tensors} from './named-tensors';
import {tf} from './tf';
import type {Traced, TraceableFunction} from './trace';

/** @param where goes into messages. */
export function eagerFunction(where: string, fn: TraceableFunction, initial: Tensors): Traced {
  const state = keepAll(initial);
  const replace = (values: Tensors): void => {
    for (const [key, tensor] of Object.entries(values)) {
      state[key]!.dispose();
      state[key] = tf.keep(tensor);
    }
  };
  const assertFits = (values: Tensors): void => Object.entries(values)
      .forEach(([key, tensor]) => assertReplaces(where, key, state[key], tensor));
  return {
    run(inputs = {}) {
      const {state: changed, outputs} = tf.tidy(() => {
        const result = fn(state, inputs);
        assertFits(result.state ?? {});
        return {state: cloneAll(result.state ?? {}), outputs: cloneAll(result.outputs)};
      });
      replace(changed);
      return outputs;
    },
    readState: () => cloneAll(state),
    writeState(values) {
      assertFits(values);
      replace(cloneAll(values));
    },
    dispose: () => tf.dispose(state),
  };
}
