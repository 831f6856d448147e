/** Large sets, where float32 finds the images that matter and float64 measures them. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {createDataset} from '../../src/data/dataset';
import {squaredDistance} from '../../src/denoisers/distances';
import {imageRows} from '../../src/denoisers/image-rows';
import {multiDeltaDenoiser} from '../../src/denoisers/multi-delta';
import {screenedMeans} from '../../src/denoisers/multi-delta-screened';
import {screenedImages} from '../../src/denoisers/screened-images';
import {createRng} from '../../src/backend/rng';
import {handleCount} from '../handles';
import {assertClose} from '../helpers';
import {pixelsOf} from '../tiny-dataset';

const D = 48;
const COUNT = 9000; // More than one chunk.

/** Smooth images around ten centres; `copies` of them are the first one again. */
function clusters(copies = 0) {
  const rng = createRng(7);
  const images = new Uint8Array(COUNT * D);
  for (let i = 0; i < COUNT; i++) {
    const [centre, spread] = [i % 10, 60 * rng.uniform()];
    for (let p = 0; p < D; p++) {
      const value = 128 + 90 * Math.sin(centre + p / 7) + spread * (rng.uniform() - 0.5);
      images[i * D + p] = i > 0 && i <= copies ? images[p]! : value;
    }
  }
  return createDataset({name: 'clusters', images, imageShape: [4, 4, 3]});
}

/** Equation 5 as it is written. */
function byDefinition(pixels: Float32Array, x: Float64Array, sigma: number): number[] {
  const logits = Array.from({length: COUNT}, (_, i) =>
    -squaredDistance(x, pixels.subarray(i * D, (i + 1) * D)) / (2 * sigma * sigma));
  const top = logits.reduce((a, b) => Math.max(a, b));
  const weights = logits.map((logit) => Math.exp(logit - top));
  const total = weights.reduce((a, b) => a + b);
  return Array.from({length: D}, (_, p) =>
    weights.reduce((sum, weight, i) => sum + weight * pixels[i * D + p]!, 0) / total);
}

const SIGMAS = [0.002, 0.05, 0.2, 0.5, 1, 3, 10, 80];
const noisy = (pixels: Float32Array, sigma: number): Float64Array => {
  const rng = createRng(3).fork(`${sigma}`);
  return Float64Array.from({length: 2 * D}, (_, at) =>
    pixels[at]! + sigma * 2 * (rng.uniform() + rng.uniform() - 1));
};

test('a large set is denoised as its definition says, at every sigma', () => {
  const set = clusters();
  const pixels = pixelsOf(set);
  const denoiser = multiDeltaDenoiser(set);
  for (const sigma of SIGMAS) {
    const x = noisy(pixels, sigma);
    const expected = [0, 1].flatMap((q) =>
      byDefinition(pixels, x.subarray(q * D, (q + 1) * D), sigma));
    // The stated accuracy of the float32 sums.
    assertClose(denoiser.denoise64(x, sigma), expected, {atol: 2e-6, what: `sigma ${sigma}`});
  }
  denoiser.dispose();
});

test('more copies of an image than are measured again: float64 takes over', () => {
  const set = clusters(100);
  const pixels = pixelsOf(set);
  const [x, sigma] = [noisy(pixels, 0.002), 0.002];
  const images = screenedImages(imageRows('test', set));
  const {suspects} = screenedMeans(images, x, Float64Array.of(sigma, sigma));
  assert.deepEqual(suspects, [0, 1], 'both are near the copies');
  images.dispose();
  const denoiser = multiDeltaDenoiser(set);
  const expected = [0, 1].flatMap((q) =>
    byDefinition(pixels, x.subarray(q * D, (q + 1) * D), sigma));
  assertClose(denoiser.denoise64(x, sigma), expected, {atol: 1e-12});
  denoiser.dispose();
});

test('queries at the mean of the data, far from every image, are as accurate', () => {
  const set = clusters();
  const pixels = pixelsOf(set);
  const mean = Float64Array.from({length: D}, (_, p) => {
    let sum = 0;
    for (let i = 0; i < COUNT; i++) sum += pixels[i * D + p]!;
    return sum / COUNT;
  });
  const near = mean.map((value, p) => value + 0.05 * (pixels[p]! - value));
  const denoiser = multiDeltaDenoiser(set);
  for (const sigma of [0.002, 0.02, 0.1, 0.5, 3]) {
    for (const x of [mean, near]) {
      assertClose(denoiser.denoise64(x, sigma), byDefinition(pixels, x, sigma),
          {atol: 2e-6, what: `sigma ${sigma}`});
    }
  }
  denoiser.dispose();
});

test('each query of a call has its own sigma', () => {
  const set = clusters();
  const pixels = pixelsOf(set);
  const images = screenedImages(imageRows('test', set));
  const x = Float64Array.from([...noisy(pixels, 0.2).subarray(0, D),
    ...noisy(pixels, 80).subarray(D)]);
  const {means, suspects} = screenedMeans(images, x, Float64Array.of(0.2, 80));
  assert.deepEqual(suspects, []);
  assertClose(means.subarray(0, D), byDefinition(pixels, x.subarray(0, D), 0.2), {atol: 2e-6});
  assertClose(means.subarray(D), byDefinition(pixels, x.subarray(D), 80), {atol: 2e-6});
  images.dispose();
});

test('calls leave nothing behind, and dispose gives the images back', () => {
  const set = clusters();
  const counts = (): [number, number] => [tf.memory().numTensors, handleCount()];
  const before = counts();
  const denoiser = multiDeltaDenoiser(set);
  const x = noisy(pixelsOf(set), 1);
  denoiser.denoise64(x, 1);
  const resident = counts();
  for (let i = 0; i < 3; i++) denoiser.denoise64(x, 1);
  assert.deepEqual(counts(), resident);
  assert.ok(resident[0] > before[0], 'images stay in float32');
  denoiser.dispose();
  assert.deepEqual(counts(), before);
});
