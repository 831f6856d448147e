import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {
  decodeSafetensors, describeNonFinite, encodeSafetensors, openSafetensors, readSafetensors,
  writeSafetensors,
} from '../../src/store/safetensors';
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
  bytes: {shape: [3], data: Uint8Array.of(0, 128, 255)},
  double: {shape: [1, 2], data: Float64Array.of(Math.PI, -5e-324)},
  int: {shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1)},
  scalar: {shape: [], data: Float32Array.of(7)},
  nothing: {shape: [0, 5], data: new Float32Array(0)},
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
      {message: 'cut.safetensors: not a valid safetensors file: tensor scalar lies at offsets ' +
        '[43, 47), beyond the file (truncated)'});
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
  ['a header longer than any real one', Buffer.concat([file('').fill(1, 3, 4).fill(1, 0, 1),
    Buffer.alloc(2e7)]), /the header of 16777217 bytes is longer than 16777216$/],
  ['a header that is no UTF-8',
    Buffer.concat([file('').fill(4, 0, 1), Buffer.from('{"é"', 'latin1')]), /the header is not a JSON object$/],
  ['notes that are no texts', file({__metadata__: {a: 1}}),
    /__metadata__ is not a record of texts$/],
  ['a name twice', file(`{"a": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}, "\\u0061" :
    {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}`), /has the name a twice$/],
  ['an unknown type', entry({dtype: 'F128'}), /tensor a has the unknown dtype F128$/],
  ['a type that is no type', entry({dtype: 'toString'}), /the unknown dtype toString$/],
  ['an entry that is null', file({a: null}), /tensor a has no valid dtype, shape and data_offsets/],
  ['a shape that is no shape', entry({shape: [-2]}), /tensor a has no valid .* shape\[0\]: .+$/],
  ['half a dimension', entry({shape: [2.5]}), /tensor a has no valid .* shape\[0\]: .+$/],
  ['a missing shape', entry({shape: null}), /tensor a has no valid .* shape: .+$/],
  ['missing offsets', entry({data_offsets: 0}), /tensor a has no valid .* data_offsets: .+$/],
  ['fields that nobody knows', entry({strides: [1]}), /tensor a has no valid .*"strides"$/],
  ['offsets beyond the file', entry({data_offsets: [0, 12], shape: [3]}),
    /lies at offsets \[0, 12\), beyond/],
  ['offsets that fall', entry({data_offsets: [8, 0]}), /lies at offsets \[8, 0\), beyond/],
  ['too few bytes for the shape', entry({shape: [3]}),
    /F32 of shape \[3\], needs 12 bytes, has 8$/],
  ['too many bytes for the shape', entry({shape: [1]}), /shape \[1\], needs 4 bytes, has 8$/],
  ['a shape beyond all numbers', entry({shape: [2 ** 50, 2 ** 50]}), /needs 5\.07.*e\+30 bytes/],
  ['half a value', entry({data_offsets: [0, 6]}), /shape \[2\], needs 8 bytes, has 6$/],
  ['tensors that overlap', file({
    a: {dtype: 'U8', shape: [4], data_offsets: [0, 4]},
    b: {dtype: 'U8', shape: [4], data_offsets: [3, 7]},
  }, Array(7).fill(0)), /tensor b overlaps a: it begins at offset 3 < 4$/],
  ['one tensor inside another', file({
    a: {dtype: 'U8', shape: [1], data_offsets: [1, 2]},
    b: {dtype: 'U8', shape: [4], data_offsets: [0, 4]},
  }, Array(4).fill(0)), /tensor a overlaps b/],
  ['a hole', file({
    a: {dtype: 'U8', shape: [2], data_offsets: [0, 2]},
    b: {dtype: 'U8', shape: [2], data_offsets: [3, 5]},
  }, Array(5).fill(0)), /bytes 2 to 3 belong to no tensor \(a hole before b\)$/],
  ['bytes after the last tensor', file({a: {dtype: 'U8', shape: [2], data_offsets: [0, 2]}},
      [1, 2, 3]), /the last 1 bytes belong to no tensor$/],
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

