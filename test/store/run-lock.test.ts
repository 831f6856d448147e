import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {
  existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {lockState, takeLock} from '../../src/store/run-lock';
import type {LockOptions} from '../../src/store/run-lock';
import {thisProcess} from '../../src/store/run-owner';
import type {RunOwner} from '../../src/store/run-owner';

const TIMES = {staleMs: 400, beatMs: 50, pollMs: 10};
const roots: string[] = [];
after(() => roots.forEach((root) => rmSync(root, {recursive: true})));

function newFolder(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'run-lock-test-'));
  roots.push(root);
  return root;
}
const take = (folder: string, options: Partial<LockOptions> = {}) => takeLock(
    folder, {...TIMES, signal: new AbortController().signal, onWait: () => false, ...options});
/** Gives up as soon as the lock turns out to be held. */
const tryOnce = (folder: string) => take(folder, {onWait: () => true});
const elsewhere: RunOwner = {...thisProcess(), machine: 'another one', host: 'far', pid: 1};
/** A lock file as another process would have made it. */
function heldBy(folder: string, owner: RunOwner | string, n = 1): string {
  mkdirSync(path.join(folder, 'lock'), {recursive: true});
  const file = path.join(folder, 'lock', `${n}.json`);
  writeFileSync(file, typeof owner === 'string' ? owner : JSON.stringify(owner));
  return file;
}

test('a lock is taken once, and again after it was given back', async () => {
  const folder = newFolder();
  assert.equal(lockState(folder, TIMES), undefined);
  const lock = (await take(folder))!;
  assert.equal(lock.attempt, 1);
  lock.check();
  assert.equal(await tryOnce(folder), undefined);
  const state = lockState(folder, TIMES)!;
  assert.deepEqual([state.active, state.owner!.pid], [true, process.pid]);
  lock.release();
  lock.release(); // Twice does no harm.
  assert.equal(lockState(folder, TIMES), undefined);
  const next = (await tryOnce(folder))!;
  assert.equal(next.attempt, 2);
  assert.throws(() => lock.check(), /has taken this run over/);
  next.release();
});

test('of many who wait, one after another gets the lock, never two at a time', async () => {
  const folder = newFolder();
  let [inside, most, count] = [0, 0, 0];
  await Promise.all(Array.from({length: 12}, async () => {
    const lock = (await take(folder))!;
    inside++;
    count++;
    most = Math.max(most, inside);
    await sleep(3);
    lock.check();
    inside--;
    lock.release();
  }));
  assert.deepEqual([most, count], [1, 12]);
  assert.ok(readdirSync(path.join(folder, 'lock')).length <= 6, 'the past is cleared up');
});

test('the lock of a process that has ended is taken over at once', async () => {
  const folder = newFolder();
  const child = spawn(process.execPath, ['-e', '0']);
  await new Promise((resolve) => child.on('close', resolve));
  heldBy(folder, {...thisProcess(), pid: child.pid!});
  assert.equal(lockState(folder, TIMES)!.active, false);
  const lock = (await tryOnce(folder))!;
  assert.equal(lock.attempt, 2);
  lock.release();
});

test('a process number that was given to another process proves nothing', {
  skip: existsSync('/proc/self/stat') ? false : 'this system has no process table in /proc',
}, async () => {
  const folder = newFolder();
  heldBy(folder, {...thisProcess(), born: '1'});
  const lock = (await tryOnce(folder))!;
  assert.equal(lock.attempt, 2);
  lock.release();
});

test('an owner elsewhere loses the lock after the stale time without a sign of life', async () => {
  const folder = newFolder();
  heldBy(folder, elsewhere);
  let waited = 0;
  const started = performance.now();
  const lock = (await take(folder, {onWait: (owner) => {
    waited++;
    assert.deepEqual(owner, elsewhere);
    return false;
  }}))!;
  assert.ok(performance.now() - started >= TIMES.staleMs);
  assert.ok(waited > 3);
  assert.equal(lock.attempt, 2);
  lock.release();
});

test('an owner elsewhere with a clock that is wrong by days keeps the lock while it beats', async () => {
  const folder = newFolder();
  const file = heldBy(folder, elsewhere);
  let beat = Date.now() / 1000 - 3 * 86400;
  const beating = setInterval(() => utimesSync(file, beat, beat += 1), 50);
  const done = new AbortController();
  const gaveUp = assert.rejects(take(folder, {signal: done.signal}), {name: 'AbortError'});
  await sleep(3 * TIMES.staleMs);
  done.abort();
  await gaveUp;
  clearInterval(beating);
});

test('an empty or damaged lock file is somebody about to write it, until it is stale', async () => {
  for (const text of ['', '{"host":', 'null', '{"pid": "1"}']) {
    const folder = newFolder();
    heldBy(folder, text);
    assert.equal(await tryOnce(folder), undefined);
    const lock = (await take(folder))!;
    assert.equal(lock.attempt, 2);
    lock.release();
  }
});

test('who was robbed finds out before it writes, and names the new owner', async () => {
  const folder = newFolder();
  const lock = (await take(folder))!;
  heldBy(folder, elsewhere, 2);
  assert.throws(() => lock.check(), {message: `${folder}: another process (far, process 1) has ` +
      'taken this run over, because this one gave no sign of life for some time; this one stops'});
  lock.release();
  assert.equal(lockState(folder, TIMES)!.owner!.host, 'far', 'the new owner keeps it');
});

test('the heart beats while the main thread is busy', async () => {
  const folder = newFolder();
  const lock = (await take(folder))!;
  const file = path.join(folder, 'lock', '1.json');
  await sleep(200); // The thread has started.
  const before = statSync(file).mtimeMs;
  const until = performance.now() + 500;
  while (performance.now() < until);
  const {mtimeMs} = statSync(file);
  assert.ok(mtimeMs > before + 200, `beat ${mtimeMs - before} ms later`);
  lock.release();
});

test('waiting ends when it is asked to', async () => {
  const folder = newFolder();
  const lock = (await take(folder))!;
  const controller = new AbortController();
  const waiting = assert.rejects(
      take(folder, {signal: controller.signal}), {message: 'enough'});
  await sleep(20);
  controller.abort(new Error('enough'));
  await waiting;
  lock.release();
});

test('a lock that cannot be written names the file', async () => {
  const folder = newFolder();
  writeFileSync(path.join(folder, 'lock'), 'a file where the folder should be');
  await assert.rejects(take(folder), /lock: cannot be written|not a directory/);
});

test('the owner is readable for people', async () => {
  const folder = newFolder();
  const lock = (await take(folder))!;
  const owner = JSON.parse(readFileSync(path.join(folder, 'lock', '1.json'), 'utf8')) as RunOwner;
  assert.deepEqual(Object.keys(owner).sort(), ['born', 'host', 'machine', 'pid', 'since']);
  assert.ok(Math.abs(Date.parse(owner.since) - Date.now()) < 60_000);
  lock.release();
});
