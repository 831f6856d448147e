/** Safetensors in memory and from disk, which agree; also with the header's length put right. */
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {
  decodeSafetensors, encodeSafetensors, openSafetensors,
} from '../../../src/store/safetensors';
import type {SafetensorsFile} from '../../../src/store/safetensors';
import type {Target} from '../target';

const NAME = 'some.safetensors';
const DTYPES = ['F64', 'F32', 'F16', 'BF16', 'I64', 'U64', 'I32', 'U32', 'I16', 'U16', 'I8', 'U8',
  'BOOL', 'C64', 'F8_E4M3', 'F4'];

const usual = encodeSafetensors({
  weights: {shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6)},
  empty: {shape: [0, 4], data: new Float64Array()},
  scalar: {shape: [], data: Int32Array.of(7)},
  bytes: {shape: [3], data: Uint8Array.of(1, 2, 3)},
}, {format: 'pt', note: 'some text'});

/** One tensor of two values of each number type that has an array here. */
function everyDtype(): Buffer {
  let at = 0;
  const entries = DTYPES.slice(0, 13).map((dtype) => {
    const size = 2 * (/8|BOOL/.test(dtype) ? 1 : Number(/\d+/.exec(dtype)![0]) / 8);
    return [dtype, {dtype, shape: [2], data_offsets: [at, at += size]}];
  });
  return withLength(Buffer.from(JSON.stringify(Object.fromEntries(entries))), Buffer.alloc(at));
}

function withLength(json: Uint8Array, data: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

const split = (file: Buffer): readonly [json: Buffer, data: Buffer] => {
  const end = 8 + Number(file.readBigUInt64LE());
  return [file.subarray(8, end), file.subarray(end)];
};

function decode(bytes: Uint8Array): SafetensorsFile | Error {
  try {
    return decodeSafetensors(bytes, NAME);
  } catch (error) {
    return error as Error;
  }
}

export const target: Target = {
  layers: () => [
    {name: 'file', seeds: [usual, everyDtype()]},
    ...[usual, everyDtype()].map((file) => {
      const [json, data] = split(file);
      return {name: 'header', seeds: [json], wrap: (bytes: Uint8Array) => withLength(bytes, data)};
    }),
  ],
  words: [...DTYPES.map((dtype) => `"${dtype}"`), '"weights"', '"shape"', '"__metadata__"',
    '[0,0]', '[24,24]', '[0,4294967296]', '[2,3,0]', '[]'],
  parse(bytes, scratch) {
    const decoded = decode(bytes);
    const file = path.join(scratch, NAME);
    writeFileSync(file, bytes);
    try {
      const reader = openSafetensors(file);
      for (const name of reader.names) {
        const {shape, data} = reader.read(name);
        assert.deepEqual(shape, reader.info(name).shape, 'shape');
        assert.equal(data.length, shape.reduce((a, b) => a * b, 1), 'values for the shape');
        if (decoded instanceof Error) continue;
        assert.deepEqual(decoded.tensors.get(name), {shape, data}, 'from disk as from memory');
        if (shape.length === 0 || shape[0] === 0) continue;
        const last = reader.read(name, {first: shape[0]! - 1, count: 1}).data;
        assert.deepEqual(last, data.slice(data.length - last.length), 'the last row');
      }
      if (decoded instanceof Error) assert.fail(`only accepted from disk: ${decoded.message}`);
      assert.deepEqual([...decoded.tensors.keys()], [...reader.names], 'names');
    } catch (error) {
      const {message} = error as Error;
      if (decoded instanceof Error) assert.equal(message, decoded.message, 'the same refusal');
      throw error;
    }
  },
  refusal: /^some\.safetensors: (not a valid safetensors file|tensor .*): /,
};
