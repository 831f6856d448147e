import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {downsample, upsample} from '../../src/networks/resample';
import type {ResampleFilter} from '../../src/networks/resample';
import {assertClose, assertNoLeak} from '../helpers';

const FILTERS: readonly ResampleFilter[] = [[1, 1], [1, 3, 3, 1], [1, 2, 5, 5, 2, 1]];
const random = (side: number, channels: number, label: string): tf.Tensor4D =>
    randomNormal([2, side, side + 2, channels], createRng(0).fork(label));

test('both keep a constant image away from the border, and change the size by 2', () => {
  for (const filter of FILTERS) {
    assertNoLeak(() => tf.tidy(() => {
      const x = tf.fill([1, 8, 8, 2], 3) as tf.Tensor4D;
      const [down, up] = [downsample(x, {filter}), upsample(x, {filter})];
      assert.deepEqual([down.shape, up.shape], [[1, 4, 4, 2], [1, 16, 16, 2]]);
      assertClose(tf.slice(down, [0, 1, 1, 0], [1, 2, 2, 2]).dataSync(), Array(8).fill(3),
          {rtol: 1e-6});
      assertClose(tf.slice(up, [0, 4, 4, 0], [1, 8, 8, 2]).dataSync(), Array(128).fill(3),
          {rtol: 1e-6});
    }));
  }
});

test('down is the adjoint of up: <up(x), y> = 4·<x, down(y)>', () => tf.tidy(() => {
  for (const filter of FILTERS) {
    const x = random(4, 3, 'x');
    const y = randomNormal<tf.Rank.R4>([2, 8, 12, 3], createRng(1));
    const product = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0]!;
    assertClose([product(upsample(x, {filter}), y)], [4 * product(x, downsample(y, {filter}))],
        {rtol: 1e-4, atol: 1e-4});
  }
}));

test('the gradient is the adjoint', () => tf.tidy(() => {
  const filter = [1, 3, 3, 1];
  const x = random(6, 2, 'g');
  const w = randomNormal<tf.Rank.R4>([2, 3, 4, 2], createRng(2));
  const gradient = tf.grad((v) =>
    tf.sum(tf.mul(downsample(v as tf.Tensor4D, {filter}), w)))(x);
  assertClose(gradient.dataSync(), tf.mul(upsample(w, {filter}), 0.25).dataSync(),
      {atol: 1e-6});
}));

test('[1, 1] as matrices is the mean of four pixels, and the copy to four', () => tf.tidy(() => {
  const x = random(4, 2, 'box');
  const padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]) as tf.Tensor4D;
  // Padding by hand or by option: the option takes the way of the matrices.
  assertClose(downsample(x, {padding: 1}).dataSync(), downsample(padded).dataSync(), {atol: 1e-6});
  const cropped = tf.slice(upsample(x), [0, 1, 1, 0], [2, 6, 10, 2]);
  assertClose(upsample(x, {padding: 1}).dataSync(), cropped.dataSync(), {atol: 1e-6});
}));

test('a filter reaches over the border as if there were zeros', () => tf.tidy(() => {
  const x = tf.tile(tf.tensor4d([8, 0, 0, 16], [1, 1, 4, 1]), [1, 4, 1, 1]) as tf.Tensor4D;
  // Along a row, 8 and 16 weigh 3/8 each; along a column, each output misses one pixel of weight 1/8.
  const y = downsample(x, {filter: [1, 3, 3, 1]});
  assertClose(tf.sum(y, 1).dataSync().map((value) => value * 8 / 14), [3, 6], {rtol: 1e-6});
}));
