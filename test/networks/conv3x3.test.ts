import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fusedConv3x3, fusedConv3x3GradFilter, useFusedOps} from '../../src/backend/fused-ops';
import {tf} from '../../src/backend/tf';
import {conv3x3} from '../../src/networks/conv3x3';
import {assertClose, assertNoLeak, relativeL2} from '../helpers';
import {images, normal} from './same-function';

const filterOf = (from: number, to: number): tf.Tensor4D =>
    tf.mul(normal('filter', 3, 3, from, to), 1 / Math.sqrt(9 * from)) as tf.Tensor4D;

/** The convolution as its definition says, in JavaScript's float64. */
function byDefinition(x: tf.Tensor4D, filter: tf.Tensor4D): Float64Array {
  const [N, H, W, from] = x.shape;
  const to = filter.shape[3];
  const [values, taps] = [x.dataSync(), filter.dataSync()];
  const y = new Float64Array(N * H * W * to);
  for (let n = 0; n < N; n++) {
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w++) {
        for (let i = 0; i < 9; i++) {
          const [row, column] = [h + Math.floor(i / 3) - 1, w + i % 3 - 1];
          if (row < 0 || row >= H || column < 0 || column >= W) continue;
          for (let c = 0; c < from; c++) {
            const value = values[((n * H + row) * W + column) * from + c]!;
            for (let o = 0; o < to; o++) {
              y[((n * H + h) * W + w) * to + o]! += value * taps[(i * from + c) * to + o]!;
            }
          }
        }
      }
    }
  }
  return y;
}

// Even and odd sides, one row, more tiles than one block, channels that fill no panel of 16.
const CASES = [
  [2, 4, 4, 16, 16], [3, 7, 5, 16, 24], [1, 1, 6, 24, 16], [2, 28, 28, 16, 16], [9, 3, 3, 40, 48],
] as const;

for (const [N, H, W, from, to] of CASES) {
  test(`conv3x3 of ${N} images ${H}x${W}, ${from} to ${to} channels, is its definition`, () => {
    assert.ok(useFusedOps());
    tf.tidy(() => {
      const [x, filter] = [images('x', N, H, W, from), filterOf(from, to)];
      const actual = conv3x3(x, filter).dataSync();
      // Outputs are about 1; the transforms add and subtract up to 16 values of that size.
      assertClose(actual, byDefinition(x, filter), {atol: 1e-5});
    });
  });

  test(`its gradients, ${H}x${W}, ${from} to ${to}, are those of TensorFlow's convolution`, () => {
    tf.tidy(() => {
      const [x, filter, dy] =
          [images('x', N, H, W, from), filterOf(from, to), images('dy', N, H, W, to)];
      type Convolve = (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor;
      const gradients = (f: Convolve): tf.Tensor[] => tf.grads((a: tf.Tensor, b: tf.Tensor) =>
        tf.sum(tf.mul(f(a as tf.Tensor4D, b as tf.Tensor4D), dy)))([x, filter]);
      const plain = gradients((a, b) => tf.conv2d(a, b, 1, 'same'));
      gradients(conv3x3).forEach((gradient, i) => {
        assert.deepEqual(gradient.shape, plain[i]!.shape);
        const error = relativeL2(gradient.dataSync(), plain[i]!.dataSync());
        assert.ok(error < 1e-5, `gradient ${i}: relative error ${error}`);
      });
    });
  });
}

test('the filter\'s gradient is the same bytes each time', () => tf.tidy(() => {
  const [x, dy] = [images('x', 13, 8, 8, 16), images('dy', 13, 8, 8, 16)];
  const once = (): Float32Array => fusedConv3x3GradFilter(x, dy).dataSync() as Float32Array;
  const first = once();
  for (let i = 0; i < 5; i++) assert.deepEqual(once(), first);
}));

test('no images have no output, and a gradient of 0', () => tf.tidy(() => {
  const [x, dy] = [tf.zeros([0, 4, 4, 16]), tf.zeros([0, 4, 4, 24])];
  assert.deepEqual(fusedConv3x3(x, filterOf(16, 24), {adjoint: false}).shape, [0, 4, 4, 24]);
  assert.ok(fusedConv3x3GradFilter(x, dy).dataSync().every((value) => value === 0));
}));

test('few channels go to TensorFlow\'s convolution, to the bit', () => tf.tidy(() => {
  for (const [from, to] of [[1, 16], [16, 3], [8, 8], [20, 16]] as const) {
    const [x, filter] = [images('x', 2, 5, 5, from), filterOf(from, to)];
    assert.deepEqual(
        conv3x3(x, filter).dataSync(), tf.conv2d(x, filter, 1, 'same').dataSync());
  }
}));

test('the op names the input whose shape is wrong', () => tf.tidy(() => {
  const x = images('x', 2, 4, 4, 16);
  assert.throws(() => fusedConv3x3(x, filterOf(24, 16), {adjoint: false}),
      /expected `filter` of shape \[3,3,16,16\], got \[3,3,24,16\]/);
  assert.throws(() => fusedConv3x3(images('x', 2, 4, 4, 12), filterOf(12, 16), {adjoint: false}),
      /expected `x` of shape \[N, H, W, C\] with C a multiple of 8, got \[2,4,4,12\]/);
}));

test('conv3x3 leaves one tensor, its gradients two', () => {
  const [x, filter] = [images('x', 2, 4, 4, 16), tf.tidy(() => filterOf(16, 16))];
  assertNoLeak(() => conv3x3(x, filter), 1).dispose();
  const gradients = () => tf.grads((a: tf.Tensor, b: tf.Tensor) =>
    tf.sum(conv3x3(a as tf.Tensor4D, b as tf.Tensor4D)))([x, filter]);
  tf.dispose(assertNoLeak(gradients, 2));
  tf.dispose([x, filter]);
});
