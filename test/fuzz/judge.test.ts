import assert from 'node:assert/strict';
import {test} from 'node:test';
import {kindOf, problemOf} from './judge';

const SCRATCH = '/tmp/some-folder';
const problem = (message: string, make: (text: string) => unknown = (text) => new Error(text)) =>
    problemOf(make(message), /^(SCRATCH\/)?a\.zip: /, SCRATCH);

test('a refusal that names the file in its own words is fine, of each type of ours', () => {
  for (const Type of [Error, RangeError, TypeError]) {
    assert.equal(problem('a.zip: expected 3 entries, got 2', (text) => new Type(text)), undefined);
  }
  assert.equal(problem(`${SCRATCH}/a.zip: not valid JSON (Unexpected token 'x')`), undefined);
  assert.equal(problem('a.zip: expected object, received undefined'), undefined, 'zod\'s word');
});

test('words of V8 and Node are seen wherever they are', () => {
  const complaints = [
    () => (undefined as unknown as string).length, () => ({} as {f(): void}).f(),
    () => new Array(-1), () => new Uint8Array(-1), () => 'x'.repeat(2 ** 30),
    () => new DataView(new ArrayBuffer(1)).getInt32(0), () => new Float64Array(new ArrayBuffer(7)),
    () => Buffer.alloc(4).readUInt32LE(9), () => [...({} as string[])], () => BigInt(1.5),
    () => ([] as number[]).reduce((a, b) => a + b), () => Buffer.from(3 as unknown as string),
    function deep(): unknown {
      return [deep()];
    },
  ];
  for (const complaint of complaints) {
    const {message} = caught(complaint);
    assert.match(problem(`a.zip: the archive is damaged: ${message}`)!, /not in our words/, message);
  }
});

function caught(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  return assert.fail('nothing was thrown');
}

test('other types, a name twice or not at all, and endless messages are seen', () => {
  assert.match(problem('a.zip: bad', (text) => new SyntaxError(text))!, /throws a SyntaxError/);
  assert.match(problem('b.zip: bad')!, /does not begin with the file's name/);
  assert.match(problem(`${SCRATCH}/a.zip: ${SCRATCH}/a.zip: bad`)!, /names its file twice/);
  assert.match(problem(`a.zip: ${'x'.repeat(5000)}`)!, /takes 5007 characters to say/);
  assert.match(problem('a.zip: \u202e')!, /control characters/);
});

test('messages of one kind are counted together', () => {
  assert.equal(kindOf('x: has 3 of 14 bytes, at [1, 2, 3]'), kindOf('x: has 5 of 7 bytes, at [8]'));
  assert.equal(kindOf('x: magic 0xAB3F'), kindOf('x: magic 0x00'));
  assert.equal(kindOf('x: entry \'a.txt\''), kindOf('x: entry \'b\''));
});
