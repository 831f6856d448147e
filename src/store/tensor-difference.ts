/** How far apart the arrays of two safetensors files are. */
import type {SafetensorsReader} from './safetensors';

export interface TensorDifference {
  readonly name: string;
  /** The one file that has it. */
  readonly only?: 'a' | 'b';
  /** `F32 [2, 3]` of each, when these differ. */
  readonly forms?: readonly [a: string, b: string];
  /** Of how many values so many differ, and by how much at most; NaN when only one is NaN there. */
  readonly values?: {readonly count: number; readonly differ: number; readonly maxAbs: number};
}

/** The arrays that are not the same, by name; one pair at a time is in memory. */
export function tensorDifferences(a: SafetensorsReader, b: SafetensorsReader): TensorDifference[] {
  const names = [...new Set([...a.names, ...b.names])].sort();
  return names.flatMap((name): TensorDifference[] => {
    if (!a.names.includes(name)) return [{name, only: 'b'}];
    if (!b.names.includes(name)) return [{name, only: 'a'}];
    const forms = [formOf(a, name), formOf(b, name)] as const;
    if (forms[0] !== forms[1]) return [{name, forms}];
    const values = compare(a.read(name).data, b.read(name).data);
    return values.differ === 0 ? [] : [{name, values}];
  });
}

function formOf(reader: SafetensorsReader, name: string): string {
  const {dtype, shape} = reader.info(name);
  return `${dtype} [${shape.join(', ')}]`;
}

function compare(a: ArrayLike<number>, b: ArrayLike<number>):
    {count: number; differ: number; maxAbs: number} {
  let [differ, maxAbs] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    differ++;
    maxAbs = Math.max(maxAbs, a[i] === b[i] ? 0 : Math.abs(a[i]! - b[i]!)); // NaN stays NaN.
  }
  return {count: a.length, differ, maxAbs};
}
