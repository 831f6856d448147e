import assert from 'node:assert/strict';
import test from 'node:test';
import {tf} from '../../src/backend/tf';
import {createDataset, imagesToFloat32} from '../../src/data/dataset';
import {imageNote, nearestNote, nearestNotes, noveltyNotes} from '../../src/experiments/image-notes';

const train = createDataset({
  name: 'fashion-mnist-8/train', imageShape: [1, 2, 1], images: Uint8Array.of(0, 255, 255, 0, 9, 9),
  labels: Uint8Array.of(7, 8, 9),
});

test('an image is told by its number and class', () => {
  assert.equal(imageNote(train, 1), 'training image 1 (Bag)');
  assert.equal(imageNote(train, 1, 'held-out image'), 'held-out image 1 (Bag)');
  const {labels: _, ...bare} = train;
  assert.equal(imageNote(bare, 1234), 'training image 1,234');
});

test('a neighbour is told with its distance, a copy as such', () => {
  const nearest = {index: 0, distance: 1.2345};
  assert.equal(nearestNote(train, nearest), 'nearest: training image 0 (Sneaker), distance 1.23');
  const score = {nearest, gl: 0.25, ratio: 0.1, copied: true};
  assert.deepEqual(noveltyNotes(train, [score, {...score, ratio: 0.9, copied: false}]), [
    'nearest: training image 0 (Sneaker), distance 1.23<br>GL 0.250, distance ratio 0.100: a copy',
    'nearest: training image 0 (Sneaker), distance 1.23<br>GL 0.250, distance ratio 0.900']);
});

test('any images are told by the training image that is nearest, and nothing is left over', async () => {
  const images = imagesToFloat32(train, Uint32Array.of(2, 0));
  images[0]! += 0.5;
  const before = tf.memory().numTensors;
  assert.deepEqual(await nearestNotes(train, images, [1, 2, 1]), [
    'nearest: training image 2 (Ankle boot), distance 0.500',
    'nearest: training image 0 (Sneaker), distance 0']);
  assert.equal(tf.memory().numTensors, before);
});
