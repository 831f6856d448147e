import assert from 'node:assert/strict';
import {test} from 'node:test';
import {dataTypeOf} from '../../src/backend/binding';
import {byteTensor, floatOfBytes, gatherImages} from '../../src/backend/bytes';
import {DataType} from '../../src/backend/raw-op';
import {trace} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {handleCount} from '../handles';
import {assertNoLeak} from '../helpers';
import {pixelsOf, tinyDataset} from '../tiny-dataset';

const set = tinyDataset(5, [2, 3, 1], 1);
const shape = [5, 2, 3, 1];

test('a byte tensor stays uint8 in TensorFlow', () => {
  const before = handleCount();
  const bytes = byteTensor(set.images, shape);
  assert.equal(dataTypeOf(bytes), DataType.uint8);
  assert.deepEqual(bytes.shape, shape);
  bytes.dispose();
  assert.equal(handleCount(), before);
});

test('floatOfBytes gives every byte its value, and leaves one tensor', () => {
  const all = Uint8Array.from({length: 256}, (_, value) => value);
  const values = assertNoLeak(() => floatOfBytes(all, [16, 16]), 1);
  assert.deepEqual(values.shape, [16, 16]);
  assert.deepEqual([...values.dataSync()], [...all]);
  values.dispose();
});

test('gatherImages gives the rows in order, repeated ones too, as pixels in [-1, 1]', () => {
  const [bytes, indices] = [byteTensor(set.images, shape), tf.tensor1d([4, 0, 4], 'int32')];
  const images = assertNoLeak(() => gatherImages(bytes, indices), 1);
  assert.deepEqual(images.shape, [3, 2, 3, 1]);
  const pixels = pixelsOf(set);
  const row = (n: number): number[] => [...pixels.subarray(n * 6, n * 6 + 6)];
  assert.deepEqual([...images.dataSync()], [...row(4), ...row(0), ...row(4)]);
  tf.dispose([bytes, indices, images]);
});

test('bytes are gathered inside a traced function, from its state', () => {
  const bytes = byteTensor(set.images, shape);
  const traced = trace('gather', (state, {indices}) => ({
    outputs: {images: gatherImages(state['bytes']!, indices as tf.Tensor1D)},
  }), {state: {bytes}});
  bytes.dispose();
  const {images} = traced.run({indices: tf.tensor1d([2], 'int32')});
  assert.deepEqual([...images!.dataSync()], [...pixelsOf(set).subarray(12, 18)]);
  images!.dispose();
  traced.dispose();
});
