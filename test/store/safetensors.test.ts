import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {decodeSafetensors, encodeSafetensors, readSafetensors} from '../../src/store/safetensors';
import type {NamedArray} from '../../src/store/safetensors';

const scratch = mkdtempSync(path.join(tmpdir(), 'safetensors-test-'));
after(() => rmSync(scratch, {recursive: true}));

/** A file of a header (as text or as a value) and the tensors' bytes. */
function file(header: unknown, data: readonly number[] = []): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.from(data)]);
}

const ARRAYS: Readonly<Record<string, NamedArray>> = {
  'model.weight': {shape: [2, 2], data: Float32Array.of(1.5, -0, Infinity, 1e-40)},
  'bytes': {shape: [3], data: Uint8Array.of(0, 128, 255)},
  'double': {shape: [1, 2], data: Float64Array.of(Math.PI, -5e-324)},
  'int': {shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1)},
  'scalar': {shape: [], data: Float32Array.of(7)},
  'nothing': {shape: [0, 5], data: new Float32Array(0)},
};

test('arrays of every type come back bit for bit, with shapes and notes', () => {
  const {tensors, metadata} =
      decodeSafetensors(encodeSafetensors(ARRAYS, {step: '12', note: 'é'}), 'f');
  assert.deepEqual(Object.fromEntries(tensors), ARRAYS);
  assert.deepEqual(metadata, {step: '12', note: 'é'});
  assert.deepEqual(decodeSafetensors(encodeSafetensors({}), 'f'),
      {tensors: new Map(), metadata: {}});
});

test('the layout is the one that other libraries read', () => {
  const bytes = encodeSafetensors({a: {shape: [2], data: Uint8Array.of(5, 6)}}, {by: 'me'});
  const length = Number(bytes.readBigUInt64LE());
  assert.equal(length % 8, 0, 'tensor bytes start aligned');
  assert.deepEqual(JSON.parse(bytes.subarray(8, 8 + length).toString()),
      {__metadata__: {by: 'me'}, a: {dtype: 'U8', shape: [2], data_offsets: [0, 2]}});
  assert.deepEqual([...bytes.subarray(8 + length)], [5, 6]);
  const foreign = file({x: {dtype: 'F32', shape: [1], data_offsets: [4, 8]},
    y: {dtype: 'F32', shape: [1], data_offsets: [0, 4]}}, [0, 0, 128, 63, 0, 0, 0, 64]);
  const {tensors} = decodeSafetensors(foreign, 'f');
  assert.deepEqual(['x', 'y'].map((name) => tensors.get(name)!.data[0]), [2, 1]);
});

test('a view into a larger buffer is written and read as the view alone', () => {
  const whole = Float32Array.of(1, 2, 3, 4);
  const bytes = encodeSafetensors({part: {shape: [2], data: whole.subarray(1, 3)}});
  const shifted = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]).subarray(3, -5);
  assert.deepEqual(decodeSafetensors(shifted, 'f').tensors.get('part'),
      {shape: [2], data: Float32Array.of(2, 3)});
});

test('changes of the file\'s bytes do not reach the arrays', () => {
  const bytes = encodeSafetensors({a: {shape: [1], data: Uint8Array.of(1)}});
  const {tensors} = decodeSafetensors(bytes, 'f');
  bytes.fill(9);
  assert.deepEqual([...tensors.get('a')!.data], [1]);
});

test('readSafetensors names the file and what is wrong with it', () => {
  const good = path.join(scratch, 'good.safetensors');
  writeFileSync(good, encodeSafetensors(ARRAYS));
  assert.deepEqual(Object.fromEntries(readSafetensors(good).tensors), ARRAYS);
  const cut = path.join(scratch, 'cut.safetensors');
  writeFileSync(cut, encodeSafetensors(ARRAYS).subarray(0, -3));
  assert.throws(() => readSafetensors(cut),
      {message: 'cut.safetensors: not a valid safetensors file: tensor scalar lies at [43, 47), ' +
        'beyond the file (truncated)'});
});

const entry = (changes: object) => file(
    {a: {dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changes}}, Array(8).fill(0));
const BAD: readonly [string, Uint8Array, RegExp][] = [
  ['an empty file', Buffer.alloc(0), /expected at least 8 bytes, got 0$/],
  ['a header beyond the file', file({}).subarray(0, 9),
    /header of 2 bytes is beyond the file \(truncated, 9 bytes\)$/],
  ['a header of absurd length', Buffer.alloc(64, 255), /is beyond the file/],
  ['a header that is no JSON', file('{"a":'), /the header is not a JSON object$/],
  ['a header that is no object', file('null'), /the header is not a JSON object$/],
  ['a header that is a list', file('[]'), /the header is not a JSON object$/],
  ['a header that is a number', file('5'), /the header is not a JSON object$/],
  ['an unknown type', entry({dtype: 'BF16'}), /tensor a has the unsupported dtype BF16$/],
  ['a type that is no type', entry({dtype: 'toString'}), /the unsupported dtype toString$/],
  ['an entry that is null', file({a: null}), /tensor a has the unsupported dtype undefined$/],
  ['a shape that is no shape', entry({shape: [-2]}), /tensor a has no valid shape$/],
  ['a missing shape', entry({shape: null}), /tensor a has no valid shape$/],
  ['missing offsets', entry({data_offsets: 0}), /tensor a lies at \[NaN, NaN\), beyond/],
  ['offsets beyond the file', entry({data_offsets: [0, 12], shape: [3]}), /lies at \[0, 12\)/],
  ['offsets that fall', entry({data_offsets: [8, 0]}), /lies at \[8, 0\), beyond/],
  ['too few bytes for the shape', entry({shape: [3]}), /shape \[3\] needs 3 values, has 2$/],
  ['too many bytes for the shape', entry({shape: [1]}), /shape \[1\] needs 1 values, has 2$/],
  ['half a value', entry({data_offsets: [0, 6]}), /shape \[2\] needs 2 values, has 1\.5$/],
];

for (const [what, bytes, message] of BAD) {
  test(`${what} is refused with a clear message`, () => assert.throws(
      () => decodeSafetensors(bytes, 'x.safetensors'), (error: Error) => {
        assert.equal(error.name, 'Error');
        assert.match(error.message, /^x\.safetensors: not a valid safetensors file: /);
        assert.match(error.message, message);
        return true;
      }));
}

test('an array whose shape does not fit is never written', () => assert.throws(
    () => encodeSafetensors({a: {shape: [2, 2], data: new Float32Array(3)}}),
    {name: 'RangeError',
      message: 'encodeSafetensors: expected a of shape [2, 2] to have 4 values, got 3'}));
