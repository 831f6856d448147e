/** The command `sweep` as a person runs it, on this machine. */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {readProgress} from '../../src/store/run-progress';
import {readSweep} from '../../src/sweeps/sweep';
import {ROOT} from '../paths';
import {cli} from './run-cli';
import type {CliResult} from './run-cli';

const scratch = mkdtempSync(path.join(tmpdir(), 'sweep-cli-'));
after(() => rmSync(scratch, {recursive: true}));
const at = (name: string): NodeJS.ProcessEnv => ({
  HIDDEN_GAUSSIAN_RUNS: path.join(scratch, name, 'runs'),
  HIDDEN_GAUSSIAN_SWEEPS: path.join(scratch, name, 'sweeps'),
});
const sweep = (where: string, ...args: string[]): CliResult => cli(['sweep', ...args], at(where));
const SMALL = ['--profile', 'smoke', '--runs', 'N=16', 'width=4'];

test('wrong options and a missing sweep are one line and status 1', () => {
  const cases: readonly [args: readonly string[], message: RegExp][] = [
    [['--profile', 'tiny'], /unknown profile "tiny"/],
    [['--profile', 'smoke', '--runs', 'N=5'], /expected N of profile smoke to be one of 16, /],
    [['--executor', 'cloud'], /Allowed choices are local, slurm/],
    [['--executor', 'slurm', '--sbatch', 'account'], /--sbatch: expected an option of sbatch/],
    [['resume', '--cpus', 'x'], /--cpus: /], [['status'], /there is no sweep; start one/],
    [['resume', 'smoke-1'], /there is no sweep; start one/],
  ];
  for (const [args, message] of cases) {
    const {status, stderr} = sweep('errors', ...args);
    assert.equal(status, 1, args.join(' '));
    assert.match(stderr, message);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }
  assert.ok(!existsSync(path.join(scratch, 'errors')));
});

test('without Slurm the executor slurm says what to do, and nothing is submitted', () => {
  const {status, stderr} =
      cli(['sweep', ...SMALL, '--executor', 'slurm'], {...at('none'), PATH: scratch});
  assert.equal(status, 1);
  assert.match(stderr, /sbatch: not found; .* login node of the cluster, or take --executor local/);
  const [name] = readdirSync(path.join(scratch, 'none', 'sweeps'));
  assert.deepEqual(
      readSweep(path.join(scratch, 'none', 'sweeps', name!))!.slurm!.arrays, []);
});

test('a sweep trains what is missing, once', () => {
  const first = sweep('once', ...SMALL);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stdout, /^(smoke-\w{8}): 1 run, 0 finished, 1 to train\n\1: 1 of 1 run trained\n$/);
  const again = sweep('once', ...SMALL);
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stdout, /: 1 run, 1 finished; now `make figures PROFILE=smoke`\n$/);
  assert.match(sweep('once', 'status').stdout, /^ +1 +16 +4 +0 +finished .*n16-width4-seed0\.log$/m);
});

test('a run that fails is named with its log and can be resumed', () => {
  const {stdout} = sweep('fails', ...SMALL, '--executor', 'slurm', '--dry-run');
  assert.match(stdout, /--array=1 /);
  const runs = path.join(scratch, 'fails', 'runs');
  const [id] = readdirSync(path.join(scratch, 'once', 'runs'));
  mkdirSync(path.join(runs, id!, 'request.json', 'in the way'), {recursive: true});
  const failed = sweep('fails', ...SMALL);
  assert.equal(failed.status, 1);
  assert.match(failed.stdout,
      /0 of 1 run trained, 1 failed:\n +1: N = 16, width 4, seed 0: hidden-gaussian: .*\n +log: \S+\.log\n$/);
  assert.match(sweep('fails', 'status').stdout, /^ +1 +16 +4 +0 +failed +hidden-gaussian: /m);
  rmSync(path.join(runs, id!), {recursive: true});
  const resumed = sweep('fails', 'resume');
  assert.equal(resumed.status, 0, resumed.stderr);
  assert.match(sweep('fails', 'status').stdout, /1 run: 1 finished/);
});

/** Starts a command on the run of the sweep `stopped` and waits until it trains. */
async function training(...args: string[]): Promise<{
  readonly child: ChildProcess; readonly worker: number; readonly closed: Promise<number | null>;
  output(): string;
}> {
  const child = spawn(process.execPath, [path.join(ROOT, 'bin', 'hidden-gaussian.js'), ...args],
      {env: {...process.env, ...at('stopped')}, stdio: ['ignore', 'pipe', 'ignore']});
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const runs = path.join(scratch, 'stopped', 'runs');
  for (;;) {
    const [id] = existsSync(runs) ? readdirSync(runs) : [];
    const progress = id === undefined ? undefined : readProgress(path.join(runs, id));
    if (progress !== undefined && progress.done > 0) {
      return {child, closed, worker: progress.pid, output: () => output};
    }
    assert.equal(child.exitCode, null, output);
    await sleep(50);
  }
}

const RUN = ['--profile', 'quick', '--runs', 'width=4'];

test('Ctrl-C saves the runs, and a second sweep of the same name keeps away', async () => {
  const {child, closed, output} = await training('sweep', ...RUN);
  assert.match(sweep('stopped', ...RUN).stdout, /already being trained \(.*process \d+\)/);
  assert.match(sweep('stopped', 'status').stdout, /running +\d+ of 2000/);
  child.kill('SIGINT');
  assert.equal(await closed, 130, output());
  assert.match(output(), /stopped by SIGINT; `npx hidden-gaussian sweep resume quick-\w+` goes on\n$/);
  assert.match(sweep('stopped', 'status').stdout, /^1 run: 1 interrupted$/m);
});

test('when the pool is killed, its workers save and stop too', async () => {
  const {child, closed, worker} = await training('sweep', 'resume');
  child.kill('SIGKILL');
  await closed;
  const lives = (): boolean => existsSync(`/proc/${worker}/stat`);
  for (let i = 0; i < 200 && lives(); i++) await sleep(50);
  assert.ok(!lives(), 'the worker goes on alone');
  assert.match(sweep('stopped', 'status').stdout, /^1 run: 1 interrupted$/m);
});
