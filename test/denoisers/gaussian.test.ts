import assert from 'node:assert/strict';
import {test} from 'node:test';
import {matmul64, matrix64} from '../../src/backend/float64';
import {solveSpd64} from '../../src/backend/solve-spd';
import {symmetricEigen64} from '../../src/backend/symmetric-eigen';
import {tf} from '../../src/backend/tf';
import {gaussianDenoiser, wienerWeights} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import type {GaussianStats} from '../../src/denoisers/gaussian-stats';
import {assertNoHandleLeak, handleCount} from '../handles';
import {assertClose, assertNoLeak} from '../helpers';
import {tinyDataset} from '../tiny-dataset';

/** Mean (1, 0), variances 3 and 1 along the axes. */
const axes: GaussianStats = {
  imageShape: [1, 2, 1], count: 9, rank: 2,
  mean: Float64Array.of(1, 0), covariance: Float64Array.of(3, 0, 0, 1),
  eigenvectors: Float64Array.of(1, 0, 0, 1), eigenvalues: Float64Array.of(3, 1),
};
const stats = gaussianStats(tinyDataset(30, [2, 3, 1], 9));
const inputs = Float64Array.from({length: 18}, (_, at) => 3 * Math.cos(at * at));

test('gaussianDenoiser shrinks each component by l / (l + sigma²) and leaves one tensor', () => {
  const denoiser = gaussianDenoiser(axes);
  const [x, sigma] = [tf.tensor4d([2, 4, 2, 4], [2, 1, 2, 1]), tf.tensor1d([1, 3])];
  const y = assertNoLeak(() => denoiser.denoise(x, sigma), 1);
  assert.deepEqual(y.shape, [2, 1, 2, 1]);
  // 1 + 3/4·(2 - 1), 1/2·4;  1 + 3/12·(2 - 1), 1/10·4
  assertClose(y.dataSync(), [1.75, 2, 1.25, 0.4], {atol: 1e-7});
  assertClose(denoiser.denoise64(Float64Array.of(2, 4), 3), [1.25, 0.4], {atol: 1e-15});
  tf.dispose([x, sigma, y]);
  denoiser.dispose();
});

test('sigma to 0 is the identity on the span of the images; sigma to infinity the mean', () => {
  const denoiser = gaussianDenoiser(axes);
  assertClose(denoiser.denoise64(Float64Array.of(2, 4), 1e-5), [2, 4], {atol: 1e-9});
  assertClose(denoiser.denoise64(Float64Array.of(2, 4), 1e6), [1, 0], {atol: 1e-11});
  const flat = gaussianDenoiser(stats); // Its first pixel is always -1.
  const y = flat.denoise64(inputs, 1e-6);
  assertClose(y, inputs.map((v, at) => at % 6 === 0 ? -1 : v), {atol: 1e-9});
  [denoiser, flat].forEach((each) => each.dispose());
});

test('wienerWeights is the same map, W = S (S + sigma² I)⁻¹ and b = (I - W) mu', () => {
  const denoiser = gaussianDenoiser(stats);
  for (const sigma of [0.002, 0.3, 40]) {
    const {weight, bias} = assertNoHandleLeak(() => wienerWeights(stats, sigma));
    const mapped = matmul64(matrix64(3, 6, inputs), matrix64(6, 6, weight), {transposeB: true});
    assertClose(mapped.data.map((v, at) => v + bias[at % 6]!), denoiser.denoise64(inputs, sigma),
        {atol: 1e-13});
    const noisy = stats.covariance.map((v, at) => at % 7 === 0 ? v + sigma ** 2 : v);
    const solved = solveSpd64(matrix64(6, 6, noisy), matrix64(6, 6, stats.covariance))!;
    assertClose(weight, solved.solution.data, {atol: 1e-11}); // Both are symmetric.
  }
  denoiser.dispose();
});

