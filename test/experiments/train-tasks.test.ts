import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {profileOf} from '../../src/experiments/profiles';
import {trainTasks, unfinishedTasks} from '../../src/experiments/train-tasks';
import {openWorkspace} from '../../src/experiments/workspace';
import {tinyDataset} from '../tiny-dataset';

const folder = mkdtempSync(path.join(tmpdir(), 'train-tasks-test-'));
after(() => rmSync(folder, {recursive: true}));

test('each run of a profile is trained once, the widest first', () => {
  const {sizes, width, widths, smallSize, seed, moreSeeds} = profileOf('smoke');
  const tasks = trainTasks(profileOf('smoke'));
  assert.equal(new Set(tasks.map((task) => JSON.stringify(task))).size, tasks.length);
  assert.equal(tasks.length, sizes.length + widths.length - 1 + 2 * moreSeeds.length);
  assert.ok(tasks.some((task) => task.n === smallSize && task.width === width &&
      task.seed === seed));
  assert.ok(tasks.every((task, i) => i === 0 || task.width <= tasks[i - 1]!.width));
});

test('runs that are finished are told apart', async () => {
  const images = {train: tinyDataset(512, [8, 8, 1], 1), heldOut: tinyDataset(4, [8, 8, 1], 2)};
  const workspace = await openWorkspace({profile: 'smoke', images, runs: folder, figures: folder});
  const all = trainTasks(workspace.profile);
  assert.deepEqual(unfinishedTasks(workspace), all);
  const {n, width, seed} = all.at(-1)!;
  await workspace.trainRun(n, width, seed);
  assert.deepEqual(unfinishedTasks(workspace), all.slice(0, -1));
  await workspace.close();
});
