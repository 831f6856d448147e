import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import fs, {readdirSync, utimesSync} from 'node:fs';
import * as path from 'node:path';
import {test} from 'node:test';
import {listRuns, listStore} from '../../src/store/list-runs';
import {LOCK_TIMES} from '../../src/store/run-lock';
import {thisProcess} from '../../src/store/run-owner';
import {lockOf, planRemoval, removeRun, removeRuns} from '../../src/store/run-removal';
import {openRunStore} from '../../src/store/run-store';
import {
  deadOwner, finished, measureRequest, newRoot, put, resultOf, running, trainRequest, unfinished,
} from './some-runs';
import {snapshot} from './snapshot';

const idsIn = (root: string): string[] => listRuns(root).map(({id}) => id);

/** A training run, a measurement on it, and one on that measurement. */
async function family(root: string): Promise<[string, string, string]> {
  const parent = await finished(root, trainRequest(1));
  const child = await finished(root, measureRequest(parent));
  return [parent, child, await finished(root, measureRequest(`at the end of ${child}`))];
}

test('a run that another one needs is refused, naming those that need it', async () => {
  const root = newRoot();
  const [parent, child, grandchild] = await family(root);
  const refused = (...ids: string[]): readonly string[] =>
      planRemoval(listStore(root), ids).refused;
  assert.deepEqual(refused(parent),
      [`${parent}: is needed by ${child}; name these too, or give --with-dependents`]);
  assert.deepEqual(refused(parent, child),
      [`${child}: is needed by ${grandchild}; name these too, or give --with-dependents`]);
  assert.deepEqual(refused(grandchild), []);
  assert.deepEqual(refused(parent, child, grandchild), []);
});

test('an unfinished run needs what it is built on, and so does one of a lost request', async () => {
  const root = newRoot();
  const parent = await finished(root, trainRequest(1));
  const part = await unfinished(root, measureRequest(parent));
  assert.match(planRemoval(listStore(root), [parent]).refused[0]!,
      new RegExp(`needed by ${part};`));
  put(root, `${part}/request.json`, 'lost');
  assert.deepEqual(planRemoval(listStore(root), [parent]).refused, [`${parent}: may be needed by ` +
      `${part}, whose request cannot be read; remove that first`]);
  assert.deepEqual(planRemoval(listStore(root), [part]).refused, []);
});

test('with dependents all go, those first that are built on others', async () => {
  const root = newRoot();
  const [parent, child, grandchild] = await family(root);
  const other = await finished(root, trainRequest(2));
  const {remove, refused} = planRemoval(listStore(root), [parent], {withDependents: true});
  assert.deepEqual(refused, []);
  assert.deepEqual(remove.map(({id}) => id), [grandchild, child, parent]);
  const {removed, kept} = await removeRuns(remove);
  assert.deepEqual([removed, kept], [remove, []]);
  assert.deepEqual(readdirSync(root), [other]);
});

test('requests that need each other in a circle are no trap', async () => {
  const root = newRoot();
  const [a, b] = [await unfinished(root, trainRequest(1)), await unfinished(root, trainRequest(2))];
  put(root, `${a}/request.json`, JSON.stringify(measureRequest(b)));
  put(root, `${b}/request.json`, JSON.stringify(measureRequest(a)));
  assert.equal(planRemoval(listStore(root), [a]).refused.length, 1);
  const {remove} = planRemoval(listStore(root), [a], {withDependents: true});
  assert.deepEqual(remove.map(({id}) => id).sort(), [a, b].sort());
});

test('a run that is being computed is refused, also when its computation began later', async () => {
  const root = newRoot();
  const work = await running(root, trainRequest(1));
  const before = snapshot(path.join(root, work.id));
  const {refused, remove} = planRemoval(listStore(root), [work.id]);
  assert.match(refused[0]!, new RegExp(
      `^${work.id}: is being computed \\(.+, process ${process.pid}\\); stop that first$`));
  const {removed, kept} = await removeRuns(remove);
  assert.deepEqual([removed, kept], [[], refused]);
  assert.deepEqual(snapshot(path.join(root, work.id)), before);
  await work.end();
  await removeRun(path.join(root, work.id));
  assert.deepEqual(readdirSync(root), []);
});

test('what a run that stays is built on stays too', async () => {
  const root = newRoot();
  const parent = await finished(root, trainRequest(1));
  const plan = planRemoval(listStore(root), [parent]);
  const work = await running(root, measureRequest(parent)); // Begins after the plan was made.
  const again = planRemoval(listStore(root), [parent], {withDependents: true});
  const {removed, kept} = await removeRuns(again.remove);
  assert.equal(plan.refused.length, 0);
  assert.deepEqual(removed, []);
  assert.match(kept[0]!, /is being computed/);
  assert.equal(kept[1], `${parent}: is needed by ${work.id}`);
  await work.end();
  assert.equal(idsIn(root).length, 2);
});

test('a run whose process was killed can be removed at once', async () => {
  const root = newRoot();
  const id = await unfinished(root, trainRequest(1));
  put(root, `${id}/lock/9.json`, JSON.stringify(deadOwner()));
  await removeRun(path.join(root, id));
  assert.deepEqual(readdirSync(root), []);
});

