import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {profileOf} from '../../src/experiments/profiles';
import {findSweep, readSweep, sweepName, writeSweep} from '../../src/sweeps/sweep';
import type {Sweep} from '../../src/sweeps/sweep';

const sweeps = mkdtempSync(path.join(tmpdir(), 'sweep-test-'));
after(() => rmSync(sweeps, {recursive: true}));
const profile = profileOf('smoke');
const tasks = [{n: 16, width: 8, seed: 0, run: 'train-a'}, {n: 32, width: 8, seed: 0, run: 'train-b'}];
const sweepOf = (name: string, started: string): Sweep =>
    ({format: 1, name, profile: 'smoke', tasks, runs: '/runs', executor: 'local', started});

test('the name follows from the runs', () => {
  const name = sweepName(profile, tasks);
  assert.match(name, /^smoke-[0-9a-f]{8}$/);
  assert.equal(sweepName(profile, tasks.map((task) => ({...task}))), name);
  assert.notEqual(sweepName(profile, tasks.slice(1)), name);
  assert.notEqual(sweepName(profile, [{...tasks[0]!, run: 'train-c'}, tasks[1]!]), name);
});

test('a sweep is read as it was written, with a line of arguments for each run', () => {
  assert.throws(() => findSweep(sweeps), /there is no sweep; start one with `npx hidden-gaussian/);
  const folder = path.join(sweeps, 'smoke-11111111');
  assert.equal(readSweep(folder), undefined);
  const sweep: Sweep = {
    ...sweepOf('smoke-11111111', '2026-01-02T00:00:00Z'), executor: 'slurm',
    slurm: {options: {time: '1:00'}, arrays: [{job: '7', lines: [1, 2]}], figures: '8'},
  };
  writeSweep(folder, profile, sweep);
  assert.deepEqual(readSweep(folder), sweep);
  assert.equal(readFileSync(path.join(folder, 'tasks.txt'), 'utf8'),
      'train --profile smoke --n 16 --width 8 --seed 0\n' +
      'train --profile smoke --n 32 --width 8 --seed 0\n');
});

test('a sweep is found by the beginning of its name, the latest without one', () => {
  writeSweep(path.join(sweeps, 'smoke-12222222'), profile,
      sweepOf('smoke-12222222', '2026-01-01T00:00:00Z'));
  mkdirSync(path.join(sweeps, 'something else'));
  assert.equal(findSweep(sweeps).name, 'smoke-11111111');
  assert.equal(findSweep(sweeps, 'smoke-12').name, 'smoke-12222222');
  assert.equal(findSweep(sweeps, 'smoke-11111111').name, 'smoke-11111111');
  for (const name of ['smoke-1', 'quick', '']) {
    assert.throws(() => findSweep(sweeps, name),
        /expected the name of one sweep, there are smoke-11111111, smoke-12222222$/);
  }
});

test('a damaged record says which file and that no run is lost', () => {
  const file = path.join(sweeps, 'smoke-12222222', 'sweep.json');
  const whole = readFileSync(file, 'utf8');
  for (const content of ['', whole.slice(0, -3), whole.replace('"local"', '"elsewhere"')]) {
    writeFileSync(file, content);
    assert.throws(() => readSweep(path.dirname(file)), (error: Error) =>
      error.message.startsWith(`${file}: expected the record`) && /runs are kept/.test(error.message));
  }
});
