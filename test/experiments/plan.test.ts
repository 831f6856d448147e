import assert from 'node:assert/strict';
import {test} from 'node:test';
import {planOf} from '../../src/experiments/plan';
import {profileOf} from '../../src/experiments/profiles';
import {trainTasks} from '../../src/experiments/train-tasks';
import type {TrainingSpeed} from '../../src/experiments/training-speed';
import {networkCost} from '../../src/networks/cost';
import {modelFor} from '../../src/training/model-for';
import {trainOptions} from '../../src/training/options';

const speed: TrainingSpeed = {
  flops: 1e-11, activations: 4e-9, attentionScores: 8e-9, convolutions: 1e-4, parameters: 8e-9,
};
const MACHINE = {speed, processBytes: 4e8};

test('every run of the profile is planned, in the order of its training', () => {
  for (const name of ['smoke', 'quick', 'full', 'paper', 'paper-cifar10']) {
    const {runs} = planOf(profileOf(name), MACHINE);
    assert.deepEqual(runs.map(({n, width, seed}) => ({n, width, seed})),
        trainTasks(profileOf(name)));
  }
});

test('time is the steps times the sum of what one costs, at the given speed', () => {
  const {runs, seconds} = planOf(profileOf('quick'), MACHINE);
  const run = runs.find(({n, width}) => n === 64 && width === 16)!;
  const cost = networkCost(
      modelFor(trainOptions({width: 16, channelMult: [1, 2, 2]}), [16, 16, 1]).parameters);
  const step = 3 * 32 * cost.forwardFlops * 1e-11 + 32 * cost.activations * 4e-9 +
      32 * cost.attentionScores * 8e-9 + cost.convolutions * 1e-4 + cost.parameters * 8e-9;
  assert.ok(Math.abs(run.seconds / (2000 * step) - 1) < 1e-12);
  assert.equal(run.imagesSeen, 64_000);
  assert.equal(run.parameters, cost.parameters);
  assert.ok(Math.abs(runs.reduce((sum, each) => sum + each.seconds, 0) / seconds - 1) < 1e-12);
  const slower = planOf(profileOf('quick'), {...MACHINE,
    speed: Object.fromEntries(Object.entries(speed).map(([kind, value]) =>
      [kind, 2 * value])) as TrainingSpeed});
  assert.ok(Math.abs(slower.seconds / seconds - 2) < 1e-12);
});

test('memory grows with N by the images alone, and with width; the process is its floor', () => {
  const {runs} = planOf(profileOf('quick'), MACHINE);
  const at = (n: number, width: number) => runs.find((run) => run.n === n && run.width === width)!;
  // A byte a pixel, once in the data set and once in TensorFlow.
  assert.equal(at(60_000, 16).memoryBytes - at(64, 16).memoryBytes, 2 * (60_000 - 64) * 256);
  assert.ok(at(64, 4).memoryBytes < at(64, 8).memoryBytes);
  assert.ok(at(64, 4).memoryBytes > MACHINE.processBytes + 70_000 * 256);
  const larger = planOf(profileOf('quick'), {...MACHINE, processBytes: 5e8});
  assert.equal(larger.runs[0]!.memoryBytes - runs[0]!.memoryBytes, 1e8);
});

// Measured peaks (VmHWM) of real trainings with new graphs, Linux, one thread, beside 382 MB of a
// process that trains nothing: 16x16 width 16 batch 32, N = 60,000: 827 MB; 28x28 width 32 batch 64,
// N = 60,000: 2469 MB.
test('memory is within 15 % of what real trainings took', () => {
  const measured = {speed, processBytes: 382e6};
  const peak = (name: string, width: number): number => planOf(profileOf(name), measured).runs
      .find((run) => run.n === 60_000 && run.width === width)!.memoryBytes;
  assert.ok(Math.abs(peak('quick', 16) / 827e6 - 1) < 0.15, `${peak('quick', 16)}`);
  assert.ok(Math.abs(peak('full', 32) / 2469e6 - 1) < 0.15, `${peak('full', 32)}`);
});

test('disk counts weights and average of each kept checkpoint, and two states', () => {
  const {runs, diskBytes} = planOf(profileOf('quick'), MACHINE);
  const run = runs.find(({n, width}) => n === 64 && width === 16)!;
  assert.equal(run.diskBytes, (15 * 2 + 2 * 4) * 4 * run.parameters);
  assert.equal(diskBytes, runs.reduce((sum, each) => sum + each.diskBytes, 0));
});
