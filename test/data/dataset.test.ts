import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {test} from 'node:test';
import {
  checkSameShape, createDataset, imagesToFloat32, selectImages,
} from '../../src/data/dataset';

const images = Uint8Array.from([0, 51, 255, 204, 102, 153]);
const dataset = createDataset(
    {name: 'three', images, labels: Uint8Array.from([7, 8, 9]), imageShape: [1, 2, 1]});

test('createDataset counts the images and cannot be changed', () => {
  assert.equal(dataset.count, 3);
  assert.deepEqual(dataset.imageShape, [1, 2, 1]);
  assert.throws(() => Object.assign(dataset, {count: 4}), TypeError);
  assert.throws(() => Object.assign(dataset.imageShape, [2, 1, 1]), TypeError);
});

test('the hash is the SHA-256 of shape and pixels: neither name nor labels matter', () => {
  const expected = createHash('sha256').update('3,1,2,1;').update(images).digest('hex');
  assert.equal(dataset.hash, expected);
  assert.equal(createDataset({name: 'other', images, imageShape: [1, 2, 1]}).hash, expected);
  assert.notEqual(createDataset({name: 'three', images, imageShape: [2, 1, 1]}).hash, expected);
  const changed = Uint8Array.from(images, (byte, i) => i === 5 ? byte + 1 : byte);
  assert.notEqual(
      createDataset({name: 'three', images: changed, imageShape: [1, 2, 1]}).hash, expected);
});

test('createDataset refuses sizes that disagree, and says which', () => {
  const make = (bytes: number, labels?: number) => () => createDataset({
    name: 'odd', images: new Uint8Array(bytes), imageShape: [2, 2, 1],
    ...labels === undefined ? {} : {labels: new Uint8Array(labels)},
  });
  assert.throws(make(7), {name: 'RangeError', message:
    'createDataset: expected `images` of odd to hold whole images of 4 bytes (shape [2, 2, 1]), ' +
    'at least one, got 7 bytes'});
  assert.throws(make(0), /at least one, got 0 bytes/);
  assert.throws(make(8, 3), {name: 'RangeError', message:
    'createDataset: expected 2 labels, one for each image of odd, got 3'});
  assert.throws(
      () => createDataset({name: 'flat', images, imageShape: [0, 2, 1]}),
      {message: 'createDataset: expected `imageShape[0]` to be an integer >= 1, got 0'});
});

test('imagesToFloat32 maps 0 to -1 and 255 to 1, and picks images in the order asked for', () => {
  const all = imagesToFloat32(dataset);
  assert.deepEqual([all[0], all[2]], [-1, 1]);
  for (const [i, byte] of images.entries()) {
    assert.ok(Math.abs(all[i]! - (byte / 127.5 - 1)) <= 2 ** -24, `byte ${byte} became ${all[i]}`);
  }
  assert.deepEqual(
      imagesToFloat32(dataset, [2, 0, 2]),
      Float32Array.from([all[4]!, all[5]!, all[0]!, all[1]!, all[4]!, all[5]!]));
});

test('selectImages keeps images and labels together', () => {
  const chosen = selectImages(dataset, [2, 0], 'two');
  assert.deepEqual([...chosen.images], [102, 153, 0, 51]);
  assert.deepEqual([...chosen.labels!], [9, 7]);
  assert.equal(chosen.name, 'two');
});

test('an index that is no image is named, wherever images are picked', () => {
  const message = 'expected indices of images 0..2 of three, got 3 at position 1';
  assert.throws(() => selectImages(dataset, [0, 3], 'x'), {message: `selectImages: ${message}`});
  assert.throws(() => imagesToFloat32(dataset, [0, 3]), {message: `imagesToFloat32: ${message}`});
  assert.throws(() => imagesToFloat32(dataset, [-1]), /got -1 at position 0/);
  assert.throws(() => imagesToFloat32(dataset, [0.5]), /got 0.5 at position 0/);
});

test('checkSameShape names both sides, their shapes and a remedy', () => {
  checkSameShape('compare', dataset, {name: 'same', imageShape: [1, 2, 1]});
  assert.throws(
      () => checkSameShape('compare', {name: 'network', imageShape: [1, 2, 3]}, dataset),
      {name: 'RangeError', message:
        'compare: expected images of shape [1, 2, 3] as in network, got [1, 2, 1] from three; ' +
        'load the data at the other resolution or use another model'});
});
