import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {test} from 'node:test';
import {exitOf} from '../../src/experiments/child-exit';

const run = (script: string, most = 100) => exitOf(
    spawn(process.execPath, ['-e', script], {stdio: ['ignore', 'ignore', 'pipe']}), most);

test('a process ends with its status and the last words of its stderr', async () => {
  assert.deepEqual(await run(''), {status: 0, complaint: ''});
  assert.deepEqual(await run('console.error("first, last"); process.exitCode = 3', 6),
      {status: 3, complaint: 'last'});
});

test('a killed process has no status, and one that cannot start is an error', async () => {
  assert.equal((await run('process.kill(process.pid, "SIGKILL")')).status, null);
  await assert.rejects(exitOf(spawn('/no/such/program', {stdio: 'pipe'}), 10), /ENOENT/);
});
