import assert from 'node:assert/strict';
import {test} from 'node:test';
import {read64, tidy64} from '../../src/backend/tensor64';
import {tf} from '../../src/backend/tf';
import {imageRows} from '../../src/denoisers/image-rows';
import {assertNoHandleLeak} from '../handles';
import {assertNoLeak} from '../helpers';
import {pixelsOf, tinyDataset} from '../tiny-dataset';

test('every byte is the same float32 pixel in chunks and in gathered rows', () => {
  const images = Uint8Array.from({length: 256}, (_, v) => v);
  const set = {name: 'all', images, count: 64, imageShape: [2, 2, 1], hash: ''} as const;
  const rows = imageRows('test', set);
  const read = (): Float64Array => tidy64(() => read64(rows.chunk(0, 64)));
  const chunk = assertNoLeak(() => assertNoHandleLeak(read));
  const expected = [...pixelsOf(set)];
  assert.deepEqual([...chunk], expected);
  assert.deepEqual([...rows.gather(Array.from({length: 64}, (_, i) => i))], expected);
  assert.deepEqual([expected[0], expected[255]], [-1, 1]);
});

test('chunks and gathered rows start at the rows asked for, of bytes and of tensors', () => {
  const set = tinyDataset(5, [2, 1, 3], 0);
  const pixels = pixelsOf(set);
  const tensor = tf.tensor4d(pixels, [5, 2, 1, 3]);
  for (const source of [set, tensor]) {
    const rows = imageRows('test', source);
    assert.deepEqual([rows.count, rows.size, ...rows.imageShape], [5, 6, 2, 1, 3]);
    assert.deepEqual([...tidy64(() => read64(rows.chunk(2, 2)))], [...pixels.subarray(12, 24)]);
    assert.deepEqual([...rows.gather([4, 0])],
        [...pixels.subarray(24, 30), ...pixels.subarray(0, 6)]);
  }
  tensor.dispose();
});

test('a source without whole images is refused by name', () => {
  const set = tinyDataset(3, [2, 2, 1], 0);
  assert.throws(() => imageRows('f', {...set, images: set.images.subarray(1)}), {
    name: 'RangeError',
    message: 'f: expected 3 images of shape [2, 2, 1], 12 bytes, got 11',
  });
  assert.throws(() => imageRows('f', {...set, count: 0, images: new Uint8Array(0)}),
      {message: 'f: expected at least one image, got 0'});
  tf.tidy(() => assert.throws(() => imageRows('f', tf.zeros([4, 4]) as unknown as tf.Tensor4D),
      {message: 'f: expected `images` of shape [any, any, any, any], got [4, 4]'}));
});
