import assert from 'node:assert/strict';
import {setTimeout as sleep} from 'node:timers/promises';
import {test} from 'node:test';
import {setupModule} from './setup-module';

test('inParallel does all the work, with no more at a time than asked for', async () => {
  const {inParallel} = await setupModule('native');
  let [under, most] = [0, 0];
  const done: number[] = [];
  await inParallel([5, 1, 4, 2, 3], 2, async (item: number) => {
    most = Math.max(most, ++under);
    await sleep(item);
    done.push(item);
    under--;
  });
  assert.equal(most, 2);
  assert.deepEqual(done.sort(), [1, 2, 3, 4, 5]);
});

test('inParallel begins nothing after a failure, and waits for what is under way', async () => {
  const {inParallel} = await setupModule('native');
  const ended: string[] = [];
  await assert.rejects(inParallel(['slow', 'bad', 'late'], 2, async (item: string) => {
    await sleep(item === 'slow' ? 30 : 1);
    if (item === 'bad') throw new Error('no');
    ended.push(item);
  }), /no/);
  assert.deepEqual(ended, ['slow']);
});
