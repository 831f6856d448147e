import assert from 'node:assert/strict';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {createWorker} from './worker';

const worker = createWorker(
    path.join(__dirname, 'misbehaving.js'), {inputMs: 1500, memoryBytes: 5e8});
after(() => worker.close());
const tryDeed = (deed: string) => worker.try(Buffer.from(deed));

const FAILURES: Readonly<Record<string, RegExp>> = {
  abort: /^crashes \(SIGABRT\)/,
  exit: /^crashes \(exit status 0\)/,
  throwLater: /^crashes \(exit status 1\): .*too late for anyone/s,
  hang: /^hangs: no answer in 1500 ms$/,
  waitForever: /^hangs: /,
  takeMemory: /^takes \d+ MB of memory, more than 500$/,
  takeMemoryOnce: /^takes \d+ MB of memory, more than 500$/,
  leaveFilesOpen: /^leaves \d+ files open$/,
  engine: /^is not in our words: Cannot read properties of undefined/,
  syntax: /^is not in our words: Expected property name/,
  nameless: /^does not begin with the file's name: something is wrong$/,
  twoLines: /^says it with control characters: "some: wrong\\nand more"$/,
  escape: /^says it with control characters/,
  string: /^throws no error: some: a text$/,
  promise: /^breaks its promise: lengths$/,
};
for (const [deed, message] of Object.entries(FAILURES)) {
  test(`a target that does this is caught: ${deed}`, async () => {
    const answer = await tryDeed(deed);
    assert.equal(answer.outcome, 'failed');
    assert.match(answer.message, message);
  });
}

test('after each of these, the next input meets a new process', async () => {
  assert.equal((await tryDeed('accept')).outcome, 'accepted');
  assert.equal((await tryDeed('abort')).outcome, 'failed');
  const {outcome, message, peak} = await tryDeed('refuse');
  assert.deepEqual([outcome, message], ['refused', 'some: expected 3 bytes, got 2']);
  assert.ok(peak > 1e7 && peak < 5e8, `${peak} bytes`);
});
