/** Attributes of graph nodes, as the protobuf messages that tfjs-node ships. */
import type {OpAttribute} from './raw-op';
import {AttributeKind} from './raw-op';

/** A protobuf message of the shipped classes; their setters are not typed upstream. */
export type Message = any;

/** The message classes of the package `tensorflow`. */
export const messages = (): Message =>
    require('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js').tensorflow ??
    (globalThis as Message).proto.tensorflow;

export type Attributes = Readonly<Record<string, Message>>;

function shapeMessage(shape: readonly number[]): Message {
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
export const intValue = (number: number): Message => attribute((value) => value.setI(number));
export const boolValue = (on: boolean): Message => attribute((value) => value.setB(on));

/** The function `name` of the graph's library as an attribute. */
export const functionValue = (name: string): Message => attribute((value) => {
  const list = new (messages().NameAttrList)();
  list.setName(name);
  value.setFunc(list);
});

const listValue = (fill: (list: Message) => void): Message => attribute((value) => {
  const list = new (messages().AttrValue.ListValue)();
  fill(list);
  value.setList(list);
});
export const typesValue = (dtypes: readonly number[]): Message =>
    listValue((list) => list.setTypeList([...dtypes]));
export const shapesValue = (shapes: readonly (readonly number[])[]): Message =>
    listValue((list) => list.setShapeList(shapes.map(shapeMessage)));

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

/**
 * Turns an attribute of an eager op into one of a graph node.
 * @throws Error for a kind that a graph cannot hold.
 */
export function attributeValue({name, type, value}: OpAttribute): Message {
  if (Array.isArray(value) && type !== AttributeKind.shape) {
    if (type === AttributeKind.int) return listValue((list) => list.setIList(value));
    if (type === AttributeKind.float) return listValue((list) => list.setFList(value));
    if (type === AttributeKind.type) return typesValue(value);
    throw new Error(`its list attribute \`${name}\` is of the unsupported kind ${type}`);
  }
  switch (type) {
    case AttributeKind.type: return typeValue(value as number);
    case AttributeKind.int: return intValue(value as number);
    case AttributeKind.float: return attribute((message) => message.setF(value));
    case AttributeKind.bool: return boolValue(Boolean(value));
    case AttributeKind.string: return textValue(value as string);
    case AttributeKind.shape: return shapeValue(value as number[]);
    default: throw new Error(`its attribute \`${name}\` is of the unknown kind ${type}`);
  }
}
