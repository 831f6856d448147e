/** From a function of tensors to the bytes of a graph: records it once and writes it down. */
import {composeOps} from './fused-ops';
import {savedModelBytes} from './graph-proto';
import {recordGraph} from './graph-recorder';
import type {Recording, RecordedArgument} from './graph-recorder';
import {
  anyDataType, anyHandle, assertReplaces, assertResult, disposeAll, ownHandles, tidyRecords,
} from './named-tensors';
import type {AnyTensor, AnyTensors} from './named-tensors';
import type {TraceableFunction} from './trace';
import {tracedModel} from './traced-model';
import type {GraphKind} from './traced-model';
import type {Entry, Result} from './traced-nodes';

/** All that is needed to run a traced function, in this process or in another. */
export interface CompiledGraph {
  /** A SavedModel. */
  readonly model: Uint8Array;
  /** The outputs' names, in the order of the nodes. */
  readonly outputs: readonly string[];
  readonly changesState: boolean;
  /** The user's line behind each node. */
  readonly lines: Readonly<Record<string, string>>;
}

/**
 * Runs `fn` once on real values, which are not kept.
 * @param state and `inputs` in the order in which the graph numbers them.
 */
export function compileGraph(
    where: string, fn: TraceableFunction<any, any, any>, state: AnyTensors, inputs: AnyTensors,
    kind: GraphKind): CompiledGraph {
  // The recorder knows tensors by their handles, and two entries may share one: `clone()` does not
  // copy.
  const own = [ownHandles(state), ownHandles(inputs)] as const;
  try {
    let compiled: CompiledGraph;
    tidyRecords(() => {
      compiled = compile(where, fn, ...own, kind);
      return [];
    });
    return compiled!;
  } finally {
    own.forEach(disposeAll);
  }
}

function compile(
    where: string, fn: TraceableFunction<any, any, any>, state: AnyTensors, inputs: AnyTensors,
    kind: GraphKind): CompiledGraph {
  const args = [...argumentsOf('input', inputs), ...argumentsOf('state', state)];
  const recording = recordGraph(where, args, () => {
    const call = (): unknown => fn({...state}, {...inputs});
    const result = assertResult(where, kind.xla ? composeOps(call) : call());
    // A constant is uploaded at its first use.
    for (const tensors of Object.values(result)) Object.values(tensors).forEach(anyHandle);
    return result;
  });
  const {state: changed, outputs} = recording.result;
  const keys = Object.keys(state);
  const changes = Object.entries(changed).flatMap(([key, tensor]) => {
    assertReplaces(where, key, state[key], tensor);
    const at = keys.indexOf(key);
    const result = resultOf(tensor, recording);
    return result.source === `state_${at}` ? [] : [{...result, at}];
  });
  const model = savedModelBytes(tracedModel({
    inputs: Object.values(inputs).map(entryOf),
    state: Object.values(state).map(entryOf),
    outputs: Object.values(outputs).map((tensor) => resultOf(tensor, recording)),
    changes, nodes: recording.nodes,
  }, kind));
  return {
    model, outputs: Object.keys(outputs), changesState: changes.length > 0, lines: recording.lines,
  };
}

const argumentsOf = (kind: string, tensors: AnyTensors): RecordedArgument[] =>
    Object.entries(tensors).map(([key, tensor], i) =>
      ({name: `${kind}_${i}`, label: `the ${kind} \`${key}\``, tensor}));

const entryOf = (tensor: AnyTensor): Entry =>
    ({dtype: anyDataType(tensor), shape: tensor.shape});

const resultOf = (tensor: AnyTensor, recording: Recording<unknown>): Result =>
    ({...entryOf(tensor), source: recording.source(tensor)});
