/** What the tests of `src/analysis` share: hand-made denoisers and data. */
import {randomNormal} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import type {Dataset, Denoiser, ImageShape, Rng} from '../../src/types';

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