test('an owner on another machine is given time to show a sign of life', async () => {
  const root = newRoot();
  const id = await unfinished(root, trainRequest(1));
  const elsewhere = {...thisProcess(), machine: 'elsewhere', host: 'elsewhere'};
  const file = put(root, `${id}/lock/9.json`, JSON.stringify(elsewhere));
  const folder = path.join(root, id);
  let beat = Date.now() / 1000 - 86400; // Its clock is a day late.
  const beating = setInterval(() => utimesSync(file, beat, beat += 1), 50);
  await assert.rejects(removeRun(folder), {message:
    `${id}: is being computed (elsewhere, process ${process.pid}); stop that first`});
  clearInterval(beating);
  await removeRun(folder, {...LOCK_TIMES, staleMs: 200, pollMs: 20});
  assert.deepEqual(readdirSync(root), []);
});

/** Runs a program in which `removal` and `fs` are there; returns the process. */
const program = (text: string): string[] => ['-e', `
  const fs = require('node:fs');
  const removal = require(${JSON.stringify(require.resolve('../../src/store/run-removal'))});
  ${text}`];

test('a kill between rename and deletion leaves what is no run and can be removed', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  const {signal} = spawnSync(process.execPath, program(`
    const remove = fs.rmSync;
    fs.rmSync = (place, options) => place.includes('.removed-') ?
      process.kill(process.pid, 'SIGKILL') : remove(place, options);
    removal.removeRun(${JSON.stringify(path.join(root, id))});`), {stdio: 'inherit'});
  assert.equal(signal, 'SIGKILL');
  const {runs, trash, strangers} = listStore(root);
  assert.deepEqual([runs, trash.length, strangers], [[], 1, []]);
  assert.ok(trash[0]!.name.startsWith(`${id}.removed-`));
  assert.throws(() => openRunStore(root).named(id.slice(0, 10)), /there is no such run/);
  assert.equal(openRunStore(root).find(trainRequest(1)), undefined);
});

test('a kill before the rename leaves the run as it was, free to be computed', async () => {
  const root = newRoot();
  const id = await unfinished(root, trainRequest(1), {'part.txt': 'part'});
  spawnSync(process.execPath, program(`
    fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
    removal.removeRun(${JSON.stringify(path.join(root, id))});`));
  let part: string | undefined;
  const {loaded} = await openRunStore(root).run(trainRequest(1), (folder) => {
    part = folder.read('part.txt')?.toString();
    return resultOf(1);
  });
  assert.deepEqual([loaded, part], [false, 'part']);
});

test('who begins to compute a run while it is removed waits, and begins anew', async () => {
  const root = newRoot();
  const id = await unfinished(root, trainRequest(1), {'part.txt': 'part'});
  const child = spawn(process.execPath, program(`
    const rename = fs.renameSync;
    fs.renameSync = (from, to) => {
      fs.writeSync(1, 'locked');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
      rename(from, to);
    };
    removal.removeRun(${JSON.stringify(path.join(root, id))});`),
  {stdio: ['ignore', 'pipe', 'inherit']});
  await once(child.stdout, 'data');
  const waits: string[] = [];
  const store = openRunStore(root, {onProgress: ({label}) => waits.push(label)});
  const run = await store.run(trainRequest(1), (folder) => {
    assert.equal(folder.read('part.txt'), undefined, 'the old folder is gone');
    return resultOf(3);
  });
  if (child.exitCode === null) await once(child, 'exit');
  assert.ok(waits.some((label) => label.includes(`process ${child.pid}`)), waits.join());
  assert.equal(run.provenance.attempts, 1);
  assert.deepEqual(openRunStore(root).named(id).values, resultOf(3).values);
  assert.deepEqual(readdirSync(root), [id]);
});

test('a folder that may not be changed stays, with the reason', async (t) => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  const folder = path.join(root, id);
  const before = snapshot(folder);
  const rename = t.mock.method(fs, 'renameSync', () => {
    throw Object.assign(new Error('EACCES'), {code: 'EACCES'});
  });
  const {removed, kept} = await removeRuns(listRuns(root));
  rename.mock.restore();
  assert.deepEqual([removed, kept],
      [[], [`${folder}: cannot be removed: no permission; check who owns the folder`]]);
  assert.deepEqual(snapshot(folder), before, 'and its lock is given back');
});

test('a run that is gone by now is no error', async () => {
  const root = newRoot();
  await removeRun(path.join(root, 'train-0123456789abcdef'));
  assert.deepEqual(readdirSync(root), []);
});

test('a lock that is withdrawn or abandoned touches nobody else\'s', async () => {
  const folder = path.join(newRoot(), 'train-0123456789abcdef');
  const withdrawn = await lockOf(folder);
  withdrawn.withdraw();
  assert.deepEqual(readdirSync(path.join(folder, 'lock')), []);
  const abandoned = await lockOf(folder);
  assert.equal(abandoned.attempt, 1, 'the first one did not count');
  fs.renameSync(folder, `${folder}.removed-00112233`);
  put(folder, 'lock/1.json', JSON.stringify(thisProcess())); // Somebody begins anew.
  abandoned.abandon();
  assert.deepEqual(readdirSync(path.join(folder, 'lock')), ['1.json']);
  await assert.rejects(lockOf(folder), /is being computed/);
});

test('who begins anew right after the rename keeps the lock', async (t) => {
  const root = newRoot();
  const folder = path.join(root, await unfinished(root, trainRequest(1)));
  const rename = fs.renameSync;
  t.mock.method(fs, 'renameSync', (from: string, to: string) => {
    rename(from, to);
    put(folder, 'lock/2.json', JSON.stringify(thisProcess())); // The number of the removal's lock.
  });
  await removeRun(folder);
  assert.deepEqual(readdirSync(path.join(folder, 'lock')), ['2.json']);
  assert.equal(listRuns(root)[0]!.state, 'running');
});
