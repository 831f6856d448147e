import assert from 'node:assert/strict';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {test} from 'node:test';
import {networkCost} from '../../src/networks/cost';
import {modelFor} from '../../src/training/model-for';
import {availableDisk, availableMemory, checkNeeds, trainingNeeds} from '../../src/training/needs';
import {trainOptions} from '../../src/training/options';

const SHAPE = [16, 16, 1] as const;
const options = trainOptions({width: 16, checkpoints: [5, 50], steps: 100, batchSize: 32});

test('disk is two vectors for each checkpoint and four for each of two states', () => {
  const P = networkCost(modelFor(options, SHAPE).parameters).parameters;
  assert.equal(trainingNeeds(options, SHAPE).diskBytes, 4 * P * (3 * 2 + 2 * 4));
});

test('a process of its own also holds TensorFlow and the images', () => {
  const bare = trainingNeeds(options, SHAPE, {processBytes: 0});
  assert.equal(bare.memoryBytes, bare.workBytes);
  const whole = trainingNeeds(options, SHAPE, {processBytes: 1e8, images: 1000});
  assert.equal(whole.memoryBytes, 1e8 + 1000 * 256 + bare.workBytes);
  assert.equal(whole.workBytes, bare.workBytes);
});

test('memory grows with width, batch and dropout', () => {
  const work = (overrides: object): number =>
      trainingNeeds(trainOptions({...options, ...overrides}), SHAPE).workBytes;
  assert.ok(work({width: 32}) > work({}));
  assert.ok(work({batchSize: 512}) > work({}));
  assert.ok(work({batchSize: 512, dropout: 0.1}) > work({batchSize: 512}));
});

test('what does not fit is refused with figures and a remedy', () => {
  const check = (memoryBytes: number, diskBytes: number) => (): void =>
      checkNeeds('training', {memoryBytes, diskBytes}, {runs: '/r', memory: 2 ** 30, disk: 2 ** 20});
  assert.doesNotThrow(check(2 ** 30, 2 ** 20));
  assert.throws(check(2 ** 30 + 2 ** 29, 0),
      /^Error: training: needs about 1\.5 GiB of memory, 1\.0 GiB are available; .*smaller width/);
  assert.throws(check(0, 3 * 2 ** 20),
      /^Error: training: needs 3 MiB of disk in \/r, 1 MiB are free; .*HIDDEN_GAUSSIAN_RUNS/);
});

test('a Slurm job has no more memory than it asked for', () => {
  const free = availableMemory({});
  assert.ok(free > 2 ** 20);
  const own = process.memoryUsage.rss();
  const within = (environment: NodeJS.ProcessEnv, bytes: number): void => {
    const seen = availableMemory(environment);
    assert.ok(Math.abs(seen - Math.max(0, bytes - own)) < 50e6, `${seen} instead of ${bytes - own}`);
  };
  within({SLURM_MEM_PER_NODE: '512'}, 512 * 2 ** 20);
  within({SLURM_MEM_PER_NODE: '1'}, 0);
  within({SLURM_MEM_PER_CPU: '256', SLURM_CPUS_PER_TASK: '2', SLURM_CPUS_ON_NODE: '8'}, 2 ** 29);
  within({SLURM_MEM_PER_CPU: '256', SLURM_CPUS_ON_NODE: '2'}, 2 ** 29);
  // No limit, and no more than is free.
  for (const limit of ['0', 'x', `${2 ** 40}`]) {
    assert.ok(Math.abs(availableMemory({SLURM_MEM_PER_NODE: limit}) / free - 1) < 0.2, limit);
  }
});

test('the disk of a folder that is not there yet is that of the one it will be in', () => {
  const there = availableDisk(tmpdir());
  assert.ok(there > 0);
  assert.ok(Math.abs(availableDisk(path.join(tmpdir(), 'no', 'such', 'folder')) / there - 1) < 0.1);
});
