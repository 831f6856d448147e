import assert from 'node:assert/strict';
import {test} from 'node:test';
import {canonicalJson, sha256} from '../../src/store/canonical';
import type {Json} from '../../src/store/canonical';

test('the order of keys does not matter, at any depth; that of arrays does', () => {
  const a = {b: [1, {y: 2, x: null}], a: 'é"\n', c: true};
  const b = {c: true, a: 'é"\n', b: [1, {x: null, y: 2}]};
  assert.equal(canonicalJson(a), '{"a":"é\\"\\n","b":[1,{"x":null,"y":2}],"c":true}');
  assert.equal(canonicalJson(b), canonicalJson(a));
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
});

test('the text reads back as the same value', () => {
  const value = {empty: {}, list: [[], ''], number: [0, -1.5, 1e-300, 0.1, 2 ** 53], none: null};
  assert.deepEqual(JSON.parse(canonicalJson(value)), value);
});

test('what JSON would change silently is refused', () => {
  const bad: [unknown, RegExp][] = [
    [NaN, /^canonicalJson: expected finite numbers, got NaN$/],
    [[1, {a: -Infinity}], /got -Infinity$/],
    [undefined, /^canonicalJson: cannot store a undefined$/],
    [{a: undefined}, /cannot store a undefined/], [[undefined], /cannot store a undefined/],
    [{a: () => 1}, /cannot store a function/], [Symbol('a'), /cannot store a symbol/],
    [10n, /BigInt/],
  ];
  for (const [value, message] of bad) {
    assert.throws(() => canonicalJson(value as Json), {name: 'TypeError', message});
  }
});

test('sha256 is that of the bytes, of text in UTF-8', () => {
  assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(sha256(Buffer.from('é')), sha256('é'));
  assert.equal(sha256(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
