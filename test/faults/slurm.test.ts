/**
 * A sweep on a real Slurm of two nodes: one run is killed, one is warned as before a time limit, one
 * node is lost, and all runs finish with the bytes that are trained without Slurm; the figures follow.
 */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {runState} from '../../src/store/run-state';
import {readSweep} from '../../src/sweeps/sweep';
import type {Sweep} from '../../src/sweeps/sweep';
import {startCluster} from './slurm/cluster';
import type {Cluster} from './slurm/cluster';
import {missingSlurm} from './slurm/installed';
import {environmentOf, parentOf} from './slurm/processes';
import {copyProject} from './slurm/project-copy';

/** Six of smoke's ten runs. */
const RUNS = ['--profile', 'smoke', '--runs', 'width=8', 'seed=0'];
/** The shortest of the five: the figure job is there to follow, not to be waited for. */
const NOTEBOOK = '01-problem.ipynb';
const LIMIT_MS = 8 * 60_000;
const PATIENCE_MS = 60_000;

const missing = missingSlurm();
if (missing !== undefined) console.error(`NOT TESTED: sweeps on a real Slurm. ${missing}`);

test('six runs, one killed, one warned and one on a node that is lost, end with the same bytes',
    {skip: missing ?? false, timeout: LIMIT_MS}, async (t) => {
      const project = copyProject([NOTEBOOK]);
      t.after(project.remove);
      const cluster = await startCluster(2);
      t.after(cluster.stop);
      const {root, runs, sweeps, figures} = project.paths;
      const started = Date.now();
      const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(0)} s`;
      const command = async (args: readonly string[], env = {}): Promise<string> => {
        const {status, output} = await run(root, args, {...cluster.environment, ...env});
        assert.equal(status, 0, `${args.join(' ')}:\n${output}`);
        return output;
      };

      await command(['sweep', ...RUNS, '--executor', 'slurm', '--figures']);
      const [name] = readdirSync(sweeps);
      const folder = path.join(sweeps, name!);
      const sweep = readSweep(folder)!;
      const {arrays: [array], figures: figuresJob} = sweep.slurm!;
      assert.equal(sweep.tasks.length, 6);
      t.diagnostic(`array ${array!.job} and figures ${figuresJob} submitted after ${seconds()}`);
      assert.match(await command(['sweep', ...RUNS, '--executor', 'slurm']),
          /6 runs, 0 finished, 6 in Slurm's queue already/);

      const killed = await trainingProcess(runs, sweep, []);
      process.kill(killed.pid, 'SIGKILL');
      t.diagnostic(`run ${killed.line} killed after ${seconds()}, at step ${killed.step}`);
      const warned = await trainingProcess(runs, sweep, [killed.line]);
      // As Slurm does at its time; `scancel --signal` is refused now and then, beside a requeue.
      process.kill(parentOf(warned.pid), 'SIGUSR1');
      t.diagnostic(`run ${warned.line} warned after ${seconds()}, at step ${warned.step}`);
      const lost = await trainingProcess(runs, sweep, [killed.line, warned.line]);
      cluster.lose(lost.node);
      t.diagnostic(`${lost.node} with run ${lost.line} lost after ${seconds()}, at step ${lost.step}`);

      // The same runs without Slurm, while it finds out that the node is lost.
      const here = {
        HIDDEN_GAUSSIAN_RUNS: path.join(root, 'runs-here'),
        HIDDEN_GAUSSIAN_SWEEPS: path.join(root, 'sweeps-here'),
      };
      await command(['sweep', ...RUNS, '--executor', 'local'], here);
      t.diagnostic(`six runs trained without Slurm after ${seconds()}`);

      await ended(cluster, array!.job);
      t.diagnostic(`array ended after ${seconds()}`);
      const tasks = jobs(cluster, array!.job);
      assert.deepEqual(tasks.map(({JobState}) => JobState), Array(6).fill('COMPLETED'),
          logs(folder));
      const restarts = new Map(tasks.map((each) =>
        [Number(each['ArrayTaskId']), Number(each['Restarts'])]));
      for (const {line} of [killed, warned, lost]) {
        assert.ok(restarts.get(line)! >= 1, `run ${line} was not started again:\n${logs(folder)}`);
      }
      assert.match(readFileSync(path.join(folder, 'logs', `${array!.job}_${warned.line}.log`), 'utf8'),
          /interrupted by SIGTERM; train-\w+ is kept as it was after step \d+ of 60/);
      t.diagnostic(`restarts of runs 1 to 6: ${
        sweep.tasks.map((_, i) => restarts.get(i + 1)).join(', ')}`);
      for (const task of sweep.tasks) {
        assert.equal(weightsHash(runs, task.run), weightsHash(here.HIDDEN_GAUSSIAN_RUNS, task.run),
            `${task.run} differs`);
      }
      assert.match(await command(['sweep', 'status']), /6 runs: 6 finished/);

      await ended(cluster, figuresJob!);
      t.diagnostic(`figures (${NOTEBOOK} alone) ended after ${seconds()}`);
      assert.equal(jobs(cluster, figuresJob!)[0]!['JobState'], 'COMPLETED', logs(folder));
      assert.ok(existsSync(path.join(figures, 'smoke', 'notebooks', NOTEBOOK)));
      assert.ok(existsSync(path.join(figures, 'smoke', 'claims.json')));
    });

/** Runs our command beside this process. */
async function run(root: string, args: readonly string[], env: NodeJS.ProcessEnv):
    Promise<{readonly status: number | null; readonly output: string}> {
  const child = spawn(process.execPath, [path.join(root, 'bin', 'hidden-gaussian.js'), ...args],
      {env, stdio: ['ignore', 'pipe', 'pipe']});
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
  }
  const status = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve));
  return {status, output};
}

/**
 * Waits for a run in the middle of its steps, by what it says itself.
 * @throws Error when none is seen for a long time: they may all have finished meanwhile.
 */
async function trainingProcess(runs: string, sweep: Sweep, without: readonly number[]):
    Promise<{
      readonly line: number; readonly pid: number; readonly node: string; readonly step: number;
    }> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    for (const [i, {run: id}] of sweep.tasks.entries()) {
      const {state, progress} = runState(runs, id);
      if (without.includes(i + 1) || state !== 'running' || progress === undefined) continue;
      const node = environmentOf(progress.pid)
          .find((entry) => entry.startsWith('SLURMD_NODENAME='))?.split('=')[1];
      if (node === undefined || progress.done >= progress.total) continue;
      return {line: i + 1, pid: progress.pid, node, step: progress.done};
    }
    await sleep(10);
  }
  const states = sweep.tasks.map(({run: id}) => runState(runs, id).state);
  throw new Error(`no run was seen in the middle of its steps for a minute: ${states.join(', ')}`);
}

/** Waits until no task of the job is pending or running any more. */
async function ended(cluster: Cluster, job: string): Promise<void> {
  const active = (): boolean => jobs(cluster, job).some(({JobState}) =>
    /^(PENDING|RUNNING|COMPLETING|CONFIGURING|REQUEUED)$/.test(JobState!));
  while (active()) await sleep(500);
}

/** What Slurm knows of a job's tasks. */
const jobs = (cluster: Cluster, job: string): Array<Readonly<Record<string, string>>> =>
    cluster.call('scontrol', '--oneliner', 'show', 'job', job).trim().split('\n').map((line) =>
      Object.fromEntries(line.split(' ').map((field) => field.split('=', 2))));

/** SHA-256 of the last checkpoint. */
function weightsHash(runs: string, id: string): string {
  const checkpoints = path.join(runs, id, 'checkpoints');
  const last = readdirSync(checkpoints).filter((name) => name.endsWith('.safetensors')).sort().at(-1)!;
  return createHash('sha256').update(readFileSync(path.join(checkpoints, last))).digest('hex');
}

const logs = (folder: string): string => readdirSync(path.join(folder, 'logs'))
    .map((name) => `--- ${name}\n${readFileSync(path.join(folder, 'logs', name), 'utf8')}`).join('\n');
