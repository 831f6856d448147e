/**
 * Runs any TensorFlow op by name, for the ops that tfjs has no function for.
 * @see https://www.tensorflow.org/api_docs/python/tf/raw_ops for names, attributes and outputs.
 */
import type {Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {tf} from './tf';

/** The part of tfjs-node's backend that the project uses beyond tfjs itself. */
interface NodeBackend {
  executeMultipleOutputs(
      name: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: number): Tensor[];
}

/** One attribute of an op, in the form of the native binding. */
export interface OpAttribute {
  /** As TensorFlow's op calls it, for example `'T'`. */
  readonly name: string;
  /**
   * Kind of the attribute, `TF_AttrType` of the TensorFlow C API: 0 string, 1 int, 2 float, 3 bool,
   * 4 type, 5 shape.
   */
  readonly type: number;
  /** Of that kind; a type is a `TF_DataType`: 1 float, 2 double, 3 int32, 4 uint8, 10 bool. */
  readonly value: unknown;
}

/** `TF_AttrType` of the TensorFlow C API. */
export const AttributeKind =
    {string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5} as const;

/** `TF_DataType` of the TensorFlow C API. */
export const DataType =
    {float: 1, double: 2, int32: 3, uint8: 4, string: 7, int64: 9, bool: 10, resource: 20} as const;

export const typeAttribute = (name: string, value: number): OpAttribute =>
    ({name, type: AttributeKind.type, value});
export const intAttribute = (name: string, value: number | readonly number[]): OpAttribute =>
    ({name, type: AttributeKind.int, value});
export const floatAttribute = (name: string, value: number): OpAttribute =>
    ({name, type: AttributeKind.float, value});
export const boolAttribute = (name: string, value: boolean): OpAttribute =>
    ({name, type: AttributeKind.bool, value});
export const stringAttribute = (name: string, value: string): OpAttribute =>
    ({name, type: AttributeKind.string, value});

/**
 * Runs the TensorFlow op `name`, at once; in a traced function it is recorded as any other.
 * @param name of the op, as https://www.tensorflow.org/api_docs/python/tf/raw_ops lists it.
 * @param attributes all that the op needs.
 * @param inputs borrowed tensors, in the op's order.
 * @param outputs how many tensors the op returns (default 1).
 * @returns the op's outputs, owned by the caller (or the enclosing tidy).
 * @throws Error of TensorFlow: an unknown op, attributes or inputs that do not fit it.
 * @example
 * // The quantile function of the error function, for float32 inputs.
 * const attributes = [{name: 'T', type: 4, value: 1}];
 * const [y] = hg.rawOp('Erfinv', attributes, [hg.tf.scalar(0.5)]);
 * console.log(y!.dataSync()[0]!.toFixed(4)); // 0.4769
 */
export function rawOp(
    name: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs = 1): Tensor[] {
  const backend = tf.backend() as unknown as NodeBackend;
  return backend.executeMultipleOutputs(name, attributes, inputs, outputs);
}