/** Bytes of little-endian 16-bit words. */
const words = (...values: number[]): number[] => values.flatMap((v) => [v & 255, v >> 8]);
const TYPES: readonly [dtype: string, bytes: number[], expected: NamedArray['data']][] = [
  ['F16', words(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000),
    Float32Array.of(1, -2, 2 ** -24, 65504, Infinity, -0)],
  ['BF16', words(0x3f80, 0xc040, 0x0001, 0xff80), Float32Array.of(1, -3, 2 ** -133, -Infinity)],
  ['I64', [255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 1, 0, 0, 0],
    Float64Array.of(-1, 2 ** 32)],
  ['U64', [0, 0, 0, 0, 0, 0, 16, 0], Float64Array.of(2 ** 52)],
  ['U32', [255, 255, 255, 255], Float64Array.of(2 ** 32 - 1)],
  ['I16', words(0xffff, 0x7fff), Int32Array.of(-1, 32767)],
  ['U16', words(0xffff), Int32Array.of(65535)],
  ['I8', [255, 127], Int32Array.of(-1, 127)],
  ['BOOL', [0, 1], Uint8Array.of(0, 1)],
];
for (const [dtype, bytes, expected] of TYPES) {
  test(`${dtype} is read exactly`, () => {
    const shape = [expected.length];
    const content = file({a: {dtype, shape, data_offsets: [0, bytes.length]}}, bytes);
    assert.deepEqual(decodeSafetensors(content, 'f').tensors.get('a'), {shape, data: expected});
  });
}

test('what no array here can hold is refused by name, when it is read', () => {
  const eight = file({a: {dtype: 'F8_E4M3', shape: [2], data_offsets: [0, 2]}}, [0, 0]);
  assert.throws(() => decodeSafetensors(eight, 'x.safetensors'), {name: 'RangeError',
    message: 'x.safetensors: tensor a: its dtype F8_E4M3 cannot be represented here; ' +
        'convert it to F32'});
  const large = file({a: {dtype: 'I64', shape: [1], data_offsets: [0, 8]}},
      [1, 0, 0, 0, 0, 0, 32, 0]);
  assert.throws(() => decodeSafetensors(large, 'x.safetensors'), {name: 'RangeError',
    message: 'x.safetensors: tensor a: its value 9007199254740993 is beyond 2^53 and cannot be ' +
        'represented here'});
});

test('an opened file gives single tensors and rows of them', () => {
  const at = path.join(scratch, 'open.safetensors');
  const rows = {shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6)};
  writeFileSync(at, encodeSafetensors({...ARRAYS, rows}, {by: 'me'}));
  const {names, metadata, info, read} = openSafetensors(at);
  assert.deepEqual(new Set(names), new Set([...Object.keys(ARRAYS), 'rows']));
  assert.deepEqual(metadata, {by: 'me'});
  assert.deepEqual(info('bytes'), {dtype: 'U8', shape: [3], begin: 16, end: 19});
  for (const [name, array] of Object.entries(ARRAYS)) assert.deepEqual(read(name), array);
  assert.deepEqual(read('rows', {first: 1, count: 2}),
      {shape: [2, 2], data: Float32Array.of(3, 4, 5, 6)});
  assert.throws(() => read('rows', {first: 2, count: 2}), {name: 'RangeError',
    message: 'open.safetensors: tensor rows: rows 2 to 4 are not in [3, 2]'});
  assert.throws(() => read('scalar', {first: 0, count: 1}), /rows 0 to 1 are not in \[\]$/);
  assert.throws(() => info('other'), {name: 'RangeError', message: 'open.safetensors: expected ' +
      `a tensor other, there is none (it has ${names.join(', ')})`});
});

