/** Uses the small label files of `data/fashion-mnist`, which `make data` brings. */
import assert from 'node:assert/strict';
import {
  mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {
  FASHION_MNIST_FILES, downloadFashionMnist,
} from '../../src/data/fashion-mnist';
import type {FashionMnistSource} from '../../src/data/fashion-mnist';
import type {Progress} from '../../src/types';
import {ROOT} from '../helpers';

const DATA = path.join(ROOT, 'data', 'fashion-mnist');
const {trainImages, trainLabels, heldOutImages, heldOutLabels} = FASHION_MNIST_FILES;
const original = (name: string): Buffer => readFileSync(path.join(DATA, name));
const scratch = mkdtempSync(path.join(tmpdir(), 'fashion-mnist-test-'));
after(() => rmSync(scratch, {recursive: true}));
const newFolder = (): string => mkdtempSync(path.join(scratch, 'dir-'));

/** A source that has only the files of `content`; remembers what it was asked for. */
function source(name: string, content: Record<string, Uint8Array>) {
  const asked: string[] = [];
  const made: FashionMnistSource = {
    name,
    async fetch(files, deliver) {
      asked.push(...files.map((file) => file.name));
      for (const file of files) {
        const bytes = content[file.name];
        if (bytes !== undefined) deliver(file, bytes);
      }
      throw new Error('has no more');
    },
  };
  return {asked, ...made};
}

test('files that are there and right are not asked for again', async () => {
  const dir = newFolder();
  for (const {name} of Object.values(FASHION_MNIST_FILES)) {
    symlinkSync(path.join(DATA, name), path.join(dir, name));
  }
  const never = source('never', {});
  const notices: string[] = [];
  const result = await downloadFashionMnist(
      {dir, sources: [never], notice: (message) => notices.push(message)});
  assert.deepEqual([result.fetched, never.asked, notices], [[], [], []]);
});

test('what one source lacks is asked of the next, and what came is kept', async () => {
  const dir = path.join(newFolder(), 'made', 'on', 'the', 'way');
  const first = source('first', {[trainLabels.name]: original(trainLabels.name)});
  const second = source('second', {[heldOutLabels.name]: original(heldOutLabels.name)});
  const [notices, progress]: [string[], Progress[]] = [[], []];
  await assert.rejects(downloadFashionMnist({
    dir, sources: [first, second], notice: (message) => notices.push(message),
    onProgress: (step) => progress.push(step),
  }), {message: [
    'downloadFashionMnist: no source has the files:',
    '  first: has no more',
    '  second: has no more',
    `Check the network, or put these files into ${dir} by hand ` +
        '(SHA-256 of the unpacked content, as `gunzip -c FILE | sha256sum` prints it):',
    `  ${trainImages.name}  ${trainImages.sha256}`,
    `  ${heldOutImages.name}  ${heldOutImages.sha256}`,
  ].join('\n')});
  assert.deepEqual(first.asked, Object.values(FASHION_MNIST_FILES).map(({name}) => name));
  assert.deepEqual(second.asked, [trainImages.name, heldOutImages.name, heldOutLabels.name]);
  assert.deepEqual(readdirSync(dir).sort(), [heldOutLabels.name, trainLabels.name]);
  assert.deepEqual(
      notices, ['Fashion-MNIST: 1 file from first', 'Fashion-MNIST: 1 file from second']);
  const done = progress.map((step) => step.done);
  assert.deepEqual(done, [...done].sort((a, b) => a - b));
  assert.ok(done.at(-1)! > 0 && done.at(-1)! < progress[0]!.total);
});

test('a source that sends something else leaves nothing behind', async () => {
  const dir = newFolder();
  const right = original(trainLabels.name);
  const sources = [
    source('page', {[trainLabels.name]: Buffer.from('<!DOCTYPE html>')}),
    source('short', {[trainLabels.name]: right.subarray(0, 20_000)}),
    source('swapped', {[trainLabels.name]: original(heldOutLabels.name)}),
    source('nothing', {[trainLabels.name]: Buffer.alloc(0)}),
  ];
  await assert.rejects(downloadFashionMnist({dir, sources}), (error: Error) => {
    const lines = error.message.split('\n');
    assert.match(lines[1]!, /page: train-labels-idx1-ubyte\.gz: not a gzip file/);
    assert.match(lines[2]!, /short: train-labels-idx1-ubyte\.gz: gzip data ends early/);
    assert.match(lines[3]!, /swapped: .*expected content with SHA-256 bad3541b.*, got 0402a96d/);
    assert.match(lines[4]!, /nothing: train-labels-idx1-ubyte\.gz: file is empty/);
    return true;
  });
  assert.deepEqual(readdirSync(dir), []);
});

test('a damaged file is set aside, said so, and fetched again', async () => {
  const dir = newFolder();
  const right = original(heldOutLabels.name);
  const damaged = Buffer.from(right);
  damaged[2000]! ^= 0xff;
  writeFileSync(path.join(dir, heldOutLabels.name), damaged);
  const notices: string[] = [];
  await assert.rejects(downloadFashionMnist({
    dir, sources: [source('good', {[heldOutLabels.name]: right})],
    notice: (message) => notices.push(message),
  }), /no source has the files/);
  assert.match(
      notices[0]!, /^t10k-labels-idx1-ubyte\.gz: .*; set aside as .*\.gz\.corrupt, fetching/);
  assert.deepEqual(readFileSync(path.join(dir, heldOutLabels.name)), right);
  assert.deepEqual(readFileSync(path.join(dir, `${heldOutLabels.name}.corrupt`)), damaged);
});

test('a disk that refuses ends the download, and no other source is asked', async () => {
  const dir = newFolder();
  const content = {[trainLabels.name]: original(trainLabels.name)};
  const good = source('good', content);
  const vanishes: FashionMnistSource = {
    name: 'vanishes',
    async fetch(files, deliver) {
      rmSync(dir, {recursive: true});
      deliver(files[1]!, content[trainLabels.name]!);
    },
  };
  await assert.rejects(downloadFashionMnist({dir, sources: [vanishes, good]}),
      /^Error: \/.*train-labels-idx1-ubyte\.gz: cannot be written: ENOENT/);
  assert.deepEqual(good.asked, []);
  writeFileSync(path.join(scratch, 'file'), '');
  await assert.rejects(downloadFashionMnist({dir: path.join(scratch, 'file', 'dir'), sources: []}),
      /cannot be written: ENOTDIR/);
});
