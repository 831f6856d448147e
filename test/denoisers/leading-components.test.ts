import assert from 'node:assert/strict';
import {test} from 'node:test';
import {matmul64, matrix64} from '../../src/backend/float64';
import {createRng} from '../../src/backend/rng';
import {symmetricEigen64} from '../../src/backend/symmetric-eigen';
import {createDataset} from '../../src/data/dataset';
import {gaussianDenoiser, wienerWeights} from '../../src/denoisers/gaussian';
import {fitGaussian, gaussianStats} from '../../src/denoisers/gaussian-stats';
import type {GaussianStats} from '../../src/denoisers/gaussian-stats';
import {leadingComponents} from '../../src/denoisers/leading-components';
import {expectedLoss} from '../../src/experiments/gradient-descent';
import {gaussianPath} from '../../src/sampling/gaussian-path';
import type {Dataset} from '../../src/types';
import {assertNoHandleLeak} from '../handles';
import {assertClose} from '../helpers';

/** Sums of waves of falling size: a spectrum like that of images, and a little noise. */
function waves(count: number, side: number): Dataset {
  const rng = createRng(31);
  const images = new Uint8Array(count * side * side);
  for (let n = 0, at = 0; n < count; n++) {
    const parts = Array.from({length: 8}, (_, k) =>
      [90 / (k + 1), (k + 1) * rng.uniform(), (k + 1) * rng.uniform(), 7 * rng.uniform()] as const);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++, at++) {
        const value = parts.reduce((sum, [size, a, b, phase]) =>
          sum + size * Math.sin((a * x + b * y) * 0.3 + phase), 128 + 20 * rng.uniform());
        images[at] = Math.min(255, Math.max(0, value));
      }
    }
  }
  return createDataset({name: 'waves', images, imageShape: [side, side, 1]});
}

const set = waves(600, 16); // D = 256
const K = 12;
const full = gaussianStats(set);
const stats = gaussianStats(set, {components: K});

test('the leading components are those of the whole decomposition', () => {
  assert.deepEqual([stats.rank, stats.eigenvectors.length], [K, 256 * K]);
  assertClose(stats.eigenvalues, full.eigenvalues.subarray(0, K), {rtol: 1e-12});
  const found = matmul64(
      matrix64(256, K, stats.eigenvectors), matrix64(256, 256, full.eigenvectors),
      {transposeA: true});
  assertClose(found.data.map(Math.abs), found.data.map((_, at) => at % 257 === 0 ? 1 : 0),
      {atol: 1e-6});
  assert.deepEqual(gaussianStats(set, {components: K}).eigenvectors, stats.eigenvectors);
});

test('the remainder is the mean of the eigenvalues left out, with their deviation from it', () => {
  const left = full.eigenvalues.subarray(K);
  const mean = left.reduce((a, b) => a + b) / left.length;
  const square = left.reduce((sum, l) => sum + (l - mean) ** 2, 0) / left.length;
  assertClose([stats.remainder!, stats.remainderError!], [mean, Math.sqrt(square)], {rtol: 1e-9});
});

test('denoiser, Wiener filter, path and loss are those of the Gaussian on record', () => {
  const {values, vectors} = symmetricEigen64(matrix64(256, 256, stats.covariance));
  const same: GaussianStats = {
    imageShape: stats.imageShape, count: stats.count, mean: stats.mean, rank: stats.rank,
    covariance: stats.covariance, eigenvectors: vectors.data, eigenvalues: values,
  };
  const x = Float64Array.from({length: 512}, (_, at) => 2 * Math.sin(at * at));
  const [a, b] = [stats, same].map((each) => gaussianDenoiser(each));
  for (const sigma of [0.01, 0.5, 20]) {
    assertClose(a!.denoise64(x, sigma), b!.denoise64(x, sigma), {atol: 1e-9});
    const [v, w] = [stats, same].map((each) => wienerWeights(each, sigma));
    assertClose(v!.weight, w!.weight, {atol: 1e-9});
    assertClose(v!.bias, w!.bias, {atol: 1e-9});
    assertClose([expectedLoss(stats, v!, sigma)], [expectedLoss(same, w!, sigma)], {rtol: 1e-9});
  }
  const [p, q] = [stats, same].map((each) => gaussianPath(each, x, [5, 1, 0.1, 0]).states);
  p!.forEach((state, k) => assertClose(q![k]!, state, {atol: 1e-9}));
  [a, b].forEach((denoiser) => denoiser!.dispose());
});

test('a covariance of low rank has no more components than that, exactly', () => {
  const few = waves(6, 16);
  const found = assertNoHandleLeak(() => gaussianStats(few, {components: 20}));
  const expected = gaussianStats(few);
  assert.equal(expected.rank, 5);
  assert.equal(found.rank, 5);
  assertClose(found.eigenvalues.subarray(0, 5), expected.eigenvalues, {atol: 1e-13});
  assertClose(found.covariance, expected.covariance, {atol: 1e-12});
  const flat = gaussianStats(
      createDataset({name: 'flat', images: new Uint8Array(64).fill(9), imageShape: [2, 2, 1]}),
      {components: 2});
  assert.deepEqual([flat.rank, flat.remainder], [0, 0]);
});

test('as many components as pixels are all of them', () => {
  const all = gaussianStats(waves(60, 4), {components: 16});
  assertClose(all.eigenvalues, gaussianStats(waves(60, 4)).eigenvalues, {atol: 1e-13});
  assert.equal(all.remainder, 0);
});

test('equal eigenvalues are found as often as they occur, also beyond the width of a block', () => {
  for (const [often, k] of [[6, 6], [30, 20], [30, 33], [60, 9]] as const) {
    const covariance = new Float64Array(60 * 60);
    for (let i = 0; i < 60; i++) covariance[i * 61] = i < often ? 3 : 0.1;
    const search = leadingComponents(covariance, 60, k);
    let step = search.next();
    while (step.done !== true) step = search.next(symmetricEigen64(step.value));
    const expected = Array.from({length: k}, (_, i) => i < often ? 3 : 0.1);
    assertClose(step.value.eigenvalues, expected, {atol: 1e-12, what: `${k} with ${often} equal`});
  }
});

test('where the last component does not stand out, the covariance is decomposed whole', () => {
  const D = 200;
  const covariance = new Float64Array(D * D);
  for (let i = 0; i < D; i++) covariance[i * (D + 1)] = i < 3 ? 5 - i : 1 + 1e-3 * (D - i) / D;
  const search = leadingComponents(covariance, D, 10);
  let whole = 0;
  let step = search.next();
  while (step.done !== true) {
    if (step.value.rows === D) whole++;
    step = search.next(symmetricEigen64(step.value, {overwrite: true}));
  }
  assert.equal(whole, 1);
  const expected = Array.from({length: 10}, (_, i) => i < 3 ? 5 - i : 1 + 1e-3 * (D - i) / D);
  assertClose(step.value.eigenvalues, expected, {atol: 1e-13});
});

test('a number of components that cannot be is named', async () => {
  for (const [components, message] of [
    [0, /gaussianStats: expected `components` to be an integer >= 1, got 0/],
    [257, /gaussianStats: expected `components` <= 256, the number of pixels, got 257/],
  ] as const) {
    assert.throws(() => gaussianStats(set, {components}), {name: 'RangeError', message});
  }
  await assert.rejects(fitGaussian(set, {components: 1.5}), /fitGaussian: .* got 1\.5/);
});
