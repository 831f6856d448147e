import assert from 'node:assert/strict';
import {setTimeout as sleep} from 'node:timers/promises';
import {test} from 'node:test';
import {readInOrder} from '../../src/data/read-in-order';

test('results come in order, with as many in progress as allowed', async () => {
  let [running, most] = [0, 0];
  const results: number[] = [];
  const read = async (i: number): Promise<number> => {
    most = Math.max(most, ++running);
    await sleep(i % 3 === 0 ? 8 : 1);
    running--;
    return i;
  };
  for await (const i of readInOrder(10, 3, read)) results.push(i);
  assert.deepEqual(results, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(most, 3);
});

test('the first error ends it, once what is in progress has ended', async () => {
  const started: number[] = [];
  const read = async (i: number): Promise<number> => {
    started.push(i);
    await sleep(1);
    if (i >= 2) throw new Error(`item ${i}`);
    return i;
  };
  const results: number[] = [];
  await assert.rejects(async () => {
    for await (const i of readInOrder(10, 2, read)) results.push(i);
  }, {message: 'item 2'});
  assert.deepEqual([results, started], [[0, 1], [0, 1, 2, 3]]);
});
