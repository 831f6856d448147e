/** A traced function without a trace: runs op by op, with the same state and the same errors. */
import {nodeBackend} from './binding';
import {
  anyDataType, anyFromHandle, anyHandle, assertReplaces, assertResult, assertTensors, cloneAll,
  disposeAll, disposeAny, keepAll, tidyRecords,
} from './named-tensors';
import type {AnyTensor, AnyTensors} from './named-tensors';
import {intAttribute, typeAttribute} from './raw-op';
import type {Traced, TraceableFunction} from './trace';

/** @param where goes into messages. */
export function eagerFunction(
    where: string, fn: TraceableFunction<any, any, any>, initial: AnyTensors):
    Traced<AnyTensors, AnyTensors, AnyTensors> {
  assertTensors(where, 'state', initial);
  const state = keepAll(cloneAll(initial));
  const replace = (values: AnyTensors): void => {
    for (const [key, tensor] of Object.entries(keepAll(values))) {
      disposeAny(state[key]!);
      state[key] = tensor;
    }
  };
  const assertFits = (values: AnyTensors): void => {
    assertTensors(where, 'state', values);
    Object.entries(values)
        .forEach(([key, tensor]) => assertReplaces(where, key, state[key], tensor));
  };
  const step = (inputs: AnyTensors): AnyTensors => {
    const [changed, outputs] = tidyRecords(() => {
      const result = assertResult(where, fn({...state}, {...inputs}));
      assertFits(result.state);
      return [cloneAll(result.state), cloneAll(result.outputs)] as const;
    });
    replace(changed);
    return outputs;
  };
  return {
    run(inputs = {}, {steps} = {}) {
      assertTensors(where, 'input', inputs);
      if (steps === undefined) return step(inputs);
      const [stacked] = tidyRecords(() => {
        const all = Array.from({length: steps}, () => step(inputs));
        return [Object.fromEntries(Object.keys(all[0]!).map((key) =>
          [key, stack(all.map((outputs) => outputs[key]!))]))] as const;
      });
      return stacked;
    },
    readState: () => cloneAll(state),
    writeState(values) {
      assertFits(values as AnyTensors);
      replace(cloneAll(values as AnyTensors));
    },
    dispose: () => disposeAll(state),
  };
}

const stack = (tensors: readonly AnyTensor[]): AnyTensor =>
    anyFromHandle(nodeBackend().binding.executeOp('Pack', [
      typeAttribute('T', anyDataType(tensors[0]!)), intAttribute('N', tensors.length),
      intAttribute('axis', 0),
    ], tensors.map(anyHandle), 1)[0]!);
