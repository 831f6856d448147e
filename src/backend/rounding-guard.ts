/**
 * Keeps TensorFlow from rewriting a graph's arithmetic in ways that round differently, so that a
 * traced function gives the bits of the eager one. Its optimizer regroups sums, turns x / c into
 * x·(1 / c) and x / sqrt(y) into x·rsqrt(y), pulls factors out of sums, and fuses x·sigmoid(x). It
 * does not reach through a `PlaceholderWithDefault`, whose value might be fed; running one costs
 * no copy.
 */
import {shapeValue, typeValue} from './graph-attributes';
import {graphNode} from './graph-proto';
import type {GraphNode} from './graph-proto';
import {DataType} from './raw-op';

/** Types whose arithmetic rounds. */
const FLOATS: ReadonlySet<number> = new Set([DataType.float, DataType.double]);

/** Ops whose operands the optimizer looks into. */
const CONSUMERS = new Set(['Add', 'AddV2', 'AddN', 'Sub', 'Mul', 'RealDiv', 'Reciprocal']);
/** Ops that it merges into them, or looks through. */
const PRODUCERS = new Set([
  ...CONSUMERS, 'Neg', 'Sqrt', 'Rsqrt', 'Square', 'Sigmoid', 'Tanh', 'Softplus',
  'Cast', 'Identity', 'Reshape',
]);

/** Whether the optimizer may merge the op `producer` into `consumer`, which uses its result. */
export const mayRegroup = (consumer: string, producer: string | undefined): boolean =>
    producer !== undefined && CONSUMERS.has(consumer) && PRODUCERS.has(producer);

/**
 * Puts a `PlaceholderWithDefault` behind a tensor, once for each.
 * @param nodes takes the new nodes.
 * @returns a function from the tensor's source to the source to use instead.
 */
export function unfoldableTensors(
    nodes: GraphNode[]): (source: string, shape: readonly number[], dtype: number) => string {
  const guarded = new Map<string, string>();
  return (source, shape, dtype) => {
    if (!FLOATS.has(dtype)) return source;
    let name = guarded.get(source);
    if (name === undefined) {
      name = `guard_${nodes.length}`;
      guarded.set(source, name);
      nodes.push(graphNode(name, 'PlaceholderWithDefault', [source], {
        dtype: typeValue(dtype), shape: shapeValue(shape),
      }));
    }
    return name;
  };
}
