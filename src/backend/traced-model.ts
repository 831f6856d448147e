/**
 * The graph around a recorded function: placeholders for its inputs, resource variables for its
 * state, and in between the recorded nodes, a call of them as a function, or a loop of such calls.
 */
import {boolValue, functionValue, textValue, typesValue} from './graph-attributes';
import {graphNode} from './graph-proto';
import type {GraphFunction, GraphModel, GraphNode} from './graph-proto';
import {functionReferences} from './op-outputs';
import {DataType} from './raw-op';
import {loopModel} from './traced-loop';
import {constant, named, NODE, typeAndShape} from './traced-nodes';
import type {Entry, ModelPart, StepFunction} from './traced-nodes';

/** How a graph runs the function. */
export interface GraphKind {
  /** Any number of times, with outputs that are stacked along a new first axis. */
  readonly loop: boolean;
  /** Compiled with XLA. */
  readonly xla: boolean;
}

/** The whole graph. */
export function tracedModel(fn: StepFunction, {loop, xla}: GraphKind): GraphModel {
  const {functions, nodes, outputs, changes} = loop ? loopModel(fn, calledFunction(fn, xla)) :
      xla ? callModel(fn) :
      {functions: [], nodes: fn.nodes, outputs: sourcesOf(fn.outputs),
        changes: sourcesOf(fn.changes)};
  return {
    functions,
    nodes: [
      ...fn.inputs.map((entry, i) =>
        graphNode(NODE.input(i), 'Placeholder', [], typeAndShape(entry))),
      ...stateNodes(fn.state),
      ...nodes,
      ...resultNodes(fn, outputs, changes),
    ],
  };
}

const sourcesOf = (results: readonly {readonly source: string}[]): string[] =>
    results.map(({source}) => source);

/** Variables of the state, how they are read and how they get their first values. */
function stateNodes(state: readonly Entry[]): GraphNode[] {
  const nodes = state.flatMap((entry, i) => {
    const {dtype, shape} = typeAndShape(entry);
    const variable = `variable_${i}`;
    return [
      graphNode(variable, 'VarHandleOp', [],
          {dtype, shape, shared_name: textValue(variable), container: textValue('')}),
      graphNode(NODE.initial(i), 'Placeholder', [], {dtype, shape}),
      graphNode(`load_${i}`, 'AssignVariableOp', [variable, NODE.initial(i)], {dtype}),
      graphNode(NODE.state(i), 'ReadVariableOp', [variable], {dtype}),
    ];
  });
  return [...nodes, constant(NODE.load, DataType.float, [0], {
    after: state.map((_, i) => `^load_${i}`),
  })];
}

/** Assigns the new state, and only then gives the outputs. */
function resultNodes(
    fn: StepFunction, outputs: readonly string[], changes: readonly string[]): GraphNode[] {
  // Not before the old value was read: the new one need not depend on it.
  const assigns = fn.changes.map((entry, i) => graphNode(`assign_${entry.at}`, 'AssignVariableOp',
      [`variable_${entry.at}`, changes[i]!, `^${NODE.state(entry.at)}`],
      {dtype: typeAndShape(entry).dtype}));
  const after = assigns.map(({name}) => `^${name}`);
  return [
    ...assigns,
    ...fn.outputs.map((entry, i) => graphNode(NODE.output(i), 'Identity',
        [outputs[i]!, ...after], {T: typeAndShape(entry).dtype})),
    constant(NODE.done, DataType.float, [0], {after}),
  ];
}

/** The recorded nodes as a function, and a node that calls it. */
function calledFunction(fn: StepFunction, xla: boolean) {
  const {inputs, state, outputs, changes, nodes} = fn;
  const inside = functionReferences(nodes);
  const step: GraphFunction = {
    name: 'step',
    inputs: [...named('input', inputs), ...named('state', state)],
    outputs: [...outputs, ...changes].map(({dtype, source}, i) =>
      ({name: `result_${i}`, dtype, source: inside(source)})),
    nodes: nodes.map((node) => ({...node, inputs: node.inputs.map(inside)})),
    attributes: xla ? {_XlaMustCompile: boolValue(true)} : {},
  };
  const call = graphNode('step', 'StatefulPartitionedCall', step.inputs.map(({name}) => name), {
    f: functionValue(step.name),
    Tin: typesValue(step.inputs.map(({dtype}) => dtype)),
    Tout: typesValue(step.outputs.map(({dtype}) => dtype)),
    config: textValue(''), config_proto: textValue(''), executor_type: textValue(''),
    ...xla ? {_XlaMustCompile: boolValue(true)} : {},
  });
  return {step, call};
}

/** One call, compiled with XLA. */
function callModel(fn: StepFunction): ModelPart {
  const {step, call} = calledFunction(fn, true);
  const result = (_: unknown, i: number): string => `${call.name}:${i}`;
  return {
    functions: [step], nodes: [call], outputs: fn.outputs.map(result),
    changes: fn.changes.map((_, i) => result(_, fn.outputs.length + i)),
  };
}
