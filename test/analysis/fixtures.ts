/** What the tests of `src/analysis` share: hand-made denoisers, data, the metrics fixture. */
import {randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {gaussianDenoiser} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import {multiDeltaDenoiser} from '../../src/denoisers/multi-delta';
import type {Dataset, Denoiser, ImageShape, Rng} from '../../src/types';
import {goldenImages} from '../golden-images';
import {goldenDenoiser} from '../golden-network';
import {golden} from '../helpers';

/** A denoiser from its formula. */
export const denoiserOf = (
    name: string, imageShape: ImageShape,
    formula: (x: tf.Tensor4D, sigma: tf.Tensor1D) => tf.Tensor): Denoiser => ({
  name, imageShape, dispose() {},
  denoise: (x, sigma) => tf.tidy(() => tf.reshape<tf.Rank.R4>(formula(x, sigma), x.shape)),
});

/** x -> A x + b with a random dense A and the given b. */
export function affineDenoiser(imageShape: ImageShape, bias: number, rng: Rng): Denoiser {
  const D = imageShape.reduce((a, b) => a * b, 1);
  const matrix = Float32Array.from({length: D * D}, () => rng.uniform() - 0.5);
  return denoiserOf('affine', imageShape, (x) => tf.add(
      tf.matMul(tf.reshape(x, [-1, D]), tf.tensor2d(matrix, [D, D])), bias));
}

/** `count` images of normal pixels. */
export const normalImages = (count: number, shape: ImageShape, rng: Rng): tf.Tensor4D =>
  randomNormal<tf.Rank.R4>([count, ...shape], rng);

/** A data set of random bytes. */
export function byteImages(count: number, imageShape: ImageShape, rng: Rng): Dataset {
  const size = count * imageShape.reduce((a, b) => a * b, 1);
  const images = Uint8Array.from({length: size}, () => rng.int(256));
  return {name: 'random', images, count, imageShape, hash: ''};
}

export {goldenImages};

/** The metrics fixture, and the training set it refers to. */
export function metricsFixture() {
  const {record, tensors} = golden('metrics');
  const images255 = golden('denoisers').tensors.get('images255')!;
  const train = tf.tidy(() => tf.sub<tf.Tensor4D>(tf.div(goldenImages(images255), 127.5), 1));
  const array = (name: string) => tensors.get(name)!;
  const sigmas: number[] = record.sigmas;
  /** Part `k` of the leading axis of an array. */
  const part = (name: string, k: number) => {
    const {data, shape} = array(name);
    const size = data.length / shape[0]!;
    return {data: data.subarray(k * size, (k + 1) * size), shape: shape.slice(1)};
  };
  return {record, train, array, part, sigmas};
}

/** The denoisers of the metrics fixture, built from its training set or its network. */
export const GOLDEN_DENOISERS: Readonly<Record<string, (train: tf.Tensor4D) => Denoiser>> = {
  delta: (train) => multiDeltaDenoiser(train),
  gauss: (train) => gaussianDenoiser(gaussianStats(train)),
  net: () => goldenDenoiser('tiny_ddpmpp_14'),
};
