import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {largestDifference, readArrays, relativeDistance, writeArrays} from '../../bench/arrays';

const folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-arrays-'));
after(() => rmSync(folder, {recursive: true, force: true}));

test('arrays of every type come back as they were written', () => {
  const arrays = {
    a: {shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.5)},
    b: {shape: [1], data: Float64Array.of(Math.PI)},
    c: {shape: [3], data: Uint8Array.of(0, 128, 255)},
    d: {shape: [2], data: Int32Array.of(-1, 7)},
  };
  writeArrays(folder, 'all', arrays);
  const read = readArrays(folder, 'all');
  for (const [name, array] of Object.entries(arrays)) assert.deepEqual({...read(name)}, array);
  assert.throws(() => read('e'), /^Error: all: expected an array e, got a, b, c, d$/);
});

test('distances see a NaN', () => {
  assert.equal(largestDifference([1, 2, 3], [1, 4, 2]), 2);
  assert.ok(Number.isNaN(largestDifference([1, NaN, 3], [1, 4, 2])));
  assert.equal(relativeDistance([3, 4], [0, 5]), Math.sqrt(10) / 5);
  assert.ok(Number.isNaN(relativeDistance([NaN], [1])));
});
