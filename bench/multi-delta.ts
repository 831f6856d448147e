/** Our multi-delta denoiser on noisy images at every sigma of a grid, in one call. */
import type {Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {createRng, randomNormal} from '../src/backend/rng';
import {tf} from '../src/backend/tf';
import {imagesToTensor} from '../src/data/dataset';
import {multiDeltaDenoiser} from '../src/denoisers/multi-delta';
import {karrasSchedule} from '../src/sampling/schedule';
import type {Dataset} from '../src/types';
import {readArrays, writeArrays} from './arrays';
import {benchImages} from './images';
import {serve, timed} from './worker';

interface Config {
  readonly folder: string;
  readonly name: string;
  /** Images of the finite set. */
  readonly count: number;
  /** Queries at each sigma, and how many of them the check takes. */
  readonly queries: number;
  readonly checked: number;
  readonly sigmas: number;
}

const SHAPE = [28, 28, 1] as const;

serve<Config>((config) => {
  const {folder, name, count} = config;
  // Queries are noisy versions of images that are not in the set.
  const {dataset} = benchImages(count + config.queries, SHAPE);
  const images = dataset.images.subarray(0, count * 784);
  writeArrays(folder, 'images', {images: {shape: [count, ...SHAPE], data: images}});
  writeQueries(config, dataset);
  const denoiser = multiDeltaDenoiser({
    name: 'bench', images, count, imageShape: SHAPE, hash: dataset.hash,
  });
  const read = readArrays(folder, 'queries');
  const tensorOf = (key: string): tf.Tensor =>
    tf.tensor(read(key).data as Float32Array, [...read(key).shape]);
  const denoise = (x: tf.Tensor, sigma: tf.Tensor): Float32Array => tf.tidy(() =>
    denoiser.denoise(tf.reshape(x, [-1, ...SHAPE]) as Tensor4D, sigma as Tensor1D)
        .dataSync() as Float32Array);
  const [x, sigma] = [tensorOf('x'), tensorOf('sigma')];
  return {
    go: () => timed(() => denoise(x, sigma)),
    check() {
      const [checkX, checkSigma] = [tensorOf('checkX'), tensorOf('checkSigma')];
      const data = Float32Array.from(denoise(checkX, checkSigma));
      writeArrays(folder, name, {denoised: {shape: [data.length / 784, 784], data}});
      return {};
    },
  };
});

/** The same images at each sigma, and the first ones once more for the check. */
function writeQueries(
    {folder, count, queries, checked, sigmas}: Config, dataset: Dataset): void {
  const grid = Array.from(karrasSchedule({steps: sigmas}).subarray(0, sigmas));
  const rng = createRng(0).fork('queries');
  const rows = (n: number, data: Float32Array) => ({shape: [data.length / n, n], data});
  tf.tidy(() => {
    const clean = imagesToTensor(
        dataset, Uint32Array.from({length: queries}, (_, i) => count + i)).reshape([queries, 784]);
    const noisy = grid.map((sigma) =>
      tf.add(clean, tf.mul(randomNormal([queries, 784], rng), sigma)) as tf.Tensor2D);
    const stacked = (n: number) => ({
      x: rows(784, tf.concat(noisy.map((x) => tf.slice(x, 0, n))).dataSync() as Float32Array),
      sigma: Float32Array.from(grid.flatMap((sigma) => Array<number>(n).fill(sigma))),
    });
    const [all, some] = [stacked(queries), stacked(checked)];
    writeArrays(folder, 'queries', {
      x: all.x, sigma: {shape: [all.sigma.length], data: all.sigma},
      checkX: some.x, checkSigma: {shape: [some.sigma.length], data: some.sigma},
    });
  });
}
