/** What the graph of a traced function is made of: its entries, names and common nodes. */
import {shapeValue, tensorValue, typeValue} from './graph-attributes';
import {graphNode} from './graph-proto';
import type {FunctionArgument, GraphModel, GraphNode} from './graph-proto';
import {DataType} from './raw-op';

/** An input, output or state entry of the function. */
export interface Entry {
  /** `TF_DataType`. */
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** An output of the function or a new value of its state. */
export interface Result extends Entry {
  /** The node that computes it, or the argument that it is. */
  readonly source: string;
}

/** A recorded function. Its nodes call its arguments `input_0`, …, `state_0`, … */
export interface StepFunction {
  readonly inputs: readonly Entry[];
  readonly state: readonly Entry[];
  readonly outputs: readonly Result[];
  /** The state entries that are replaced, with their place in `state`. */
  readonly changes: readonly (Result & {readonly at: number})[];
  readonly nodes: readonly GraphNode[];
}

/** Nodes between arguments and results, and where they leave the outputs and the new state. */
export interface ModelPart extends GraphModel {
  readonly outputs: readonly string[];
  readonly changes: readonly string[];
}

/** The nodes that calls feed and fetch; `at` counts the function's entries. */
export const NODE = {
  input: (at: number): string => `input_${at}`,
  /** The number of steps of a loop, int32 `[]`. */
  steps: 'steps',
  initial: (at: number): string => `initial_${at}`,
  state: (at: number): string => `state_${at}`,
  /** Loads the state from what is fed to `initial`. */
  load: 'load_state',
  output: (at: number): string => `output_${at}`,
  /** Fetched when there are no outputs. */
  done: 'done',
} as const;

/** Arguments `prefix_0`, `prefix_1`, … */
export const named = (
  prefix: string, entries: readonly {readonly dtype: number}[]): FunctionArgument[] =>
    entries.map(({dtype}, i) => ({name: `${prefix}_${i}`, dtype}));

export const typeAndShape = ({dtype, shape}: Entry) =>
    ({dtype: typeValue(dtype), shape: shapeValue(shape)});

/**
 * A constant of float32 or int32.
 * @param shape default `[]`.
 * @param after nodes that run before it (`^node`). Default none.
 */
export function constant(
    name: string, dtype: number, values: readonly number[],
    {shape = [], after = []}: {shape?: readonly number[]; after?: readonly string[]} = {}):
    GraphNode {
  const content = dtype === DataType.int32 ? Int32Array.from(values) : Float32Array.from(values);
  return graphNode(name, 'Const', after,
      {dtype: typeValue(dtype), value: tensorValue(shape, dtype, content)});
}
