/** The batch script, run by bash as a compute node does, with stand-ins for Node.js and for Slurm. */
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync}
  from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {shellQuote, slurmScript} from '../../src/sweeps/slurm-script';
import {fakeSlurm} from './fake-slurm';

const scratch = mkdtempSync(path.join(tmpdir(), 'it\'s "a" $folder `of` sweeps; '));
after(() => rmSync(scratch, {recursive: true}));
const slurm = fakeSlurm(path.join(scratch, 'bin'));
const node = path.join(scratch, 'a "node"');
let count = 0;

interface Run {
  readonly status: number | null;
  readonly output: string;
  /** What was left for `sweep status`. */
  readonly failed: string | undefined;
  /** Whether it asked to be requeued. */
  readonly requeued: boolean;
}

interface RunOptions {
  /** What Node.js does, in bash; `$cli` and the arguments are its own. */
  readonly does: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** The state that squeue prints (default RUNNING). */
  readonly state?: string;
  readonly maxRestarts?: number;
  /** Called when Node.js has written `started`. */
  readonly meanwhile?: (pid: number) => Promise<void> | void;
}

/** Runs task 2 of an array. */
async function run(options: RunOptions): Promise<Run> {
  const {does, environment = {}, state = 'RUNNING', maxRestarts = 20, meanwhile} = options;
  const folder = path.join(scratch, `sweep ${count++}`);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'tasks.txt'), 'train --n 1\ntrain --n 2\n');
  writeFileSync(node, `#!/bin/bash\n${does}\n`);
  chmodSync(node, 0o755);
  slurm.define('squeue', `echo ${state}`);
  slurm.define('scontrol', '');
  const before = slurm.calls('scontrol').length;
  const script = path.join(folder, 'job.sh');
  writeFileSync(script, slurmScript({
    title: 'test', lines: ['#SBATCH --mem=1G'], folder, runs: path.join(folder, 'runs'), maxRestarts,
    node, cli: 'the cli',
  }));
  const child = spawn('bash', [script], {
    env: {
      ...process.env, PATH: slurm.path, SLURM_JOB_ID: '77', SLURM_ARRAY_TASK_ID: '2', ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
  }
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (meanwhile !== undefined) {
    while (!existsSync(path.join(folder, 'started'))) await sleep(20);
    await meanwhile(child.pid!);
  }
  const status = await closed;
  const mark = path.join(folder, 'failed', '2');
  const calls = slurm.calls('scontrol').slice(before);
  assert.ok(calls.every((call) => call === 'requeue|77'), calls.join());
  return {
    status, output, requeued: calls.length > 0,
    failed: existsSync(mark) ? readFileSync(mark, 'utf8') : undefined,
  };
}

/** Node.js that saves at TERM as `train` does. */
const SAVES = `trap 'echo saved; exit 143' TERM
touch started
while :; do sleep 0.05; done`;

test('the line of the array index is run, in the environment of a local training', async () => {
  const {status, output, failed, requeued} = await run({
    does: 'echo "<$*> $TF_NUM_INTRAOP_THREADS $TF_ENABLE_ONEDNN_OPTS $HIDDEN_GAUSSIAN_RUNS"',
  });
  assert.equal(status, 0, output);
  assert.ok(output.includes('<the cli train --n 2> 1 1 '), output);
  assert.ok(output.includes(`${scratch}/sweep 0/runs`), output);
  assert.deepEqual([failed, requeued], [undefined, false]);
});

test('an error is final, and its mark is for the status', async () => {
  const {status, failed, requeued} = await run({does: 'echo "no images" >&2; exit 1'});
  assert.deepEqual([status, requeued], [1, false]);
  assert.match(failed!, /^status 1: an error, see above; not requeued\n$/);
});

test('a killed command is requeued, but not for ever', async () => {
  const killed = await run({does: 'kill -9 $$', environment: {SLURM_RESTART_COUNT: '19'}});
  assert.deepEqual([killed.requeued, killed.failed], [true, undefined], killed.output);
  const often = await run({does: 'kill -9 $$', environment: {SLURM_RESTART_COUNT: '20'}});
  assert.deepEqual([often.status, often.requeued], [137, false]);
  assert.equal(often.failed, 'ended by signal 9, after 20 restarts, the most allowed\n');
});

test('the warning before the time limit is passed on as TERM, waited for, and the job requeued',
    async () => {
      const {output, requeued} = await run({
        does: SAVES.replace('echo saved', 'sleep 0.3; echo saved'),
        meanwhile: (pid) => void process.kill(pid, 'SIGUSR1'),
      });
      assert.match(output, /saved\n.*ended by signal 15: requeued\n$/);
      assert.equal(requeued, true);
    });

test('TERM is passed on once the command could have acted on its own; the state decides', async () => {
  const stop = (pid: number): void => void process.kill(pid, 'SIGTERM');
  const [started, own] = [Date.now(), 5000];
  const cancelled = await run({does: SAVES, state: 'COMPLETING', meanwhile: stop});
  assert.ok(Date.now() - started >= own);
  assert.equal(cancelled.requeued, false);
  assert.match(cancelled.output, /saved\n.*stopped by Slurm or by scancel\n$/);
  assert.equal(cancelled.status, 143);
  assert.equal(cancelled.failed, undefined);
  const preempted = await run({does: SAVES, state: 'RUNNING', meanwhile: stop});
  assert.equal(preempted.requeued, true);
});

test('a command that ends well after the warning has finished', async () => {
  const {status, requeued} = await run({
    does: 'trap "exit 0" TERM; touch started; while :; do sleep 0.05; done',
    meanwhile: (pid) => void process.kill(pid, 'SIGUSR1'),
  });
  assert.deepEqual([status, requeued], [0, false]);
});

test('a missing Node.js and a missing line are named', async () => {
  const none = await run({does: '', environment: {SLURM_ARRAY_TASK_ID: '3'}});
  assert.equal(none.status, 1);
  assert.match(none.output, /expected line 3 in .*tasks\.txt\n$/);
  const script = slurmScript({
    title: 'test', lines: [], folder: scratch, runs: 'r', maxRestarts: 1, node: '/no/such/node',
    arguments: ['figures'],
  });
  const {status, stdout} = spawnSync('bash', ['-c', script],
      {encoding: 'utf8', env: {...process.env, SLURM_JOB_ID: '1'}});
  assert.equal(status, 1);
  assert.match(stdout, /\/no\/such\/node: not found on this node; install Node\.js/);
});

test('words survive the shell whatever is in them', () => {
  for (const word of ['a b', 'it\'s', '$HOME `id` "x"', 'line\nend', '\\', '*', '']) {
    assert.equal(spawnSync('bash', ['-c', `printf %s ${shellQuote(word)}`], {encoding: 'utf8'}).stdout,
        word);
  }
});

test('bash understands the scripts, and shellcheck finds nothing', (t) => {
  for (const given of [undefined, ['figures', '--profile', 'it\'s']]) {
    const script = slurmScript({
      title: 'test', lines: ['#SBATCH --mem=1G'], folder: scratch, runs: scratch, maxRestarts: 3,
      ...given && {arguments: given},
    });
    assert.equal(spawnSync('bash', ['-n'], {input: script}).status, 0);
    const {error, status, stdout} = spawnSync('shellcheck', ['--severity=warning', '-'],
        {input: script, encoding: 'utf8'});
    if (error !== undefined) t.diagnostic('shellcheck is not installed: only bash has read them');
    else assert.equal(status, 0, stdout);
  }
});
