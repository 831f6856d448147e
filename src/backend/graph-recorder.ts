/** Records the TensorFlow ops that a tfjs function runs as the nodes of a graph. */
import type {Tensor} from '@tensorflow/tfjs-core';
import type {NativeBinding} from './binding';
import {dataTypeOf, handleOf, nodeBackend} from './binding';
import {attributeValue, graphNode, tensorValue, typeValue} from './graph-proto';

/**
 * Type attributes that tfjs-node leaves out, because eager TensorFlow infers them from the first
 * input; a graph wants them spelled out.
 */
const INFERRED_TYPES: Readonly<Record<string, string>> = {ExpandDims: 'T'};

/** What was recorded: nodes in execution order, and where a tensor's value is found. */
export interface Recording<T> {
  readonly result: T;
  readonly nodes: readonly unknown[];
  /** `node` or `node:output` that computes the tensor. */
  source(tensor: Tensor): string;
}

/**
 * Runs `fn` once and records every op.
 * @param where goes into the messages.
 * @param sources tensors known to the graph already, by node name (inputs and state).
 * @throws Error when `fn` uses a tensor made outside, or reads a value of a recorded tensor.
 */
export function recordGraph<T>(
    where: string, sources: Readonly<Record<string, Tensor>>, fn: () => T): Recording<T> {
  const backend = nodeBackend();
  const native = backend.binding;
  const nodes: unknown[] = [];
  const origin = new Map<number, {readonly source: string; readonly dtype: number}>();
  for (const [source, tensor] of Object.entries(sources)) {
    origin.set(handleOf(tensor), {source, dtype: dataTypeOf(tensor)});
  }

  const assertInside = (inside: boolean, readBy = ''): void => {
    if (inside) return;
    throw new Error(`${where}: expected tensors of the traced function alone, got one that was ` +
        `made outside${readBy}; pass it as an input or keep it in the state`);
  };

  // A tensor is uploaded at its first use. One from outside would become a constant of the graph:
  // only those made inside may.
  const made = new WeakSet<object>();
  const {move, getInputTensorIds} = backend;
  const moveInside: typeof move = (dataId, ...rest) => {
    made.add(dataId);
    move.call(backend, dataId, ...rest);
  };
  const inputIds: typeof getInputTensorIds = (tensors) => {
    for (const {dataId} of tensors) {
      const waits = dataId !== undefined && backend.tensorMap.get(dataId).values !== null;
      assertInside(!waits || made.has(dataId));
    }
    return getInputTensorIds.call(backend, tensors);
  };
  const createTensor: NativeBinding['createTensor'] = (shape, dtype, values) => {
    if (!ArrayBuffer.isView(values)) {
      throw new Error(`${where}: a string constant cannot be traced; keep text outside`);
    }
    const id = native.createTensor(shape, dtype, values);
    const name = `constant_${nodes.length}`;
    nodes.push(graphNode(name, 'Const', [], {
      dtype: typeValue(dtype), value: tensorValue(shape, dtype, values),
    }));
    origin.set(id, {source: name, dtype});
    return id;
  };
  const executeOp: NativeBinding['executeOp'] = (op, attributes, inputs, count) => {
    const from = inputs.map((id) => {
      const known = origin.get(id);
      assertInside(known !== undefined, ` (read by ${op})`);
      return known!;
    });
    const outputs = native.executeOp(op, attributes, inputs, count);
    const name = `${op}_${nodes.length}`;
    const values = Object.fromEntries(
        attributes.map((attribute) => [attribute.name, attributeValue(attribute)]));
    const inferred = INFERRED_TYPES[op];
    if (inferred !== undefined) values[inferred] ??= typeValue(from[0]!.dtype);
    nodes.push(graphNode(name, op, from.map(({source}) => source), values));
    outputs.forEach(({id, dtype}, i) =>
      origin.set(id, {source: i === 0 ? name : `${name}:${i}`, dtype}));
    return outputs;
  };
  const tensorDataSync: NativeBinding['tensorDataSync'] = () => {
    throw new Error(`${where}: the value of a traced tensor was read (dataSync, arraySync, print ` +
        'or an `if` on it); return the tensor as an output and read it outside');
  };

  Object.assign(backend, {move: moveInside, getInputTensorIds: inputIds});
  // The addon's own methods are read-only: an object that inherits from it takes their place.
  backend.binding = Object.create(native, {
    createTensor: {value: createTensor},
    executeOp: {value: executeOp},
    tensorDataSync: {value: tensorDataSync},
  }) as NativeBinding;
  try {
    const result = fn();
    const source = (tensor: Tensor): string => {
      const found = origin.get(handleOf(tensor));
      assertInside(found !== undefined, ' (a result)');
      return found!.source;
    };
    return {result, nodes, source};
  } finally {
    backend.binding = native;
    Object.assign(backend, {move, getInputTensorIds});
  }
}
