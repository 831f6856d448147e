/** A target that does all that a parser must not do, to see that each of it is noticed. */
import assert from 'node:assert/strict';
import {openSync} from 'node:fs';
import type {Target} from './target';

const DEEDS: Readonly<Record<string, () => unknown>> = {
  abort: () => process.abort(),
  exit: () => process.exit(0),
  throwLater: () => new Promise(() => setImmediate(() => {
    throw new Error('some: too late for anyone');
  })),
  hang: () => {
    for (;;);
  },
  waitForever: () => new Promise(() => {}),
  takeMemory: () => {
    const taken: Buffer[] = [];
    for (;;) taken.push(Buffer.alloc(2 ** 24, 1));
  },
  takeMemoryOnce: () => Buffer.alloc(6e8, 1) && undefined,
  leaveFilesOpen: () => Array.from({length: 100}, () => openSync(__filename, 'r')) && undefined,
  engine: () => (undefined as unknown as {tensors: unknown}).tensors,
  syntax: () => JSON.parse('{'),
  nameless: () => {
    throw new Error('something is wrong');
  },
  twoLines: () => {
    throw new Error('some: wrong\nand more');
  },
  escape: () => {
    throw new Error('some: wrong \u001b[31m');
  },
  string: () => {
    throw 'some: a text';
  },
  promise: () => assert.equal(1, 2, 'lengths'),
  refuse: () => {
    throw new RangeError('some: expected 3 bytes, got 2');
  },
  accept: () => undefined,
};

export const target: Target = {
  layers: () => [{name: 'deed', seeds: [Buffer.from('accept')]}],
  words: Object.keys(DEEDS),
  parse: async (bytes) => {
    const deed = DEEDS[Buffer.from(bytes).toString()];
    if (deed === undefined) throw new Error('some: no such deed');
    await deed();
  },
  refusal: /^some: /,
};
