/**
 * A traced function as a TensorFlow graph: recorded once for each input signature, its state in
 * resource variables of the session.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import type {Tensor} from '@tensorflow/tfjs-core';
import {dataTypeOf, handleOf, nodeBackend, tensorFromHandle} from './binding';
import {graphNode, savedModelBytes, shapeValue, tensorValue, textValue, typeValue}
  from './graph-proto';
import {recordGraph} from './graph-recorder';
import {assertReplaces, cloneAll, keepAll} from './named-tensors';
import type {Tensors} from './named-tensors';
import {DataType, rawOp, typeAttribute} from './raw-op';
import {tf} from './tf';
import type {Traced, TraceableFunction} from './trace';

interface Graph {
  readonly session: number;
  readonly outputs: readonly string[];
  readonly changesState: boolean;
  /** Version of the state that the session's variables hold. */
  version: number;
}

/** @param where goes into messages. */
export function graphFunction(where: string, fn: TraceableFunction, initial: Tensors): Traced {
  const {binding} = nodeBackend();
  const graphs = new Map<string, Graph>();
  const keys = Object.keys(initial);
  let pending: Record<string, Tensor> | undefined = keepAll(initial); // not yet in any session
  let newest: Graph | undefined;
  let version = 0;

  const readState = (): Record<string, Tensor> => {
    if (pending !== undefined) return cloneAll(pending);
    if (keys.length === 0) return {};
    const values = binding.runSavedModel(
        newest!.session, [], '', keys.map((key) => `${readName(key)}:0`).join(','));
    return Object.fromEntries(keys.map((key, i) => [key, tensorFromHandle(values[i]!)]));
  };
  const load = (graph: Graph, state: Tensors): void => {
    if (keys.length > 0) {
      const [done] = binding.runSavedModel(
          graph.session, keys.map((key) => handleOf(state[key]!)),
          keys.map((key) => `${initialName(key)}:0`).join(','), 'load_state:0');
      binding.deleteTensor(done!.id);
    }
    graph.version = version;
    if (pending !== undefined) tf.dispose(pending);
    pending = undefined;
    newest = graph;
  };
  const graphFor = (inputs: Tensors): Graph => {
    const signature = signatureOf(inputs);
    let graph = graphs.get(signature);
    if (graph?.version === version) return graph;
    const state = readState();
    try {
      if (graph === undefined) {
        const own = [ownHandles(state), ownHandles(inputs)] as const;
        try {
          graph = compile(where, fn, ...own);
        } finally {
          own.forEach((tensors) => tf.dispose(tensors));
        }
        graphs.set(signature, graph);
      }
      load(graph, state);
    } finally {
      tf.dispose(state);
    }
    return graph;
  };
  return {
    run(inputs = {}) {
      const graph = graphFor(inputs);
      const names = Object.keys(inputs);
      const values = binding.runSavedModel(
          graph.session, names.map((key) => handleOf(inputs[key]!)),
          names.map((key) => `${inputName(key)}:0`).join(','),
          graph.outputs.map((key) => `${outputName(key)}:0`).join(','));
      if (graph.changesState) graph.version = ++version;
      newest = graph;
      return Object.fromEntries(
          graph.outputs.map((key, i) => [key, tensorFromHandle(values[i]!)]));
    },
    readState,
    writeState(values) {
      const state = readState();
      try {
        for (const [key, tensor] of Object.entries(values)) {
          assertReplaces(where, key, state[key], tensor);
          state[key]!.dispose();
          state[key] = tensor.clone();
        }
        if (pending !== undefined) tf.dispose(pending);
        pending = keepAll(state);
        version++;
      } finally {
        tf.dispose(state);
      }
    },
    dispose() {
      if (pending !== undefined) tf.dispose(pending);
      pending = undefined;
      for (const {session} of graphs.values()) binding.deleteSavedModel(session);
      graphs.clear();
    },
  };
}

