import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createDataset, imagesToFloat32} from '../../src/data/dataset';
import {imagesToTensor} from '../../src/data/dataset-tensor';
import {assertNoLeak} from '../helpers';

const dataset = createDataset({
  name: 'three', images: Uint8Array.from([0, 51, 255, 204, 102, 153]), imageShape: [1, 2, 1],
});

test('imagesToTensor makes one float32 tensor [n, H, W, C] of the same values', () => {
  const x = assertNoLeak(() => imagesToTensor(dataset, [1]), 1);
  assert.deepEqual([x.shape, x.dtype], [[1, 1, 2, 1], 'float32']);
  assert.deepEqual(x.dataSync(), imagesToFloat32(dataset, [1]));
  x.dispose();
  assertNoLeak(() => {
    const whole = imagesToTensor(dataset);
    assert.deepEqual(whole.shape, [3, 1, 2, 1]);
    whole.dispose();
  });
});
