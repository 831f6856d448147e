/** What is asked of Slurm, and what is made of its answers, with stand-ins for its commands. */
import assert from 'node:assert/strict';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {profileOf} from '../../src/experiments/profiles';
import {formatStatus} from '../../src/cli/sweep';
import {squeue, sbatch} from '../../src/sweeps/slurm';
import type {SlurmOptions} from '../../src/sweeps/slurm-options';
import {sweepStatus} from '../../src/sweeps/status';
import {describeSubmission, submitToSlurm} from '../../src/sweeps/submit';
import {readSweep} from '../../src/sweeps/sweep';
import type {Sweep} from '../../src/sweeps/sweep';
import {fakeSlurm} from './fake-slurm';

const scratch = mkdtempSync(path.join(tmpdir(), 'submit 100% test-'));
after(() => rmSync(scratch, {recursive: true}));
const slurm = fakeSlurm(path.join(scratch, 'bin'));
const profile = profileOf('smoke');
const runs = path.join(scratch, 'runs');
const folder = path.join(scratch, 'sweeps', 'smoke-0');
const NAMES = 'hidden-gaussian-smoke-0';

/** Uses the stand-ins while `body` runs. */
function withSlurm<T>(body: () => T, PATH = slurm.path): T {
  const before = process.env['PATH'];
  process.env['PATH'] = PATH;
  try {
    return body();
  } finally {
    process.env['PATH'] = before;
  }
}

const sweepWith = (options: SlurmOptions): Sweep => ({
  format: 1, name: 'smoke-0', profile: 'smoke', runs, executor: 'slurm', started: 'now',
  tasks: [16, 32, 64, 128].map((n) => ({n, width: 8, seed: 0, run: `train-${n}`})),
  slurm: {options, arrays: []},
});

function submit(sweep: Sweep, lines: readonly number[], withFigures = true): string[] {
  return withSlurm(() => submitToSlurm(
      {folder, profile, sweep, lines, withFigures, status: sweepStatus(folder, sweep)}));
}

