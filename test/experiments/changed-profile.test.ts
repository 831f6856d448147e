/** Profiles with other sizes, widths, seeds and images. */
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import test from 'node:test';
import {collectionOf} from '../../src/data/image-collection';
import {writeImageZip} from '../../src/data/write-image-zip';
import {
  changedProfile, changedProfileName, checkChanges, profileTitle,
} from '../../src/experiments/changed-profile';
import type {ProfileChanges} from '../../src/experiments/changed-profile';
import {middleSize, profileOf} from '../../src/experiments/profiles';
import {openWorkspace} from '../../src/experiments/workspace';
import {tinyDataset} from '../tiny-dataset';

const scratch = mkdtempSync(path.join(tmpdir(), 'changed-profile-'));
test.after(() => rmSync(scratch, {recursive: true, force: true}));
const smoke = profileOf('smoke');
const images = {train: tinyDataset(600, [8, 8, 1], 1), heldOut: tinyDataset(40, [8, 8, 1], 2)};
const change = (changes: ProfileChanges) => changedProfile(smoke, changes, images);
const open = (changes: ProfileChanges) =>
  openWorkspace({profile: 'smoke', images, runs: path.join(scratch, 'runs'), ...changes});

test('what is the profile\'s own is no change', () => {
  assert.equal(change({}), smoke);
  assert.equal(change({seed: 0, sizes: [...smoke.sizes].reverse(), width: 8}), smoke);
});

test('changes are in the title and in the folder\'s name, which differ between changes', () => {
  const sized = change({sizes: [512, 64, 64], seed: 1});
  assert.deepEqual([sized.sizes, sized.seed, middleSize(sized)], [[64, 512], 1, 64]);
  assert.equal(profileTitle(sized), 'smoke with N = 64, 512');
  assert.equal(changedProfileName(sized, images), 'smoke-N-64-512-seed-1');
  const wide = change({width: 12, widths: [4, 12], smallSize: 32});
  assert.equal(profileTitle(wide), 'smoke with small N = 32; width 12; widths 4, 12');
  const many = change({sizes: Array.from({length: 50}, (_, i) => i + 1)});
  const more = change({sizes: Array.from({length: 51}, (_, i) => i + 1)});
  const names = [many, more].map((profile) => changedProfileName(profile, images));
  assert.ok(names.every((name) => name.length < 100) && names[0] !== names[1], names.join(' '));
  assert.equal(profileTitle(smoke), 'smoke');
});

test('a further training seed that is the seed already is left out', () => {
  assert.deepEqual(change({seed: 1}).moreSeeds, []);
  assert.deepEqual(change({seed: 2}).moreSeeds, [1]);
});

test('impossible changes are refused with what is possible', () => {
  for (const [changes, expected] of [
    [{sizes: [64]}, /`sizes` to be at least two different/], [{sizes: [0, 64]}, /`sizes`/],
    [{sizes: [64, 64]}, /`sizes`/], [{seed: 0.5}, /`seed` to be an integer, got 0\.5/],
    [{width: 6}, /`width` to be a positive multiple of 4, for example 16, got 6/],
    [{width: -4}, /`width`/], [{widths: [8]}, /`widths`/], [{smallSize: 1.5}, /`smallSize`/],
  ] as const) assert.throws(() => checkChanges(changes), expected, JSON.stringify(changes));
  assert.throws(() => change({sizes: [64, 601]}),
      /at most 600 training images, which is what tiny-1 has, got N = 601/);
  assert.throws(() => change({smallSize: 601}), /got N = 601/);
});

test('a changed workspace shares its runs with the plain one, and leaves its figures alone', async () => {
  const [plain, sized, seeded] =
      [await open({}), await open({sizes: [64, 512]}), await open({seed: 1})];
  assert.equal(sized.runId(64), plain.runId(64));
  assert.notEqual(seeded.runId(64), plain.runId(64));
  assert.match(sized.caption('x'), /^x; .*, seed 0, profile smoke with N = 64, 512$/);
  assert.match(plain.exporter.dir, /figures.smoke$/);
  assert.match(sized.exporter.dir, /figures.custom.smoke-N-64-512-seed-0$/);
  await Promise.all([plain, sized, seeded].map((workspace) => workspace.close()));
});

test('one\'s own images come at the profile\'s resolution, and N ends at their number', async () => {
  const zip = path.join(scratch, 'mine.zip');
  await writeImageZip(collectionOf(tinyDataset(120, [12, 10, 3], 3)), zip);
  const workspace = await openWorkspace(
      {profile: 'smoke', dataset: zip, runs: path.join(scratch, 'runs')});
  const {train, heldOut, profile} = workspace;
  assert.deepEqual(train.imageShape, [8, 8, 3]);
  assert.deepEqual([train.count, heldOut.count], [104, 16]);
  assert.deepEqual(profile.sizes, [16, 32, 64, 104]);
  assert.equal(workspace.caption('x'),
      'x; mine 8×8, seed 0, profile smoke with N = 16, 32, 64, 104');
  assert.match(workspace.exporter.dir, /custom.smoke-mine-[0-9a-f]{8}-N-16-32-64-104-seed-0$/);
  await workspace.close();
  await writeImageZip(collectionOf(tinyDataset(17, [8, 8, 1], 3)), path.join(scratch, 'few.zip'));
  await assert.rejects(
      openWorkspace({profile: 'smoke', dataset: path.join(scratch, 'few.zip')}),
      /few\.zip: expected at least 18 images, 16 of them to hold out/);
});
