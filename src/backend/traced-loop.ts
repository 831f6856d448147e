/** The loop that calls a recorded function a fed number of times: one graph serves any number. */
import {boolValue, functionValue, intValue, shapesValue, typesValue, typeValue}
  from './graph-attributes';
import {graphNode} from './graph-proto';
import type {FunctionArgument, GraphFunction, GraphNode} from './graph-proto';
import {DataType} from './raw-op';
import {constant, named, NODE, typeAndShape} from './traced-nodes';
import type {ModelPart, StepFunction} from './traced-nodes';

/** `TF_VARIANT`, the type of tensor lists. */
const VARIANT = 21;
const INT32 = {T: typeValue(DataType.int32)};

/**
 * A While loop over the function `step`. It carries a counter, its limit, inputs and state, and a
 * list for each output, to which every step appends.
 * @param call a node that calls `step`, named as the function.
 */
export function loopModel(
    fn: StepFunction, {step, call}: {step: GraphFunction; call: GraphNode}): ModelPart {
  const {outputs, changes} = fn;
  const carried: FunctionArgument[] = [
    {name: 'counter', dtype: DataType.int32}, {name: NODE.steps, dtype: DataType.int32},
    ...step.inputs, ...named('list', outputs.map(() => ({dtype: VARIANT}))),
  ];
  const condition: GraphFunction = {
    name: 'more', inputs: carried,
    outputs: [{name: 'more', dtype: DataType.bool, source: 'less:z:0'}],
    nodes: [graphNode('less', 'Less', ['counter', NODE.steps], INT32)],
  };
  const replaced = new Map<string, string>([
    ['counter', 'increment:z:0'],
    ...changes.map(({at}, i) =>
      [NODE.state(at), `${call.name}:output:${outputs.length + i}`] as const),
    ...outputs.map((_, i) => [`list_${i}`, `append_${i}:output_handle:0`] as const),
  ]);
  const body: GraphFunction = {
    name: 'next', inputs: carried,
    outputs: carried.map(({name, dtype}) =>
      ({name: `next_${name}`, dtype, source: replaced.get(name) ?? name})),
    nodes: [
      constant('one', DataType.int32, [1]),
      graphNode('increment', 'AddV2', ['counter', 'one:output:0'], INT32),
      call,
      ...outputs.map(({dtype}, i) => graphNode(`append_${i}`, 'TensorListPushBack',
          [`list_${i}`, `${call.name}:output:${i}`], {element_dtype: typeValue(dtype)})),
    ],
  };
  const loop = graphNode('loop', 'While', ['zero', ...carried.slice(1).map(({name}) => name)], {
    T: typesValue(carried.map(({dtype}) => dtype)),
    cond: functionValue(condition.name), body: functionValue(body.name),
    output_shapes: shapesValue([]), parallel_iterations: intValue(1),
    // Runs as part of the graph around it; a loop that is an op of its own is slower.
    _lower_using_switch_merge: boolValue(true),
  });
  const at = (name: string): string => `loop:${carried.findIndex((entry) => entry.name === name)}`;
  return {
    functions: [step, condition, body],
    nodes: [
      graphNode(NODE.steps, 'Placeholder', [], typeAndShape({dtype: DataType.int32, shape: []})),
      constant('zero', DataType.int32, [0]),
      constant('unbounded', DataType.int32, [-1]),
      ...outputs.flatMap(({dtype, shape}, i) => [
        constant(`shape_${i}`, DataType.int32, shape, {shape: [shape.length]}),
        graphNode(`list_${i}`, 'EmptyTensorList', [`shape_${i}`, 'unbounded'],
            {element_dtype: typeValue(dtype), shape_type: typeValue(DataType.int32)}),
        graphNode(`stack_${i}`, 'TensorListStack', [at(`list_${i}`), `shape_${i}`],
            {element_dtype: typeValue(dtype), num_elements: intValue(-1)}),
      ]),
      loop,
    ],
    outputs: outputs.map((_, i) => `stack_${i}`),
    changes: changes.map((entry) => at(NODE.state(entry.at))),
  };
}
