import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {interruptedError} from '../../src/store/interruption';
import {openRunStore} from '../../src/store/run-store';
import {readProgress, shareProgress} from '../../src/store/run-progress';
import type {Progress} from '../../src/types';

const scratch = mkdtempSync(path.join(tmpdir(), 'run-progress-test-'));
after(() => rmSync(scratch, {recursive: true}));
const folder = mkdtempSync(path.join(scratch, 'run-'));

test('progress is seen by others, at most once a second, and gone at the end', async () => {
  const shared = shareProgress(folder);
  assert.equal(readProgress(folder), undefined);
  shared.report({label: 'train', done: 1, total: 9, detail: 'loss 1'});
  shared.report({label: 'train', done: 2, total: 9});
  const seen = readProgress(folder)!;
  assert.deepEqual([seen.label, seen.done, seen.total, seen.detail, seen.host, seen.pid],
      ['train', 1, 9, 'loss 1', hostname(), process.pid]);
  assert.ok(Math.abs(Date.parse(seen.at) - Date.now()) < 60_000);
  await sleep(1050);
  shared.report({label: 'train', done: 5, total: 9});
  assert.equal(readProgress(folder)!.done, 5);
  shared.report({label: 'train', done: 9, total: 9});
  assert.equal(readProgress(folder)!.done, 9, 'the end is not held back');
  shared.end();
  assert.deepEqual(readdirSync(folder), []);
});

test('what is no progress is none, and what cannot be written stops nothing', () => {
  for (const text of ['', 'null', '{"label": 3}']) {
    writeFileSync(path.join(folder, 'progress.json'), text);
    assert.equal(readProgress(folder), undefined);
  }
  const nowhere = shareProgress(path.join(folder, 'none'));
  nowhere.report({label: 'train', done: 1, total: 9});
  nowhere.end();
});

test('after an interruption the last report says what is kept', async () => {
  const shown: Progress[] = [];
  const store = openRunStore(scratch, {onProgress: (progress) => shown.push(progress)});
  const report = {label: 'train', done: 3, total: 9};
  await assert.rejects(store.run({kind: 'stopped', options: {}}, ({onProgress}) => {
    onProgress(report);
    throw interruptedError('SIGINT', 'step 3 is kept');
  }), /interrupted by SIGINT; step 3 is kept/);
  assert.deepEqual(shown, [report, {...report, stopped: 'step 3 is kept'}]);
});

test('who waits for a run shows the progress of the one that computes it', async () => {
  const request = {kind: 'slow', options: {}};
  const shown: Progress[] = [];
  const lock = {staleMs: 60_000, beatMs: 1000, pollMs: 10};
  const [owner, other] = [openRunStore(scratch, {lock}),
    openRunStore(scratch, {lock, onProgress: (progress) => shown.push(progress)})];
  let finish = (): void => {};
  const computed = owner.run(request, async ({onProgress}) => {
    onProgress({label: 'slow work', done: 3, total: 8});
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return {arrays: {}, values: {answer: 42}};
  });
  const waited = other.run(request, () => assert.fail('computed twice'));
  while (other.state(request).progress === undefined) await sleep(10);
  assert.deepEqual(other.state(request).state, 'running');
  assert.equal(other.state(request).progress!.done, 3);
  finish();
  assert.deepEqual([(await computed).loaded, (await waited).loaded], [false, true]);
  assert.deepEqual((await waited).values, {answer: 42});
  assert.deepEqual(shown.at(-1), {
    label: `slow work (${hostname()}, process ${process.pid})`, done: 3, total: 8});
  assert.deepEqual(other.state(request), {state: 'finished'});
  assert.deepEqual(other.state({...request, options: {n: 1}}), {state: 'absent'});
});