test('one array and a job that follows it are submitted, and noted', () => {
  slurm.define('squeue', '');
  slurm.define('sbatch', 'case "$*" in *figures*) echo 12;; *) echo "11;cluster";; esac');
  const said = submit(sweepWith({maxRunning: 3, warning: 60, time: '4:00:00'}), [1, 2, 4]);
  const script = path.join(folder, 'job.sh');
  const output = folder.replace('%', '%%');
  assert.deepEqual(slurm.calls('sbatch'), [
    `--parsable|--job-name=${NAMES}|--chdir=${folder}|--output=${output}/logs/%A_%a.log|--requeue|` +
      `--open-mode=append|--signal=B:USR1@60|--array=1,2,4%3|${script}`,
    `--parsable|--job-name=${NAMES}-figures|--chdir=${folder}|` +
      `--output=${output}/logs/figures-%j.log|--requeue|--open-mode=append|--signal=B:USR1@60|` +
      `--dependency=afterok:11|--kill-on-invalid-dep=yes|${path.join(folder, 'figures.sh')}`,
  ]);
  assert.match(readFileSync(script, 'utf8'), /^#SBATCH --time=4:00:00\n#SBATCH --mem=\d+M$/m);
  assert.ok(existsSync(path.join(folder, 'logs')), 'Slurm makes no folder for logs');
  assert.deepEqual(readSweep(folder)!.slurm, {
    options: {maxRunning: 3, warning: 60, time: '4:00:00'},
    arrays: [{job: '11', lines: [1, 2, 4]}], figures: '12',
  });
  assert.match(said.join('\n'), /job array 11: 3 runs\njob 12: the figures/);
});

test('the status joins the queue, the run store and the marks of failures', () => {
  mkdirSync(path.join(runs, 'train-16'), {recursive: true});
  writeFileSync(path.join(runs, 'train-16', 'result.json'), '{}');
  mkdirSync(path.join(runs, 'train-128'));
  mkdirSync(path.join(folder, 'failed'));
  writeFileSync(path.join(folder, 'failed', '4'), 'status 1: an error, see above\n');
  writeFileSync(path.join(folder, 'logs', '11_4.log'), '');
  slurm.define('squeue', `cat <<'END'
11|1|COMPLETED|n1|None
11|2|PENDING||launch failed|requeued held
10|3|RUNNING|n2|None
12|N/A|PENDING||Dependency
END`);
  const status = withSlurm(() => sweepStatus(folder, readSweep(folder)!));
  assert.deepEqual(status.tasks.map(({state, detail, inQueue}) => [state, detail, inQueue]), [
    ['finished', '', false], ['queued', 'launch failed|requeued held', true],
    ['not started', '', false], // another sweep's array
    ['failed', 'status 1: an error, see above', false],
  ]);
  const text = formatStatus(status).join('\n');
  assert.match(text, /^run +N +width +seed +state +details +log$/m);
  assert.match(text, /^ +4 +128 +8 +0 +failed +status 1: .*\/logs\/11_4\.log$/m);
  assert.match(text, /^4 runs: 1 finished, 1 queued, 1 not started, 1 failed$/m);
  assert.match(text, /^figures: job 12, pending, Dependency$/m);
  assert.match(text, /sweep resume smoke-0` trains what is not under way$/);
});

test('what could not start is failed in Slurm\'s words; what was cancelled is not', () => {
  const states = (state: string): unknown => {
    slurm.define('squeue', `echo '11|2|${state}|n1|JobLaunchFailure'`);
    const {state: seen, detail} =
        withSlurm(() => sweepStatus(folder, readSweep(folder)!)).tasks[1]!;
    return [seen, detail];
  };
  assert.deepEqual(states('FAILED'), ['failed', 'failed (JobLaunchFailure)']);
  assert.deepEqual(states('CANCELLED'), ['not started', '']);
  assert.deepEqual(states('RUNNING'), ['running', 'n1']);
});

test('a resumed sweep waits for both arrays, and the old job for the figures is cancelled', () => {
  slurm.define('squeue', 'echo "11|2|RUNNING|n1|None"; echo "12|N/A|PENDING||Dependency"');
  slurm.define('sbatch', 'case "$*" in *figures*) echo 22;; *) echo 21;; esac');
  slurm.define('scancel', '');
  submit(readSweep(folder)!, [3, 4]);
  assert.deepEqual(slurm.calls('scancel'), ['12']);
  assert.match(slurm.calls('sbatch').at(-1)!, /\|--dependency=afterok:21:11_2\|/);
  assert.deepEqual(readSweep(folder)!.slurm!.arrays,
      [{job: '11', lines: [1, 2, 4]}, {job: '21', lines: [3, 4]}]);
  assert.equal(readSweep(folder)!.slurm!.figures, '22');
});

test('an array that Slurm refuses leaves the sweep as it was, and its words are passed on', () => {
  const before = readSweep(folder);
  slurm.define('squeue', '');
  slurm.define('sbatch', 'echo "sbatch: error: invalid partition specified: gpu" >&2; exit 1');
  assert.throws(() => submit(before!, [3]), /sbatch failed with status 1: .* partition .*: gpu$/);
  assert.deepEqual(readSweep(folder), before);
  slurm.define('sbatch', 'echo "Submitted batch job 5"');
  assert.throws(() => withSlurm(() => sbatch([])), /expected a job's number, got "Submitted/);
});

test('without Slurm the status is that of the run store, and submitting says what to do', () => {
  const nowhere = path.join(scratch, 'nowhere');
  const status = withSlurm(() => sweepStatus(folder, readSweep(folder)!), nowhere);
  assert.match(status.queueError!, /squeue: not found; .* login node/);
  assert.equal(status.tasks[0]!.state, 'finished');
  assert.match(formatStatus(status)[1]!, /^Slurm's queue cannot be asked \(squeue: not found/);
  assert.throws(() => withSlurm(() => squeue(['x']), nowhere), /take --executor local/);
});

test('a dry run says everything and calls nothing', () => {
  const calls = slurm.calls('sbatch').length;
  const text = withSlurm(() => describeSubmission({
    folder, profile, sweep: sweepWith({}), lines: [1], withFigures: true,
    status: sweepStatus(folder, sweepWith({})),
  })).join('\n');
  assert.match(text, /^sbatch --job-name=\S+ '--chdir=.*100% test.*' .*--signal=B:USR1@90 /);
  assert.match(text, /--dependency=afterok:ARRAY/);
  assert.equal(text.match(/^#!\/bin\/bash$/gm)!.length, 2);
  assert.equal(slurm.calls('sbatch').length, calls);
});

test('a folder that Slurm cannot write logs to is refused', () => {
  const odd = path.join(scratch, 'back\\slash');
  assert.throws(() => describeSubmission({
    folder: odd, profile, sweep: sweepWith({}), lines: [1], withFigures: false,
    status: withSlurm(() => sweepStatus(folder, sweepWith({}))),
  }), /cannot write logs to a folder with a backslash .* HIDDEN_GAUSSIAN_SWEEPS/);
});
