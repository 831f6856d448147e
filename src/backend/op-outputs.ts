/**
 * Where an op's outputs are found inside a function: TensorFlow asks for `node:name:index` there,
 * with the names of the op's definition, and a name may stand for a list of tensors.
 */
import {messages} from './graph-attributes';
import type {Message} from './graph-attributes';
import type {GraphNode} from './graph-proto';
import {nativeAddon} from './native';

/**
 * Rewrites references for use inside a function.
 * @param nodes the function's nodes; other names are its arguments and stay.
 * @returns the form `node:name:index` of `node` or `node:output`.
 * @throws Error for an op that TensorFlow does not know.
 */
export function functionReferences(nodes: readonly GraphNode[]): (source: string) => string {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return (source) => {
    const [name, output = '0'] = source.split(':');
    const node = byName.get(name!);
    return node === undefined ? source : outputReference(node, Number(output));
  };
}

function outputReference({name, op, attributes}: GraphNode, output: number): string {
  let at = output;
  for (const argument of definitionOf(op).getOutputArgList() as Message[]) {
    const width = widthOf(argument, attributes);
    if (at < width) return `${name}:${argument.getName()}:${at}`;
    at -= width;
  }
  throw new Error(`trace: ${op} has no output ${output}`);
}

function widthOf(argument: Message, attributes: GraphNode['attributes']): number {
  if (argument.getNumberAttr()) return attributes[argument.getNumberAttr()].getI();
  if (argument.getTypeListAttr()) {
    return attributes[argument.getTypeListAttr()].getList().getTypeList().length;
  }
  return 1;
}

/** Definitions that were asked for; the others stay bytes, decoding all takes 0.1 s. */
const definitions = new Map<string, Message>();
let encoded: Map<string, Uint8Array> | undefined;

function definitionOf(op: string): Message {
  encoded ??= splitOpList(nativeAddon().opList());
  let definition = definitions.get(op);
  if (definition === undefined) {
    const bytes = encoded.get(op);
    if (bytes === undefined) throw new Error(`trace: TensorFlow has no op ${op}`);
    definition = messages().OpDef.deserializeBinary(bytes);
    definitions.set(op, definition);
  }
  return definition;
}

/** Cuts `OpList {repeated OpDef op = 1}`, where `OpDef {string name = 1; …}`, by op name. */
function splitOpList(bytes: Uint8Array): Map<string, Uint8Array> {
  const ops = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    const op = field(bytes, at);
    const name = field(op.content, 0);
    ops.set(Buffer.from(name.content).toString(), op.content);
    at = op.end;
  }
  return ops;
}

/** Reads field 1 of a message: a tag byte, the length as a base-128 number, the content. */
function field(bytes: Uint8Array, at: number): {content: Uint8Array; end: number} {
  let [length, scale, next] = [0, 1, at + 1];
  for (let more = true; more; next++, scale *= 128) {
    length += (bytes[next]! & 127) * scale;
    more = bytes[next]! > 127;
  }
  return {content: Uint8Array.from(bytes.subarray(next, next + length)), end: next + length};
}
