/** Records the TensorFlow ops that a tfjs function runs as the nodes of a graph. */
import type {NativeBinding} from './binding';
import {nodeBackend} from './binding';
import {callSite} from './call-site';
import {attributeValue, tensorValue, typeValue} from './graph-attributes';
import {graphNode} from './graph-proto';
import type {GraphNode} from './graph-proto';
import {anyDataType, anyHandle} from './named-tensors';
import type {AnyTensor} from './named-tensors';
import {DataType} from './raw-op';
import {recordingErrors} from './recording-errors';
import {mayRegroup, unfoldableTensors} from './rounding-guard';
import {isTensor64} from './tensor64';

/**
 * Type attributes that tfjs-node leaves out, because eager TensorFlow infers them from the first
 * input; a graph wants them spelled out.
 */
const INFERRED_TYPES: Readonly<Record<string, string>> = {ExpandDims: 'T'};

/** A handle that no tensor has, for one from outside that was never uploaded. */
const OUTSIDE = -1;

/**
 * Constants of this size are compared, and equal ones become one node: a third of a network's
 * nodes are axes, shapes and the like.
 */
const MAX_SHARED_BYTES = 64;

/** A tensor that the function is called with. */
export interface RecordedArgument {
  /** How the nodes refer to it. */
  readonly name: string;
  /** How messages call it, as in "the input `x`". */
  readonly label: string;
  readonly tensor: AnyTensor;
}

/** What was recorded: nodes in execution order, and where a tensor's value is found. */
export interface Recording<T> {
  readonly result: T;
  readonly nodes: readonly GraphNode[];
  /** The line of the user's code behind a node, by the node's name. */
  readonly lines: Readonly<Record<string, string>>;
  /** The argument, `node` or `node:output` that is the tensor. */
  source(tensor: AnyTensor): string;
}

/** Where a tensor comes from. */
export interface Origin {
  readonly source: string;
  readonly dtype: number;
  /** For messages, as in "the result of Add at train.ts:12:8". */
  readonly label: string;
  /** The op that computes it, and its shape; absent for arguments and constants. */
  readonly op?: string;
  readonly shape?: readonly number[];
}

/**
 * Runs `fn` once and records every op.
 * @param where goes into the messages.
 * @throws Error when `fn` uses a tensor made outside, reads a value of a recorded tensor, or runs
 *     an op that a graph cannot hold; also when `fn` itself caught that error.
 */
export function recordGraph<T>(
    where: string, args: readonly RecordedArgument[], fn: () => T): Recording<T> {
  const backend = nodeBackend();
  const native = backend.binding;
  const errors = recordingErrors(where);
  const nodes: GraphNode[] = [];
  const lines: Record<string, string> = {};
  const constants = new Map<string, string>(); // names by content
  const origin = new Map<number, Origin>();
  for (const {name, label, tensor} of args) {
    origin.set(anyHandle(tensor), {source: name, dtype: anyDataType(tensor), label});
  }

  // A tensor is uploaded at its first use. One from outside would become a constant of the graph:
  // only those made inside may.
  const made = new WeakSet<object>();
  const {move, getInputTensorIds, read} = backend;
  const moveInside: typeof move = (dataId, ...rest) => {
    made.add(dataId);
    move.call(backend, dataId, ...rest);
  };
  const inputIds: typeof getInputTensorIds = (tensors) => tensors.map((tensor) => {
    const {dataId} = tensor;
    const waits = dataId !== undefined && backend.tensorMap.get(dataId).values !== null;
    return waits && !made.has(dataId) ? OUTSIDE : getInputTensorIds.call(backend, [tensor])[0]!;
  });
  const unfoldable = unfoldableTensors(nodes);
  const createTensor: NativeBinding['createTensor'] = (shape, dtype, values) => {
    if (!ArrayBuffer.isView(values)) throw errors.text();
    const id = native.createTensor(shape, dtype, values);
    const small = values.byteLength <= MAX_SHARED_BYTES;
    const content = small ? `${dtype} ${shape} ${bytesOf(values).toString('latin1')}` : `${id}`;
    let name = constants.get(content);
    if (name === undefined) {
      name = `constant_${nodes.length}`;
      nodes.push(graphNode(name, 'Const', [], {
        dtype: typeValue(dtype), value: tensorValue(shape, dtype, values),
      }));
      name = unfoldable(name, shape, dtype);
      constants.set(content, name);
    }
    origin.set(id, {source: name, dtype, label: 'a constant'});
    return id;
  };
  const executeOp: NativeBinding['executeOp'] = (op, attributes, inputs, count) => {
    const from = inputs.map((id) => {
      const known = origin.get(id);
      if (known === undefined) throw errors.outside(op);
      return known;
    });
    errors.assertHoldable(op, attributes);
    const outputs = native.executeOp(op, attributes, inputs, count);
    const values = Object.fromEntries(
        attributes.map((attribute) => [attribute.name, attributeValue(attribute)]));
    const inferred = INFERRED_TYPES[op];
    if (inferred !== undefined) values[inferred] ??= typeValue(from[0]!.dtype);
    const sources = from.map(({source, dtype, shape, op: producer}) =>
      mayRegroup(op, producer) ? unfoldable(source, shape!, dtype) : source);
    const name = `${op}_${nodes.length}`;
    nodes.push(graphNode(name, op, sources, values));
    lines[name] = callSite();
    // `read64` reinterprets a tensor before it reads it: a message names the tensor.
    const label = op === 'Bitcast' && from[0]!.dtype === DataType.double ? from[0]!.label :
        `the result of ${op} at ${lines[name]}`;
    outputs.forEach(({id, dtype, shape}, i) =>
      origin.set(id, {source: i === 0 ? name : `${name}:${i}`, dtype, label, op, shape}));
    return outputs;
  };
  const tensorDataSync: NativeBinding['tensorDataSync'] = (id) => {
    throw errors.read(origin.get(id));
  };
  const otherFunction = (): never => {
    throw errors.nested();
  };
  // `data()` is read through a promise. It stays pending, and the recording fails instead: a
  // rejection that nobody awaits would end the process.
  const readAsync: typeof read = (dataId) => {
    const {id, values} = backend.tensorMap.get(dataId);
    if (values !== null) return read.call(backend, dataId);
    errors.read(origin.get(id));
    return new Promise(() => {});
  };

  Object.assign(backend, {move: moveInside, getInputTensorIds: inputIds, read: readAsync});
  // The addon's own methods are read-only: an object that inherits from it takes their place.
  backend.binding = Object.create(native, {
    createTensor: {value: createTensor},
    executeOp: {value: executeOp},
    tensorDataSync: {value: tensorDataSync},
    loadSavedModel: {value: otherFunction},
    runSavedModel: {value: otherFunction},
  }) as NativeBinding;
  try {
    const result = fn();
    errors.assertNone();
    const source = (tensor: AnyTensor): string => {
      const found = origin.get(isTensor64(tensor) ? tensor.id : inputIds([tensor])[0]!);
      if (found === undefined) throw errors.outside();
      return found.source;
    };
    return {result, nodes, lines, source};
  } finally {
    backend.binding = native;
    Object.assign(backend, {move, getInputTensorIds, read});
  }
}

const bytesOf = ({buffer, byteOffset, byteLength}: ArrayBufferView): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
