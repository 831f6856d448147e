import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import * as path from 'node:path';
import {test} from 'node:test';
import {RUN_FORMAT, runId} from '../../src/store/run-request';
import {verifyRun} from '../../src/store/verify-run';
import type {RunVerification} from '../../src/store/verify-run';
import {
  deadOwner, finished, newRoot, ofFormat, put, running, trainRequest, unfinished,
} from './some-runs';
import {snapshot} from './snapshot';

const FILES = {'log.txt': 'one\n', 'checkpoints/a.bin': new Uint8Array(1000)};

/** Verifies a run and asserts that this changed nothing. */
function verify(root: string, id: string): RunVerification {
  const before = snapshot(root);
  const seen = verifyRun(path.join(root, id));
  assert.deepEqual(snapshot(root), before);
  assert.ok(seen);
  return seen;
}

const names = (found: RunVerification['damages']): string[] => found.map(({name}) => name).sort();

test('a whole run has nothing to tell, and every file of it is counted', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1), undefined, FILES);
  const {damages, notes, files, state, bytes} = verify(root, id);
  assert.deepEqual([damages, notes, files, state], [[], [], 6, 'finished']);
  assert.ok(bytes > 1004);
  assert.equal(verifyRun(path.join(root, 'train-0123456789abcdef')), undefined);
});

test('every damaged file of a finished run is named with what is wrong', async () => {
  for (const name of ['log.txt', 'checkpoints/a.bin', 'result.safetensors', 'request.json',
    'checksums.json', 'result.json']) {
    for (const damage of ['changed', 'missing']) {
      if (name === 'result.json' && damage === 'missing') continue; // That is an unfinished run.
      const root = newRoot();
      const id = await finished(root, trainRequest(1), undefined, FILES);
      const file = path.join(root, id, name);
      if (damage === 'missing') rmSync(file);
      else put(root, `${id}/${name}`, readFileSync(file).toString('latin1').slice(0, -2));
      const {damages} = verify(root, id);
      assert.deepEqual(names(damages), [name], `${name} ${damage}`);
      assert.ok(damages[0]!.problem.startsWith(`${file}: `), damages[0]!.problem);
    }
  }
});

test('files that nobody vouches for and half-written ones are notes', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1), undefined, FILES);
  put(root, `${id}/notes.txt`, 'mine');
  put(root, `${id}/log.txt.12-0011aabb.partial`, 'on');
  put(root, `${id}/damaged-1/log.txt`, 'x');
  put(root, `${id}/constructor`, 'mine');
  const {damages, notes} = verify(root, id);
  assert.deepEqual([names(damages), names(notes)],
      [[], ['constructor', 'log.txt.12-0011aabb.partial', 'notes.txt']]);
});

test('a renamed folder is damaged, a run of another format is not', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  const other = `train-${'0'.repeat(16)}`;
  renameSync(path.join(root, id), path.join(root, other));
  assert.deepEqual(names(verify(root, other).damages).sort(), ['request.json', 'result.json']);
  const old = await ofFormat(root, RUN_FORMAT - 1, trainRequest(2));
  const {damages, notes} = verify(root, old);
  assert.deepEqual(damages, []);
  assert.match(notes[0]!.problem, new RegExp(`of format ${RUN_FORMAT - 1}; this version computes`));
});

test('an unfinished run: a changed file is damage, what a kill leaves is not', async () => {
  const root = newRoot();
  const id = await unfinished(root, trainRequest(1), FILES);
  assert.deepEqual([verify(root, id).damages, verify(root, id).notes], [[], []]);
  rmSync(path.join(root, id, 'log.txt')); // As if killed between the note and the file.
  put(root, `${id}/lock/9.json`, JSON.stringify(deadOwner()));
  const killed = verify(root, id);
  assert.deepEqual([names(killed.damages), names(killed.notes), killed.state],
      [[], ['log.txt'], 'unfinished']);
  put(root, `${id}/checkpoints/a.bin`, 'x');
  assert.deepEqual(names(verify(root, id).damages), ['checkpoints/a.bin']);
  put(root, `${id}/checksums.json`, '{"log.txt": ');
  assert.deepEqual(names(verify(root, id).damages), ['checksums.json']);
  const empty = runId(trainRequest(2));
  put(root, `${empty}/lock/1.json`, '');
  assert.deepEqual(verify(root, empty).damages, [], 'killed before it wrote its request');
});

test('a run that is being computed is not damaged, however often one looks', async () => {
  const root = newRoot();
  const work = await running(root, trainRequest(1));
  const {state, damages, notes} = verifyRun(path.join(root, work.id))!;
  assert.deepEqual([state, damages, notes], ['running', [], []]);
  await work.end();

  const store = JSON.stringify(require.resolve('../../src/store/run-store'));
  const request = JSON.stringify(trainRequest(2));
  const writer = spawn(process.execPath, ['-e', `
    const {openRunStore} = require(${store});
    const wait = () => new Promise((resolve) => setTimeout(resolve, 1));
    openRunStore(${JSON.stringify(root)}).run(${request}, async (folder) => {
      for (let i = 0; i < 60; i++) {
        folder.write('state.bin', String(i).repeat(10000));
        folder.write('states/' + i, String(i));
        if (i > 1) folder.remove('states/' + (i - 2));
        if (i === 0) console.log('begun');
        await wait();
      }
      return {arrays: {}, values: {}};
    });`], {stdio: ['ignore', 'pipe', 'inherit']});
  await once(writer.stdout, 'data');
  const states = new Set<string>();
  for (let looks = 0; writer.exitCode === null; looks++) {
    const seen = verifyRun(path.join(root, runId(trainRequest(2))))!;
    assert.deepEqual(seen.damages, [], `look ${looks}`);
    states.add(seen.state);
    await new Promise(setImmediate);
  }
  assert.ok(states.has('running'));
  assert.equal(verifyRun(path.join(root, runId(trainRequest(2))))!.state, 'finished');
  assert.equal(readdirSync(root).length, 2);
});
