/** Writes safetensors files, tensor by tensor, with the data aligned to 8 bytes. */
import {dtypeOf} from './safetensors-values';
import type {NamedArray} from './safetensors-values';
import {writeFileParts} from './write-file';

/** What the header must know of a tensor before its values are there. */
export interface TensorPlan {
  /** Once in a file. */
  readonly name: string;
  /** Axes from the outermost to the innermost; `[]` for a single number. */
  readonly shape: readonly number[];
}

/**
 * Writes float32 tensors that are made one after another; the file appears under its name when it
 * is whole.
 * @param file its path; a file that is there is replaced.
 * @param plans in the order of the values.
 * @param parts the values of all tensors, one after another, in parts of any size.
 * @param metadata texts for the header (default none).
 * @throws RangeError when there are fewer or more values than the shapes need; Error naming the
 *     file when it cannot be written.
 * @example
 * const plans = [{name: 'weight', shape: [2, 2]}, {name: 'bias', shape: [2]}];
 * hg.writeSafetensors('layer.safetensors', plans, [new Float32Array(4), Float32Array.of(1, 2)]);
 * const {tensors} = hg.readSafetensors('layer.safetensors');
 * console.log([...tensors].map(([name, {shape}]) => `${name} [${shape.join(', ')}]`).join(', '));
 * // weight [2, 2], bias [2]
 */
export function writeSafetensors(
    file: string, plans: readonly TensorPlan[], parts: Iterable<Float32Array>,
    metadata: Readonly<Record<string, string>> = {}): void {
  const wanted = plans.reduce((sum, {shape}) => sum + sizeOf(shape), 0);
  function* content(): Generator<Uint8Array> {
    yield headerBytes(plans.map((plan) => ({...plan, dtype: 'F32', bytesPerValue: 4})), metadata);
    let count = 0;
    for (const part of parts) {
      count += part.length;
      yield bytesOf(part);
    }
    if (count !== wanted) {
      throw new RangeError(`writeSafetensors: expected ${wanted} values, got ${count}`);
    }
  }
  writeFileParts(file, content());
}

/**
 * Encodes arrays as the bytes of a safetensors file.
 * @throws RangeError naming an array whose shape does not fit its values.
 */
export function encodeSafetensors(
    tensors: Readonly<Record<string, NamedArray>>,
    metadata: Readonly<Record<string, string>> = {}): Buffer {
  const entries = Object.entries(tensors).map(([name, {shape, data}]) => {
    if (data.length !== sizeOf(shape)) {
      throw new RangeError(`encodeSafetensors: expected ${name} of shape [${shape.join(', ')}] ` +
          `to have ${sizeOf(shape)} values, got ${data.length}`);
    }
    return {name, shape, dtype: dtypeOf(data), bytesPerValue: data.BYTES_PER_ELEMENT};
  });
  return Buffer.concat([
    headerBytes(entries, metadata), ...Object.values(tensors).map(({data}) => bytesOf(data)),
  ]);
}

interface Entry extends TensorPlan {
  readonly dtype: string;
  readonly bytesPerValue: number;
}

/** The length, and the header padded so that the tensors begin at a multiple of 8. */
function headerBytes(
    entries: readonly Entry[], metadata: Readonly<Record<string, string>>): Buffer {
  let offset = 0;
  const header = entries.map(({name, dtype, shape, bytesPerValue}) => {
    const begin = offset;
    offset += bytesPerValue * sizeOf(shape);
    return [name, {dtype, shape, data_offsets: [begin, offset]}];
  });
  const text = Buffer.from(
      JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...header])));
  const padded = Buffer.concat([text, Buffer.alloc((8 - text.length % 8) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}

const bytesOf = ({buffer, byteOffset, byteLength}: NamedArray['data']): Buffer =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