test('opening reads the header alone; a file that changed meanwhile is noticed', () => {
  const at = path.join(scratch, 'changing.safetensors');
  // A sparse file of 2 GiB: more than one array could hold.
  const bytes = file({big: {dtype: 'U8', shape: [2 ** 31], data_offsets: [0, 2 ** 31]},
    end: {dtype: 'U8', shape: [2], data_offsets: [2 ** 31, 2 ** 31 + 2]}});
  writeFileSync(at, bytes);
  truncateSync(at, bytes.length + 2 ** 31 + 2);
  const {read} = openSafetensors(at);
  assert.deepEqual([...read('end').data], [0, 0]);
  truncateSync(at, bytes.length + 2 ** 31);
  assert.throws(() => read('end'),
      {message: 'changing.safetensors: the file has changed since it was opened'});
  assert.throws(() => openSafetensors(path.join(scratch, 'none')), /none: cannot be read: ENOENT/);
});

test('describeNonFinite says what there is, how often and where first', () => {
  assert.equal(describeNonFinite(Float32Array.of(1, -2, 1e38)), undefined);
  assert.equal(describeNonFinite(Float32Array.of(1, NaN, Infinity)),
      'contains NaN (2 of 3 values, the first at 1)');
  assert.equal(describeNonFinite(Float32Array.of(-Infinity)),
      'contains a value that is not finite (1 of 1 values, the first at 0)');
});

test('writeSafetensors joins parts of any size, and leaves nothing of a file that fails', () => {
  const at = path.join(scratch, 'parts.safetensors');
  const plans = [{name: 'a', shape: [2, 2]}, {name: 'b', shape: []}];
  writeSafetensors(at, plans, [Float32Array.of(1, 2, 3), Float32Array.of(4, 5)], {by: 'me'});
  const {tensors, metadata} = readSafetensors(at);
  assert.deepEqual(Object.fromEntries(tensors), {
    a: {shape: [2, 2], data: Float32Array.of(1, 2, 3, 4)},
    b: {shape: [], data: Float32Array.of(5)},
  });
  assert.deepEqual(metadata, {by: 'me'});
  const failed = path.join(scratch, 'failed.safetensors');
  assert.throws(() => writeSafetensors(failed, plans, [Float32Array.of(1)]), {name: 'RangeError',
    message: 'writeSafetensors: expected 5 values, got 1'});
  assert.deepEqual(readdirSync(scratch).filter((name) => name.startsWith('failed')), []);
});

test('headers of many items are refused before they take memory', () => {
  for (const part of ['[],', '{},', '0,']) {
    const json = Buffer.from(`{"a":[${part.repeat(2 ** 21 / (part.length - 1))}0]}`);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    assert.throws(() => decodeSafetensors(Buffer.concat([length, json]), 'x'),
        /x: not a valid safetensors file: the header has \d+ items, more than 2097152/);
  }
});

test('names and number types from a file are shown printable, and not at length', () => {
  const header = (entries: unknown): Buffer => {
    const json = Buffer.from(JSON.stringify(entries));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, json]);
  };
  const long = 'x'.repeat(9999);
  for (const [name, entry] of [
    ['\u001b[2J', {dtype: 'F32', shape: [1], data_offsets: [0, 4]}],
    ['\u202e', {dtype: '\u0085', shape: [1], data_offsets: [0, 0]}],
    [long, {dtype: long, shape: [0], data_offsets: [0, 0]}],
    ['a', {dtype: 'F32', shape: [0], data_offsets: [0, 0], [`${long}\u001b`]: 1}],
    ['a', {dtype: 'F32', shape: new Array(5000).fill(-1), data_offsets: [0, 0]}],
  ] as const) {
    assert.throws(() => decodeSafetensors(header({[name]: entry}), 'x'), ({message}: Error) => {
      assert.match(message, /^x: not a valid safetensors file: tensor /);
      assert.ok(message.length < 3000, `${message.length} characters`);
      return !/[\p{Cc}\p{Cf}]/u.test(message);
    });
  }
});
