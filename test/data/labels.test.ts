import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createDataset, selectImages} from '../../src/data/dataset';
import {labelsOf} from '../../src/data/labels';

test('labels take the smallest type that holds them', () => {
  assert.deepEqual(labelsOf([0, 255]), Uint8Array.from([0, 255]));
  assert.deepEqual(labelsOf([0, 256]), Uint16Array.from([0, 256]));
  assert.deepEqual(labelsOf([0, 65_536]), Int32Array.from([0, 65_536]));
});

test('a selection of images keeps classes above 255 and label vectors', () => {
  const images = Uint8Array.from([1, 2, 3]);
  const classes = createDataset({
    name: 'c', images, imageShape: [1, 1, 1], labels: Uint16Array.from([999, 0, 500]),
  });
  assert.deepEqual([...selectImages(classes, [2, 0], 'two').labels!], [500, 999]);
  const labelVectors = {size: 2, values: Float32Array.from([1, 2, 3, 4, 5, 6])};
  const vectors = createDataset({name: 'v', images, imageShape: [1, 1, 1], labelVectors});
  assert.deepEqual(selectImages(vectors, [2, 0], 'two').labelVectors,
      {size: 2, values: Float32Array.from([5, 6, 1, 2])});
});

test('label vectors of another number than the images, or beside classes, are refused', () => {
  const images = Uint8Array.from([1, 2, 3]);
  const labelVectors = {size: 2, values: new Float32Array(4)};
  const make = (labels?: Uint8Array) => () =>
      createDataset({name: 'v', images, imageShape: [1, 1, 1], labels, labelVectors});
  assert.throws(make(), /expected 3 labels, one for each image of v, got 2/);
  assert.throws(make(new Uint8Array(3)), /expected classes or label vectors for v, got both/);
});
