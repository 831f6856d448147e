import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {pack} from 'tar-stream';
import {buffer} from 'node:stream/consumers';
import {CIFAR10_CLASSES, loadCifar10} from '../../src/data/cifar10';
import {parseBatch} from '../../src/data/cifar10-batch';
import type {HeldOutSplit} from '../../src/data/split';
import {pickleOf} from './pickles';

const scratch = mkdtempSync(path.join(tmpdir(), 'cifar10-test-'));
after(() => rmSync(scratch, {recursive: true}));

const N = 10_000;
const NAMES = [...[1, 2, 3, 4, 5].map((number) => `data_batch_${number}`), 'test_batch'];
/** Byte of batch b, image i, colour c, pixel p; its label. */
const byteOf = (b: number, i: number, c: number, p: number): number =>
    (7 * b + i + 50 * c + p) % 256;
const labelOf = (b: number, i: number): number => (b + i) % 10;

/** The planes of batch b: `[N, 3072]`. */
function planes(b: number): Uint8Array {
  const rows = new Uint8Array(N * 3072);
  for (let i = 0, at = 0; i < N; i++) {
    for (let c = 0; c < 3; c++) for (let p = 0; p < 1024; p++) rows[at++] = byteOf(b, i, c, p);
  }
  return rows;
}

function pickled(
    b: number,
    labels: (number | string)[] = Array.from({length: N}, (_, i) => labelOf(b, i))): Buffer {
  return pickleOf(new Map<string, Parameters<typeof pickleOf>[0]>([
    ['batch_label', `batch ${b}`], ['labels', labels],
    ['data', {shape: [N, 3072], values: planes(b)}],
  ]));
}

function binary(b: number): Buffer {
  const [rows, records] = [planes(b), Buffer.alloc(N * 3073)];
  for (let i = 0; i < N; i++) {
    records[i * 3073] = labelOf(b, i);
    records.set(rows.subarray(i * 3072, (i + 1) * 3072), i * 3073 + 1);
  }
  return records;
}

/** A packed archive of files of the batches in `order`. */
async function archive(
    name: string, order: readonly number[], file: (b: number) => readonly [string, Buffer],
): Promise<string> {
  const tar = pack();
  tar.entry({name: 'cifar-10/readme.html'}, 'hello');
  for (const b of order) {
    const [entry, content] = file(b);
    tar.entry({name: entry}, content);
  }
  tar.finalize();
  const target = path.join(scratch, name);
  writeFileSync(target, gzipSync(await buffer(tar), {level: 1}));
  return target;
}

function check({train, heldOut}: HeldOutSplit): void {
  assert.deepEqual([train.name, train.count], ['cifar-10/train', 50_000]);
  assert.deepEqual([heldOut.name, heldOut.count], ['cifar-10/held-out', 10_000]);
  assert.deepEqual(train.imageShape, [32, 32, 3]);
  const at = (n: number, p: number): number[] =>
    [...train.images.subarray((n * 1024 + p) * 3, (n * 1024 + p) * 3 + 3)];
  for (const [b, i, p] of [[0, 0, 0], [2, 9999, 40], [4, 123, 1023]] as const) {
    assert.deepEqual(at(b * N + i, p), [0, 1, 2].map((c) => byteOf(b, i, c, p)));
    assert.equal(train.labels![b * N + i], labelOf(b, i));
  }
  assert.deepEqual([...heldOut.images.subarray(3, 6)], [0, 1, 2].map((c) => byteOf(5, 0, c, 1)));
  assert.deepEqual([...heldOut.labels!.subarray(0, 3)], [5, 6, 7]);
}

let fromPython = '';

test('the python archive: training and test images kept apart, colours side by side', async () => {
  const file = await archive('cifar-10-python.tar.gz', [5, 2, 0, 1, 4, 3],
      (b) => [`cifar-10-batches-py/${NAMES[b]}`, pickled(b)]);
  const done: number[] = [];
  const split = await loadCifar10({path: file, onProgress: (progress) => done.push(progress.done)});
  check(split);
  assert.deepEqual(done, [1, 2, 3, 4, 5, 6]);
  fromPython = split.train.hash;
});

test('the binary archive gives the same images, packed and unpacked', async () => {
  const file = await archive('cifar-10-binary.tar.gz', [0, 1, 2, 3, 4, 5],
      (b) => [`cifar-10-batches-bin/${NAMES[b]}.bin`, binary(b)]);
  const split = await loadCifar10({path: file});
  check(split);
  assert.equal(split.train.hash, fromPython);
  const folder = path.join(scratch, 'unpacked', 'cifar-10-batches-bin');
  mkdirSync(folder, {recursive: true});
  NAMES.forEach((name, b) => writeFileSync(path.join(folder, `${name}.bin`), binary(b)));
  for (const dir of [folder, path.dirname(folder)]) check(await loadCifar10({path: dir}));
});

test('missing batches are named', async () => {
  const file = await archive('short.tar.gz', [0, 1, 2, 4],
      (b) => [`cifar-10-batches-bin/${NAMES[b]}.bin`, binary(b)]);
  await assert.rejects(loadCifar10({path: file}), {message:
    `${file}: expected the six batches of CIFAR-10, missing data_batch_4, test_batch; get the ` +
    'archive anew'});
  await assert.rejects(loadCifar10({path: path.join(scratch, 'none')}), /no such file or folder/);
});

test('a batch of another size, or with labels out of range, is refused by name', () => {
  const whole = binary(0);
  assert.throws(() => parseBatch(whole.subarray(1), 'x/data_batch_1.bin'), {message:
    'x/data_batch_1.bin: expected 10000 records of 3073 bytes, got 30729999 bytes (file is ' +
    'truncated or not of CIFAR-10)'});
  whole[2 * 3073] = 10;
  assert.throws(() => parseBatch(whole, 'x.bin'),
      /x\.bin: expected labels 0 to 9, got 10 at image 2/);
  const one = {shape: [1, 3072], values: new Uint8Array(3072)};
  assert.throws(() => parseBatch(pickleOf(new Map([['data', one]])), 'x'),
      /x: expected `data` to be bytes of shape \[10000, 3072\], got shape \[1, 3072\]/);
  assert.throws(() => parseBatch(pickleOf([1]), 'x'), /expected `data` .* got no array/);
  assert.throws(() => parseBatch(pickled(0, [1, 2]), 'x'),
      /`labels` to be a list of 10000 classes/);
  const texts = pickled(0, new Array<string>(N).fill('5'));
  assert.throws(() => parseBatch(texts, 'x'), /`labels` to be a list of 10000 classes/);
});

test('a bad batch in an archive is named once', async () => {
  const file = await archive('named.tar.gz', [0], () => ['py/data_batch_1', Buffer.from('none')]);
  await assert.rejects(loadCifar10({path: file}), {message:
    `${file}/py/data_batch_1: the pickle has instruction 'n', which data does not need; refused`});
});

test('there is a name for each class', () => {
  assert.equal(new Set(CIFAR10_CLASSES).size, 10);
});