const inputName = (key: string): string => `input_${key}`;
const outputName = (key: string): string => `output_${key}`;
const initialName = (key: string): string => `initial_${key}`;
const readName = (key: string): string => `state_${key}`;

function compile(where: string, fn: TraceableFunction, state: Tensors, inputs: Tensors): Graph {
  const nodes: unknown[] = [];
  const sources: Record<string, Tensor> = {};
  for (const [key, tensor] of Object.entries(inputs)) {
    nodes.push(graphNode(inputName(key), 'Placeholder', [], typeAndShape(tensor)));
    sources[inputName(key)] = tensor;
  }
  const loads: string[] = [];
  for (const [key, tensor] of Object.entries(state)) {
    const {dtype, shape} = typeAndShape(tensor);
    nodes.push(
        graphNode(`variable_${key}`, 'VarHandleOp', [],
            {dtype, shape, shared_name: textValue(`variable_${key}`), container: textValue('')}),
        graphNode(initialName(key), 'Placeholder', [], {dtype, shape}),
        graphNode(`load_${key}`, 'AssignVariableOp',
            [`variable_${key}`, initialName(key)], {dtype}),
        graphNode(readName(key), 'ReadVariableOp', [`variable_${key}`], {dtype}));
    loads.push(`^load_${key}`);
    sources[readName(key)] = tensor;
  }
  nodes.push(graphNode('load_state', 'Const', loads, {
    dtype: typeValue(DataType.float), value: tensorValue([], DataType.float, new Float32Array(1)),
  }));

  // Everything but the session is temporary: the scope frees what the recording run made.
  tf.engine().startScope(where);
  try {
    const recording = recordGraph(where, sources, () => {
      const result = fn(state, inputs);
      for (const tensors of [result.state ?? {}, result.outputs]) {
        Object.values(tensors).forEach(handleOf); // a constant is uploaded at its first use
      }
      return result;
    });
    nodes.push(...recording.nodes);
    const {state: changed = {}, outputs} = recording.result;
    const assigns: string[] = [];
    for (const [key, tensor] of Object.entries(changed)) {
      assertReplaces(where, key, state[key], tensor);
      if (recording.source(tensor) === readName(key)) continue;
      // Not before the old value was read: the new one need not depend on it.
      nodes.push(graphNode(`assign_${key}`, 'AssignVariableOp',
          [`variable_${key}`, recording.source(tensor), `^${readName(key)}`],
          {dtype: typeAndShape(tensor).dtype}));
      assigns.push(`^assign_${key}`);
    }
    for (const [key, tensor] of Object.entries(outputs)) {
      nodes.push(graphNode(outputName(key), 'Identity',
          [recording.source(tensor), ...assigns], {T: typeAndShape(tensor).dtype}));
    }
    return {
      session: loadSession(nodes), outputs: Object.keys(outputs),
      changesState: assigns.length > 0, version: -1,
    };
  } finally {
    tf.engine().endScope();
  }
}

/**
 * The same values, each under a handle of its own: the recorder knows tensors by their handles, and
 * two entries may share one, because `clone()` does not copy.
 */
const ownHandles = (tensors: Tensors): Record<string, Tensor> => Object.fromEntries(
    Object.entries(tensors).map(([key, tensor]) => {
      handleOf(tensor);
      return [key, rawOp('Identity', [typeAttribute('T', dataTypeOf(tensor))], [tensor])[0]!];
    }));

function loadSession(nodes: readonly unknown[]): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-graph-'));
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), savedModelBytes(nodes));
    return nodeBackend().binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, {recursive: true});
  }
}

function typeAndShape(tensor: Tensor) {
  handleOf(tensor);
  return {dtype: typeValue(dataTypeOf(tensor)), shape: shapeValue(tensor.shape)};
}

const signatureOf = (inputs: Tensors): string => Object.keys(inputs).sort()
    .map((key) => `${key}:${inputs[key]!.dtype}[${inputs[key]!.shape.join()}]`).join(' ');
