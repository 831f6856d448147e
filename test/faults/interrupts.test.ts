import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {TRAINING_ENVIRONMENT} from '../../src/experiments/training-environment';
import {projectPaths} from '../../src/paths';
import {jupyterEnvironment} from '../../src/setup/jupyter';
import {ROOT} from '../paths';
import {startTrainee} from './start-trainee';
import type {TraineeRequest} from './trainee';

const LIMIT_S = 5;
const scratch = mkdtempSync(path.join(tmpdir(), 'interrupts-'));
after(() => rmSync(scratch, {recursive: true}));

/** No state is written but that of the interruption. */
const request = (runs: string, steps = 400): TraineeRequest =>
    ({runs: path.join(scratch, runs), train: {steps}, saveEveryMs: 1e9});
const names = (folder: string): string[] => existsSync(folder) ? readdirSync(folder) : [];
const folderOf = (runs: string): string =>
    path.join(scratch, runs, readdirSync(path.join(scratch, runs))[0]!);
const weights = (folder: string, steps = 400): Buffer => readFileSync(path.join(
    folder, 'checkpoints', `step-${String(steps).padStart(7, '0')}.safetensors`));
const undisturbed = startTrainee(request('undisturbed')).end;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal}: the state is kept, the process ends, the next one goes on`, async (t) => {
    const trainee = startTrainee(request(signal));
    await trainee.reached(({done}) => done >= 100);
    const sent = performance.now();
    trainee.process.kill(signal);
    const end = await trainee.end;
    const seconds = (performance.now() - sent) / 1000;
    assert.equal(end.status, 130, 'told apart from an error');
    assert.match(end.complaint, new RegExp(`^interrupted by ${signal}; train-[0-9a-f]{16} is kept ` +
        'as it was after step \\d+ of 400 and goes on from there when it is asked for again$'));
    const step = Number(/step (\d+) of/.exec(end.complaint)![1]);
    assert.ok(step >= 100 && step < 400, `${step}`);
    assert.ok(seconds < LIMIT_S, `${seconds} s`);
    const folder = folderOf(signal);
    assert.deepEqual(names(path.join(folder, 'states')),
        [`step-${String(step).padStart(7, '0')}.safetensors`]);
    assert.ok(names(path.join(folder, 'lock')).includes('1.free'), 'others need not wait');
    const again = await startTrainee(request(signal)).end;
    assert.equal(again.status, 0, again.complaint);
    assert.equal(again.progress[0]!.done, step + 1, 'no step twice');
    assert.deepEqual(weights(folder), weights((await undisturbed).done!.folder));
    t.diagnostic(`${signal} at step ${step}: ended after ${seconds.toFixed(2)} s`);
  });
}

test('slow steps: an interruption is noticed after the step in which it comes', async (t) => {
  // Steps of some tenths of a second: ten of them in a call would take too long.
  const slow: TraineeRequest = {
    runs: path.join(scratch, 'slow'), saveEveryMs: 1e9,
    train: {steps: 400, width: 64, channelMult: [1, 2], batchSize: 256},
  };
  const trainee = startTrainee(slow);
  const times: number[] = [];
  await trainee.reached(() => times.push(performance.now()) === 3);
  const sent = performance.now();
  trainee.process.kill('SIGTERM');
  const end = await trainee.end;
  const seconds = (performance.now() - sent) / 1000;
  assert.match(end.complaint, /is kept as it was after step \d+ of 400/);
  assert.ok(end.progress.length <= 5, 'no further call is begun');
  const steps = end.progress.map(({done}) => done);
  assert.deepEqual(steps.slice(0, 2), [1, 2], 'the first calls are short');
  assert.ok(seconds < LIMIT_S, `${seconds} s`);
  t.diagnostic(`calls up to steps ${steps.join(', ')}, a second or less each: ended after ` +
      `${seconds.toFixed(2)} s`);
});

test('an interruption while waiting for another process ends the waiting, and nothing else',
    async (t) => {
      const owner = startTrainee(request('waiting', 1000));
      await owner.reached(({done}) => done >= 50);
      const second = startTrainee(request('waiting', 1000));
      await second.reached(() => true);
      const sent = performance.now();
      second.process.kill('SIGINT');
      const end = await second.end;
      const seconds = (performance.now() - sent) / 1000;
      assert.equal(end.status, 130, end.complaint);
      assert.ok(seconds < LIMIT_S, `${seconds} s`);
      owner.process.kill('SIGINT');
      assert.match((await owner.end).complaint, /after step \d+ of 1000/);
      t.diagnostic(`ended after ${seconds.toFixed(2)} s`);
    });

/** So many that the training is not over before the progress of its beginning is seen. */
const NOTEBOOK_STEPS = 4000;
const {venv, notebooks} = projectPaths();
const python = path.join(venv, 'bin', 'python');

test('the stop button of a notebook keeps the state, and the cell run again goes on', {
  skip: existsSync(python) ? false : 'needs .venv: run `make setup`',
}, async (t) => {
  const runs = path.join(scratch, 'notebook');
  const trainee = path.join(ROOT, 'dist', 'test', 'faults', 'trainee.js');
  const cell = `
import * as hg from 'hidden-gaussian';
const {traineeRun} = require(${JSON.stringify(trainee)});
const options = {steps: ${NOTEBOOK_STEPS}, checkpoints: [400]};
const store = hg.openRunStore(${JSON.stringify(runs)}, {onProgress: hg.notebookProgress()});
const {log} = await hg.trainRun(store, {...traineeRun({train: options}), saveEveryMs: 1e9});
`;
  const {status, stdout, stderr} = spawnSync(python,
      [path.join(ROOT, 'test', 'faults', 'interrupt_notebook.py'), notebooks, runs, cell],
      {
        encoding: 'utf8', timeout: 240_000,
        // The bytes are compared with those of processes with these settings.
        env: {...jupyterEnvironment(projectPaths()), ...TRAINING_ENVIRONMENT},
      });
  assert.equal(status, 0, stderr);
  const {interrupted, again, kept, cell_s: cellS, free_s: freeS} =
      JSON.parse(stdout.trim().split('\n').at(-1)!) as
      {interrupted: string; again: string; kept: number; cell_s: number; free_s: number};
  assert.deepEqual([interrupted, again], ['error', 'ok']);
  assert.ok(kept > 0, 'the state of the interruption');
  assert.ok(freeS < LIMIT_S, `${freeS} s`);
  const folder = folderOf('notebook');
  assert.ok(names(path.join(folder, 'lock')).includes('2.free'), 'begun twice');
  assert.deepEqual(weights(folder), weights((await undisturbed).done!.folder));
  t.diagnostic(`the cell ended after ${cellS.toFixed(2)} s, the run was free after ` +
      `${freeS.toFixed(2)} s`);
});
