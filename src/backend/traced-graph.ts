/**
 * A traced function as TensorFlow graphs: one for each input signature, its state in resource
 * variables of the session.
 */
import {nodeBackend} from './binding';
import type {HandleInfo} from './binding';
import {compileGraph} from './compile-graph';
import type {CompiledGraph} from './compile-graph';
import {cachedGraph} from './graph-cache';
import {loadSession} from './graph-session';
import type {GraphSession} from './graph-session';
import {
  anyFromHandle, anyHandle, assertReplaces, assertTensors, cloneAll, describeTensor, disposeAll,
  disposeAny, keepAll, ownHandle,
} from './named-tensors';
import type {AnyTensor, AnyTensors} from './named-tensors';
import {DataType} from './raw-op';
import type {Traced, TraceableFunction, TraceOptions} from './trace';
import type {GraphKind} from './traced-model';
import {NODE} from './traced-nodes';

/** Graphs of one function; the one that was not used for longest goes first. */
const MAX_GRAPHS = 16;

interface LoadedGraph extends Pick<CompiledGraph, 'outputs' | 'changesState'> {
  readonly session: GraphSession;
  /** Version of the state that the session's variables hold. */
  version: number;
}

/** @param where goes into messages. */
export function graphFunction(
    where: string, fn: TraceableFunction<any, any, any>, initial: AnyTensors,
    {xla, cache}: {xla: boolean; cache: TraceOptions['cache'] | undefined}):
    Traced<AnyTensors, AnyTensors, AnyTensors> {
  assertTensors(where, 'state', initial);
  const graphs = new Map<string, LoadedGraph>(); // by signature, the last used one last
  const keys = Object.keys(sortKeys(initial)); // numbered in this order
  let pending: Record<string, AnyTensor> | undefined = keepAll(cloneAll(initial)); // in no session
  let newest: LoadedGraph | undefined;
  let version = 0;

  const dropPending = (): void => {
    if (pending !== undefined) disposeAll(pending);
    pending = undefined;
  };
  const readState = (): Record<string, AnyTensor> => {
    if (pending !== undefined) return cloneAll(pending);
    if (keys.length === 0) return {};
    const values = newest!.session.run(new Map(), keys.map((_, i) => NODE.state(i)));
    return named(keys, values);
  };
  const load = (graph: LoadedGraph, state: AnyTensors): void => {
    if (keys.length > 0) {
      const feeds = new Map(keys.map((key, i) => [NODE.initial(i), anyHandle(state[key]!)]));
      free(graph.session.run(feeds, [NODE.load]));
    }
    graph.version = version;
    newest = graph;
    dropPending();
  };
  const graphFor = (inputs: AnyTensors, loop: boolean): LoadedGraph => {
    const signature = `${loop ? 'steps' : 'call'}(${signatureOf(inputs)})`;
    let graph = graphs.get(signature);
    if (graph?.version !== version) {
      const state = readState();
      try {
        graph ??= compiled(inputs, state, {loop, xla});
        graphs.set(signature, graph);
        load(graph, state);
      } finally {
        disposeAll(state);
      }
    }
    graphs.delete(signature);
    graphs.set(signature, graph!);
    for (const [old, {session}] of [...graphs].slice(0, -MAX_GRAPHS)) {
      session.dispose();
      graphs.delete(old);
    }
    return graph!;
  };
  const compiled = (inputs: AnyTensors, unsorted: AnyTensors, kind: GraphKind): LoadedGraph => {
    const state = sortKeys(unsorted);
    const {model, lines, outputs, changesState} = cachedGraph({
      key: cache, name: where, code: fn.toString(), ...kind,
      inputs: signatureOf(inputs), state: signatureOf(state),
    }, () => compileGraph(where, fn, state, inputs, kind));
    return {outputs, changesState, version: -1, session: loadSession(where, model, lines)};
  };
  return {
    run(given = {}, {steps} = {}) {
      assertTensors(where, 'input', given);
      const inputs = sortKeys(given);
      const graph = graphFor(inputs, steps !== undefined);
      const feeds = new Map(
          Object.values(inputs).map((tensor, i) => [NODE.input(i), anyHandle(tensor)]));
      const values = steps === undefined ? fetch(graph, feeds) :
          withSteps(steps, (handle) => fetch(graph, feeds.set(NODE.steps, handle)));
      if (graph.changesState) graph.version = ++version;
      newest = graph;
      return named(graph.outputs, values);
    },
    readState,
    writeState(values) {
      const state = readState();
      try {
        assertTensors(where, 'state', values as AnyTensors);
        for (const [key, tensor] of Object.entries(values as AnyTensors)) {
          assertReplaces(where, key, state[key], tensor);
          disposeAny(state[key]!);
          state[key] = ownHandle(tensor);
        }
        dropPending();
        pending = keepAll(cloneAll(state));
        version++;
      } finally {
        disposeAll(state);
      }
    },
    dispose() {
      dropPending();
      for (const {session} of graphs.values()) session.dispose();
      graphs.clear();
    },
  };
}

function fetch(
    {session, outputs}: LoadedGraph, feeds: ReadonlyMap<string, number>): HandleInfo[] {
  if (outputs.length > 0) return session.run(feeds, outputs.map((_, i) => NODE.output(i)));
  free(session.run(feeds, [NODE.done]));
  return [];
}

function withSteps<T>(steps: number, use: (handle: number) => T): T {
  const {binding} = nodeBackend();
  const handle = binding.createTensor([], DataType.int32, Int32Array.of(steps));
  try {
    return use(handle);
  } finally {
    binding.deleteTensor(handle);
  }
}

const free = (handles: readonly HandleInfo[]): void =>
    handles.forEach(({id}) => nodeBackend().binding.deleteTensor(id));

const named = (keys: readonly string[], values: readonly HandleInfo[]) =>
    Object.fromEntries(keys.map((key, i) => [key, anyFromHandle(values[i]!)]));

const sortKeys = (tensors: AnyTensors): Record<string, AnyTensor> =>
    Object.fromEntries(Object.entries(tensors).sort(([a], [b]) => a < b ? -1 : 1));

/** @param tensors with sorted keys. */
const signatureOf = (tensors: AnyTensors): string => Object.entries(tensors)
    .map(([key, tensor]) => `${JSON.stringify(key)}: ${describeTensor(tensor)}`).join(', ');
