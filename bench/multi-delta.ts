/** Our multi-delta denoiser on noisy images at every sigma of a grid, one call a sigma. */
import {createRng, randomNormal} from '../src/backend/rng';
import {tf} from '../src/backend/tf';
import {imagesToTensor} from '../src/data/dataset-tensor';
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
  /** Queries at each sigma. */
  readonly queries: number;
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
  const values = (key: string) => read(key).data as Float32Array;
  const total = config.queries * config.sigmas;
  const x = tf.split<tf.Tensor4D>(tf.tensor4d(values('x'), [total, ...SHAPE]), config.sigmas);
  const sigma = tf.split<tf.Tensor1D>(tf.tensor1d(values('sigma')), config.sigmas);
  const denoise = (): Float32Array[] => x.map((images, k) => tf.tidy(() =>
    denoiser.denoise(images, sigma[k]!).dataSync() as Float32Array));
  return {
    go: () => timed(denoise),
    check() {
      const data = Float32Array.from(denoise().flatMap((part) => [...part]));
      writeArrays(folder, name, {denoised: {shape: [total, 784], data}});
      return {};
    },
  };
});

/** Noisy versions of the images after the first `count`, the same ones at each sigma. */
function writeQueries({folder, count, queries, sigmas}: Config, dataset: Dataset): void {
  const grid = Array.from(karrasSchedule({steps: sigmas}).subarray(0, sigmas));
  const rng = createRng(0).fork('queries');
  tf.tidy(() => {
    const clean = imagesToTensor(
        dataset, Uint32Array.from({length: queries}, (_, i) => count + i)).reshape([queries, 784]);
    const noisy = tf.concat(grid.map((sigma) =>
      tf.add(clean, tf.mul(randomNormal([queries, 784], rng), sigma)) as tf.Tensor2D));
    const levels = Float32Array.from(grid.flatMap((sigma) => Array<number>(queries).fill(sigma)));
    writeArrays(folder, 'queries', {
      x: {shape: noisy.shape, data: Float32Array.from(noisy.dataSync())},
      sigma: {shape: [levels.length], data: levels},
    });
  });
}
