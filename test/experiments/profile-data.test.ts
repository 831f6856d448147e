import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {describeZips, explainZips, profileDataTitle, profileImageShape}
  from '../../src/experiments/profile-data';
import type {ZipData} from '../../src/experiments/profile-data';
import {profileOf} from '../../src/experiments/profiles';
import {openWorkspace} from '../../src/experiments/workspace';
import {tinyDataset} from '../tiny-dataset';

const folder = mkdtempSync(path.join(tmpdir(), 'profile-data-test-'));
after(() => rmSync(folder, {recursive: true}));
const ffhq = profileOf('paper').data as ZipData;

test('a profile says what its images are', () => {
  assert.equal(profileDataTitle(profileOf('quick').data), 'Fashion-MNIST 16×16');
  assert.equal(profileDataTitle(ffhq), 'FFHQ 64×64');
  assert.deepEqual(profileImageShape(profileOf('full').data), [28, 28, 1]);
  assert.deepEqual(profileImageShape(profileOf('paper-cifar10').data), [32, 32, 3]);
});

test('missing zips are named with the command that makes each, found ones are not', () => {
  assert.deepEqual(describeZips(profileOf('quick').data, folder), []);
  const none = explainZips('paper', ffhq, folder);
  assert.match(none, /^profile paper: expected its data set zips in data\/, missing ffhq-64x64\.zip/);
  assert.match(none, /`npx hidden-gaussian dataset \S+ --resolution 64 -o data\/ffhq-64x64\.zip`/);
  assert.match(none, /celeba-hq-64x64\.zip .*`npx hidden-gaussian plan --profile paper` says/);
  assert.ok(!none.includes('\n'));
  writeFileSync(path.join(folder, ffhq.train.file), '');
  assert.ok(!explainZips('paper', ffhq, folder).includes('-o data/ffhq-64x64.zip'));
  const [first, second] = describeZips(ffhq, folder);
  assert.equal(first, 'found: data/ffhq-64x64.zip');
  assert.match(second!, /^to be made: celeba-hq-64x64\.zip \(30,000 images, of CelebA-HQ/);
  writeFileSync(path.join(folder, ffhq.heldOut.file), '');
  assert.match(explainZips('paper', ffhq, folder), /pass them to openWorkspace as `images`/);
});

test('a workspace of the paper\'s profile takes its images from the caller', async () => {
  assert.throws(() => openWorkspace({profile: 'paper'}), /^Error: profile paper: /);
  const images = {train: tinyDataset(70, [4, 4, 1], 1), heldOut: tinyDataset(3, [4, 4, 1], 2)};
  const workspace = openWorkspace({profile: 'paper', images, runs: folder, figures: folder});
  assert.equal(workspace.trainingSet(68).count, 68);
  assert.equal(workspace.caption('x'), 'x; FFHQ 64×64, seed 0, profile paper');
  await workspace.close();
});
