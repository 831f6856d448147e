import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {collectionOf} from '../../src/data/image-collection';
import {writeImageZip} from '../../src/data/write-image-zip';
import {describeZips, loadProfileImages, profileDataTitle, profileImageShape}
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

test('missing zips are named with the command that makes each, found ones are not', async () => {
  const explained = (name: string): Promise<string> =>
    loadProfileImages(profileOf(name), {data: folder}).then(
        () => assert.fail('loaded'), ({message}: Error) => message);
  assert.deepEqual(describeZips(profileOf('quick').data, folder), []);
  const both = await explained('paper');
  assert.match(both, /^profile paper: expected its data set zips in data\/, missing ffhq-64x64\.zip/);
  assert.match(both, /`npx hidden-gaussian dataset \S+ --resolution 64 -o data\/ffhq-64x64\.zip`/);
  assert.match(both, /celeba-hq-64x64\.zip .*`npx hidden-gaussian plan --profile paper` says/);
  assert.ok(!both.includes('\n'));
  assert.match(await explained('paper-cifar10'),
      /cifar-10-python\.tar\.gz --split test -o data\/cifar10-32x32-test\.zip/);
  writeFileSync(path.join(folder, ffhq.train.file), '');
  assert.ok(!(await explained('paper')).includes('-o data/ffhq-64x64.zip'));
  const [first, second] = describeZips(ffhq, folder);
  assert.equal(first, 'found: data/ffhq-64x64.zip');
  assert.match(second!, /^to be made: celeba-hq-64x64\.zip \(30,000 images, of CelebA-HQ/);
});

const small: ZipData = {
  ...ffhq, imageShape: [4, 4, 3],
  train: {...ffhq.train, file: 'small.zip', images: 70},
  heldOut: {...ffhq.heldOut, file: 'small-held-out.zip', images: 3},
};
const images = {train: tinyDataset(70, [4, 4, 3], 1), heldOut: tinyDataset(3, [4, 4, 3], 2)};

test('zips that are there are loaded, and refused when they hold other images', async () => {
  await writeImageZip(collectionOf(images.train), path.join(folder, 'small.zip'));
  await writeImageZip(
      collectionOf(images.heldOut), path.join(folder, 'small-held-out.zip'));
  const loaded = await loadProfileImages({name: 'small', data: small}, {data: folder});
  assert.deepEqual(loaded.train.images, images.train.images);
  assert.deepEqual(loaded.heldOut.images, images.heldOut.images);
  const more = {...small, heldOut: {...small.heldOut, images: 4}};
  await assert.rejects(loadProfileImages({name: 'small', data: more}, {data: folder}),
      /small-held-out\.zip: profile small expects 4 images of 4x4x3, got 3 of 4x4x3; make it anew/);
  const larger = {...small, imageShape: [8, 8, 3] as const};
  await assert.rejects(loadProfileImages({name: 'small', data: larger}, {data: folder}),
      /small\.zip: profile small expects 70 images of 8x8x3, got 70 of 4x4x3/);
});

test('a workspace takes images from its caller, and says which they are', async () => {
  const workspace = await openWorkspace({profile: 'paper', images, runs: folder, figures: folder});
  assert.equal(workspace.trainingSet(68).count, 68);
  assert.equal(workspace.caption('x'), 'x; FFHQ 64×64, seed 0, profile paper');
  await workspace.close();
});
