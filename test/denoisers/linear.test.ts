import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {gaussianDenoiser, wienerWeights} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import {linearDenoiser} from '../../src/denoisers/linear';
import type {LinearWeights} from '../../src/denoisers/linear';
import {assertNoHandleLeak, handleCount} from '../handles';
import {assertClose, assertNoLeak} from '../helpers';
import {tinyDataset} from '../tiny-dataset';

const maps: LinearWeights = {
  imageShape: [2, 1, 1], sigmas: [10, 0.02],
  weights: [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 0, 0, 1)],
  biases: [Float64Array.of(5, 6), Float64Array.of(0, -1)],
};

test('linearDenoiser applies W x + b of each image\'s sigma and leaves one tensor', () => {
  const denoiser = linearDenoiser(maps);
  const [x, sigma] = [tf.tensor4d([1, 1, 1, 1, 2, 0], [3, 2, 1, 1]), tf.tensor1d([10, 0.02, 10])];
  const y = assertNoLeak(() => denoiser.denoise(x, sigma), 1);
  assert.deepEqual([...y.dataSync()], [8, 13, 1, 0, 7, 12]);
  assertNoHandleLeak(() => denoiser.denoise(x, sigma).dispose());
  tf.dispose([x, sigma, y]);
  denoiser.dispose();
});

test('with Wiener weights it is the Gaussian denoiser', () => {
  const stats = gaussianStats(tinyDataset(30, [2, 3, 1], 10));
  const sigmas = [80, 1.502, 0.002];
  const wiener = sigmas.map((sigma) => wienerWeights(stats, sigma));
  const linear = linearDenoiser({
    imageShape: stats.imageShape, sigmas, weights: wiener.map(({weight}) => weight),
    biases: wiener.map(({bias}) => bias),
  });
  const gaussian = gaussianDenoiser(stats);
  const x = Float64Array.from({length: 12}, (_, at) => Math.sin(7 * at));
  for (const sigma of sigmas) {
    assertClose(linear.denoise64(x, sigma), gaussian.denoise64(x, sigma), {atol: 1e-13});
  }
  [linear, gaussian].forEach((each) => each.dispose());
});

test('a sigma off the grid is refused with the nearest one', () => tf.tidy(() => {
  const denoiser = linearDenoiser(maps);
  assert.throws(() => denoiser.denoise64(Float64Array.of(1, 1), 9.9), {
    name: 'RangeError',
    message: 'linearDenoiser: expected a sigma of its grid, got 9.9; the nearest of its 2 is 10. ' +
        'Fit this sigma too, or sample on the grid',
  });
  assert.throws(() => denoiser.denoise64(Float64Array.of(1, 1), 10.00002), /nearest/);
  assert.deepEqual([...denoiser.denoise64(Float64Array.of(1, 1), 10.000009)], [8, 13]);
  assertNoLeak(() => assertNoHandleLeak(() => assert.throws(() => tf.tidy(() =>
      denoiser.denoise(tf.zeros([1, 2, 1, 1]), tf.tensor1d([0.4]))), /nearest of its 2 is 0.02/)));
  denoiser.dispose();
}));

test('dispose frees the maps', () => {
  const before = handleCount();
  const denoiser = linearDenoiser(maps);
  denoiser.dispose();
  denoiser.dispose();
  assert.equal(handleCount(), before);
  assert.throws(() => denoiser.denoise64(Float64Array.of(1, 1), 10), /Linear: .*before dispose/);
});

test('maps whose sizes disagree are refused', () => {
  assert.throws(() => linearDenoiser({...maps, biases: maps.biases.slice(1)}), {
    message: 'linearDenoiser: expected one weight and one bias for each of at least one sigma, ' +
        'got 2 sigmas, 2 weights, 1 biases',
  });
  assert.throws(() => linearDenoiser({...maps, imageShape: [2, 2, 1]}), {
    message: 'linearDenoiser: expected 16 weights and 4 biases at sigma 10 for images of shape ' +
        '[2, 2, 1], got 4 and 2',
  });
  assert.throws(() => linearDenoiser({...maps, sigmas: [10, 0]}), /got 0 at position 1/);
});
