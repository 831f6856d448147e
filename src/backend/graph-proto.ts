/** Nodes, functions and whole graphs, and their bytes as a SavedModel. */
import {messages} from './graph-attributes';
import type {Attributes, Message} from './graph-attributes';

/** One node of a graph or of a function, before it becomes a message. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /**
   * `node` or `node:output` in a graph, `node:name:index` in a function; for an ordering alone
   * `^node`.
   */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

/** An argument or result of a function. */
export interface FunctionArgument {
  /** A lower-case letter, then lower-case letters, digits and underscores. */
  readonly name: string;
  /** `TF_DataType`. */
  readonly dtype: number;
}

/** A function of a graph's library. */
export interface GraphFunction {
  readonly name: string;
  /** Nodes refer to an argument by its name. */
  readonly inputs: readonly FunctionArgument[];
  readonly outputs: readonly (FunctionArgument & {readonly source: string})[];
  readonly nodes: readonly GraphNode[];
  readonly attributes?: Attributes;
}

export interface GraphModel {
  readonly nodes: readonly GraphNode[];
  readonly functions: readonly GraphFunction[];
}

/** One node. */
export const graphNode = (
  name: string, op: string, inputs: readonly string[], attributes: Attributes = {}): GraphNode =>
    ({name, op, inputs, attributes});

function nodeMessage({name, op, inputs, attributes}: GraphNode): Message {
  const node = new (messages().NodeDef)();
  node.setName(name);
  node.setOp(op);
  node.setInputList([...inputs]);
  for (const [key, value] of Object.entries(attributes)) node.getAttrMap().set(key, value);
  return node;
}

function functionMessage({name, inputs, outputs, nodes, attributes = {}}: GraphFunction): Message {
  const proto = messages();
  const argument = ({name: key, dtype}: FunctionArgument): Message => {
    const message = new proto.OpDef.ArgDef();
    message.setName(key);
    message.setType(dtype);
    return message;
  };
  const signature = new proto.OpDef();
  signature.setName(name);
  signature.setInputArgList(inputs.map(argument));
  signature.setOutputArgList(outputs.map(argument));
  const message = new proto.FunctionDef();
  message.setSignature(signature);
  message.setNodeDefList(nodes.map(nodeMessage));
  for (const output of outputs) message.getRetMap().set(output.name, output.source);
  for (const [key, value] of Object.entries(attributes)) message.getAttrMap().set(key, value);
  return message;
}

/** The bytes of a `saved_model.pb` that holds the graph under the tag `serve`. */
export function savedModelBytes({nodes, functions}: GraphModel): Buffer {
  const proto = messages();
  const version = new proto.VersionDef();
  version.setProducer(GRAPH_VERSION);
  const library = new proto.FunctionDefLibrary();
  library.setFunctionList(functions.map(functionMessage));
  const graph = new proto.GraphDef();
  graph.setVersions(version);
  graph.setLibrary(library);
  graph.setNodeList(nodes.map(nodeMessage));
  const info = new proto.MetaGraphDef.MetaInfoDef();
  info.addTags('serve');
  const meta = new proto.MetaGraphDef();
  meta.setMetaInfoDef(info);
  meta.setGraphDef(graph);
  const model = new proto.SavedModel();
  model.setSavedModelSchemaVersion(1);
  model.addMetaGraphs(meta);
  return Buffer.from(model.serializeBinary());
}

/** `GraphDef.versions.producer`: any value of 2.x semantics; attributes keep their defaults. */
const GRAPH_VERSION = 2000;