test('with the components of few images alone, the rest of x goes to the mean', () => {
  const few = gaussianStats(tinyDataset(4, [3, 4, 1], 13));
  const D = 12;
  assert.equal(few.eigenvalues.length, 3);
  const full = symmetricEigen64(matrix64(D, D, few.covariance));
  const whole: GaussianStats = {
    ...few, eigenvectors: full.vectors.data, eigenvalues: full.values.map((v) => Math.max(v, 0)),
  };
  const x = Float64Array.from({length: 2 * D}, (_, at) => 2 * Math.sin(at * at));
  const denoisers = [few, whole].map((each) => gaussianDenoiser(each));
  for (const sigma of [0.002, 0.5, 30]) {
    const [a, b] = denoisers.map((denoiser) => denoiser.denoise64(x, sigma));
    assertClose(a!, b!, {atol: 1e-9}); // of `whole`: 1e-17 / 0.002² of variance from rounding
    const [v, w] = [few, whole].map((each) => wienerWeights(each, sigma));
    assertClose(v!.weight, w!.weight, {atol: 1e-9});
    assertClose(v!.bias, w!.bias, {atol: 1e-9});
  }
  denoisers.forEach((denoiser) => denoiser.dispose());
});

test('a single image is all that its Gaussian knows', () => {
  const one = gaussianStats(tinyDataset(1, [2, 2, 1], 14));
  const denoiser = gaussianDenoiser(one);
  const y = assertNoHandleLeak(() => denoiser.denoise64(Float64Array.of(1, 2, 3, 4), 0.1));
  assertClose(y, one.mean, {atol: 0});
  const {weight, bias} = wienerWeights(one, 0.1);
  assertClose(weight, new Float64Array(16), {atol: 0});
  assertClose(bias, one.mean, {atol: 0});
  denoiser.dispose();
});

test('dispose frees the constants once; the denoiser then says so', () => {
  const before = handleCount();
  const denoiser = gaussianDenoiser(stats, {name: 'D_G'});
  assert.ok(handleCount() > before);
  denoiser.dispose();
  denoiser.dispose();
  assert.equal(handleCount(), before);
  assert.throws(() => denoiser.denoise64(inputs, 1),
      {message: 'D_G: expected to be used before dispose(), got a call after it; make a new one'});
});

test('changing the statistics afterwards does not change the denoiser', () => {
  const own = {...axes, mean: axes.mean.slice()};
  const denoiser = gaussianDenoiser(own);
  own.mean.fill(7);
  assertClose(denoiser.denoise64(Float64Array.of(1, 0), 1), [1, 0], {atol: 1e-15});
  denoiser.dispose();
});

test('wrong statistics, shapes and sigmas are named', () => tf.tidy(() => {
  assert.throws(() => gaussianDenoiser({...axes, imageShape: [2, 2, 1]}), {
    name: 'RangeError',
    message: 'gaussianDenoiser: expected `stats.mean` to hold 4 values for 2 eigenvalues of ' +
        'images of shape [2, 2, 1], got 2',
  });
  assert.throws(() => gaussianDenoiser({...axes, eigenvectors: Float64Array.of(1, 0)}),
      /`stats\.eigenvectors` to hold 4 values for 2 eigenvalues .* got 2/);
  assert.throws(() => gaussianDenoiser({...axes, eigenvalues: new Float64Array(3)}),
      /at most 2 eigenvalues for images of shape \[1, 2, 1\], got 3/);
  assert.throws(() => wienerWeights(axes, -1), /wienerWeights: .* got -1 at position 0/);
  const denoiser = gaussianDenoiser(axes);
  assert.throws(() => denoiser.denoise(tf.zeros([1, 2, 1, 1]), tf.ones([1])),
      {message: 'gaussianDenoiser: expected `x` of shape [any, 1, 2, 1], got [1, 2, 1, 1]'});
  assert.throws(() => denoiser.denoise(tf.zeros([1, 1, 2, 1]), tf.tensor1d([NaN])), /got NaN/);
  denoiser.dispose();
}));
