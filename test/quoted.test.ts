import assert from 'node:assert/strict';
import {test} from 'node:test';
import {firstFew, printable, quoted, shown} from '../src/quoted';

test('what a terminal would obey, or nobody would see, is written out', () => {
  assert.equal(printable('a\u001b[31m\n\u0085b'), 'a\\u001b[31m\\u000a\\u0085b');
  assert.equal(printable('right\u202eleft\u2028 \ud800'), 'right\\u202eleft\\u2028 \\ud800');
  assert.equal(printable('é 漢 "x" \\ 😀'), 'é 漢 "x" \\ 😀');
  assert.equal(printable('\u{e0041}'), '\\udb40\\udc41', 'both halves of a code unit pair');
});

test('quotes, and a length that is not passed', () => {
  assert.equal(quoted('a"b\u009b'), '"a\\"b\\u009b"');
  assert.equal(shown('a\\b'), 'a\\\\b');
  assert.equal(quoted('abcdef', 3), '"abc…"');
  assert.equal(printable('abc', 3), 'abc');
  assert.equal(printable('\u0001'.repeat(9), 12), '\\u0001\\u0001…');
});

test('of many items the first are kept', () => {
  assert.deepEqual(firstFew(['a', 'b', 'c'], 3), ['a', 'b', 'c']);
  assert.deepEqual(firstFew(['a', 'b', 'c', 'd'], 2), ['a', 'b', '2 more']);
});
