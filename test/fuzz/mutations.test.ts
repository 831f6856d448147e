import assert from 'node:assert/strict';
import {test} from 'node:test';
import * as fc from 'fast-check';
import {mutate, mutations} from './mutations';
import type {Mutation} from './mutations';

const material = {others: [Buffer.from('other')], words: ['null', '-1']};
const apply = (text: string, step: Partial<Mutation> & Pick<Mutation, 'kind'>): string =>
    Buffer.from(mutate(Buffer.from(text, 'latin1'),
        [{at: 0, from: 0, length: 1, value: 0, ...step}], material)).toString('latin1');

test('each mutation does what its name says', () => {
  assert.equal(apply('abc', {kind: 'flip', at: 1, value: 0}), 'acc');
  assert.equal(apply('abc', {kind: 'set', at: -1, value: 65}), 'abA');
  assert.equal(apply('abcd', {kind: 'truncate', at: 3}), 'abc');
  assert.equal(apply('ab', {kind: 'extend', length: 2, value: 67}), 'abCC');
  assert.equal(apply('ab', {kind: 'insert', at: 1, length: 2, value: 67}), 'aCCb');
  assert.equal(apply('abcd', {kind: 'duplicate', at: 1, length: 2}), 'abcbcd');
  assert.equal(apply('abc', {kind: 'repeat', at: 1, value: 3}), 'abbbbc');
  assert.equal(apply('abcd', {kind: 'remove', at: 1, length: 2}), 'ad');
  assert.equal(apply('abcd', {kind: 'zero', at: 2, length: 9}), 'ab\0\0');
  assert.equal(apply('abcdef', {kind: 'swap', at: 4, from: 1, length: 2}), 'aefdbc');
  assert.equal(apply('abcdef', {kind: 'copy', at: 0, from: 4, length: 2}), 'efcdef');
  assert.equal(apply('abcd', {kind: 'integer', length: 5, value: 33}), '\xff\0cd');
  assert.equal(apply('abcd', {kind: 'integer', length: 5, value: 49}), '\0\xffcd');
  assert.equal(apply('abcd', {kind: 'splice', at: 2, from: 1}), 'abther');
  assert.equal(apply('{"a": [1, 2]}', {kind: 'token', at: 4, value: 1}), '{"a": [-1, 2]}');
});

test('no list of mutations fails, and the seed stays as it is', () => {
  const seed = Buffer.from('{"a": 1}');
  fc.assert(fc.property(mutations, fc.constantFrom(seed, Buffer.alloc(0)), (list, start) => {
    mutate(start, list, material);
    return seed.toString() === '{"a": 1}';
  }), {seed: 1, numRuns: 2000});
});
