/** `readPickle`: what it builds is plain data of the kinds that it promises, and consistent. */
import assert from 'node:assert/strict';
import {readPickle} from '../../../src/data/pickle';
import type {PickleValue} from '../../../src/data/pickle';
import {pickleOf} from '../../data/pickles';
import {modernPickles} from '../modern-pickles';
import type {Target} from '../target';

const batch = pickleOf(new Map<string, Parameters<typeof pickleOf>[0]>([
  ['batch_label', 'training batch 1 of 5'], ['labels', [6, 9, 300, -1]],
  ['data', {shape: [2, 6], values: Uint8Array.from({length: 12}, (_, i) => i)}],
  ['filenames', ['a.png', 'b.png']],
]));

/** Asserts on every value once; a pickle may make a list its own item. */
function check(value: PickleValue, seen = new Set<PickleValue>()): void {
  if (value === null || typeof value !== 'object') {
    assert.ok(value === null || ['boolean', 'number', 'string'].includes(typeof value), 'a value');
    return;
  }
  if (value instanceof Uint8Array || seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value) || value instanceof Map) {
    for (const item of value.values()) check(item, seen);
  } else if (value.kind === 'array') {
    const {shape, values} = value;
    assert.ok(shape.every((size) => Number.isInteger(size) && size >= 0), `shape [${shape}]`);
    assert.ok(values instanceof Uint8Array || Array.isArray(values), 'values of an array');
    assert.equal(values.length, shape.reduce((a, b) => a * b, 1), 'values for the shape');
  }
}

export const target: Target = {
  layers: () => [{name: 'pickle', seeds: [batch, ...modernPickles()]}],
  words: ['u1', 'i8', '(', 'R', 'b', 'h\x01', '0', 'i', 'toString', '__proto__', 'valueOf'],
  parse: (bytes) => check(readPickle(bytes, 'some.pickle')),
  refusal: /^some\.pickle: the pickle /,
};
