/** Builds TensorFlow graph messages with the protobuf classes that tfjs-node ships. */
import type {OpAttribute} from './raw-op';
import {AttributeKind} from './raw-op';

/** A protobuf message of the shipped classes; their setters are not typed upstream. */
type Message = any;

const messages = (): Message =>
    require('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js').tensorflow ??
    (globalThis as Message).proto.tensorflow;

export type Attributes = Readonly<Record<string, Message>>;

export function shapeMessage(shape: readonly number[]): Message {
  const proto = messages();
  const message = new proto.TensorShape();
  for (const size of shape) {
    const dimension = new proto.TensorShape.Dim();
    dimension.setSize(size);
    message.addDim(dimension);
  }
  return message;
}

const attribute = (set: (value: Message) => void): Message => {
  const value = new (messages().AttrValue)();
  set(value);
  return value;
};
export const typeValue = (dtype: number): Message => attribute((value) => value.setType(dtype));
export const shapeValue = (shape: readonly number[]): Message =>
    attribute((value) => value.setShape(shapeMessage(shape)));
export const textValue = (text: string): Message =>
    attribute((value) => value.setS(Buffer.from(text)));

/** A tensor's contents as the `value` attribute of a `Const` node. */
export function tensorValue(
    shape: readonly number[], dtype: number, values: ArrayBufferView): Message {
  const tensor = new (messages().Tensor)();
  tensor.setDtype(dtype);
  tensor.setTensorShape(shapeMessage(shape));
  const {buffer, byteOffset, byteLength} = values;
  tensor.setTensorContent(Buffer.from(buffer.slice(byteOffset, byteOffset + byteLength)));
  return attribute((value) => value.setTensor(tensor));
}

/** Turns an attribute of an eager op into one of a graph node. */
export function attributeValue({name, type, value}: OpAttribute): Message {
  if (Array.isArray(value) && type !== AttributeKind.shape) {
    const list = new (messages().AttrValue.ListValue)();
    for (const item of value) {
      if (type === AttributeKind.int) list.addI(item);
      else if (type === AttributeKind.float) list.addF(item);
      else if (type === AttributeKind.type) list.addType(item);
      else throw new Error(`trace: the list attribute \`${name}\` is of an unsupported kind`);
    }
    return attribute((message) => message.setList(list));
  }
  switch (type) {
    case AttributeKind.type: return typeValue(value as number);
    case AttributeKind.int: return attribute((message) => message.setI(value));
    case AttributeKind.float: return attribute((message) => message.setF(value));
    case AttributeKind.bool: return attribute((message) => message.setB(Boolean(value)));
    case AttributeKind.string: return textValue(value as string);
    case AttributeKind.shape: return shapeValue(value as number[]);
    default: throw new Error(`trace: the attribute \`${name}\` is of the unknown kind ${type}`);
  }
}

/** One node. Inputs are `node`, `node:output` or, for an ordering alone, `^node`. */
export function graphNode(
    name: string, op: string, inputs: readonly string[], attributes: Attributes = {}): Message {
  const node = new (messages().NodeDef)();
  node.setName(name);
  node.setOp(op);
  for (const input of inputs) node.addInput(input);
  for (const [key, value] of Object.entries(attributes)) node.getAttrMap().set(key, value);
  return node;
}

/** The bytes of a `saved_model.pb` that holds the nodes under the tag `serve`. */
export function savedModelBytes(nodes: readonly Message[]): Buffer {
  const proto = messages();
  const version = new proto.VersionDef();
  version.setProducer(GRAPH_VERSION);
  const graph = new proto.GraphDef();
  graph.setVersions(version);
  graph.setNodeList([...nodes]);
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
