import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createDataset} from '../../src/data/dataset';
import {flipImages, flipPixels} from '../../src/data/flip';

test('flipPixels reverses the columns of every row and keeps colours together', () => {
  const pixels = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  assert.deepEqual([...flipPixels(pixels, [2, 2, 3])], [4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
  assert.deepEqual([...flipPixels(pixels, [4, 3, 1])], [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]);
});

test('flipImages puts the mirror images after the others, with the same labels', () => {
  const dataset = createDataset({
    name: 'two', images: Uint8Array.from([1, 2, 3, 4]), imageShape: [1, 2, 1],
    labels: Uint8Array.from([8, 9]),
  });
  const both = flipImages(dataset);
  assert.deepEqual([both.name, both.count], ['two/xflip', 4]);
  assert.deepEqual([...both.images], [1, 2, 3, 4, 2, 1, 4, 3]);
  assert.deepEqual([...both.labels!], [8, 9, 8, 9]);
  assert.notEqual(both.hash, dataset.hash);
});
