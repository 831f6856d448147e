import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {setupModule, setupModuleUrl} from './setup-module';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-lock-'));
  lock = path.join(folder, 'lock');
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

/** A process that is certainly no more. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('takeLock waits for the process that holds the lock, and says which', async () => {
  const program = `
    import {takeLock} from ${JSON.stringify(setupModuleUrl('lock'))};
    const held = await takeLock(${JSON.stringify(lock)});
    console.log('held');
    setTimeout(() => held.release(), 700);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  await once(child.stdout, 'data');
  const {takeLock} = await setupModule('lock');
  const waitedFor: number[] = [];
  const began = Date.now();
  const held = await takeLock(lock, {onWait: (pid: number) => waitedFor.push(pid), pollMs: 20});
  assert.ok(Date.now() - began > 400, 'the lock was taken while it was held');
  assert.deepEqual(waitedFor, [child.pid]);
  held.release();
  assert.deepEqual(readdirSync(folder), []);
});

test('takeLock takes the lock of a dead process at once', async () => {
  writeFileSync(lock, JSON.stringify([deadPid()]));
  const {takeLock} = await setupModule('lock');
  const held = await takeLock(lock, {onWait: () => assert.fail('waited for a dead process')});
  assert.deepEqual(readdirSync(folder), ['lock']);
  held.release();
});

test('takeLock waits for the tool that a killed set-up has left running', async () => {
  const tool = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 700)']);
  writeFileSync(lock, JSON.stringify([deadPid(), tool.pid]));
  const {takeLock} = await setupModule('lock');
  const held = await takeLock(lock, {pollMs: 20});
  assert.notEqual(tool.exitCode, null, 'the tool was still running');
  held.release();
  assert.ok(!existsSync(lock));
});
