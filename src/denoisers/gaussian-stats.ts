/**
 * Mean, covariance and principal components of a set of images in float64: what the Gaussian
 * denoiser needs (Li, Dai, Qu 2024, eq. 6). The covariance has divisor N.
 *
 * Bytes are summed exactly: v - 128 is an integer of at most 128, so a float32 product of 1024
 * images holds integers of at most 2^24, which float32 represents whatever the order of the sum.
 * The chunks are then added in float64, where every integer below 2^53 is exact.
 */
import {matrix64, symmetricEigen64} from '../backend/float64';
import {floatOfBytes} from '../backend/bytes';
import {
  add64, constant64, dispose64, matMul64, read64, sub64, sum64, tidy64, widenResult,
} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {tf} from '../backend/tf';
import type {Dataset, ImageShape} from '../types';
import {imageRows} from './image-rows';
import type {ImageRows, ImageSource} from './image-rows';

/** A Gaussian fitted to N images of D = H·W·C pixels: a plain record of numbers. */
export interface GaussianStats {
  readonly imageShape: ImageShape;
  /** N. */
  readonly count: number;
  /** Pixel mean mu, `[D]`. */
  readonly mean: Float64Array;
  /** Covariance with divisor N, `[D, D]`, in pixels squared. */
  readonly covariance: Float64Array;
  /** Unit eigenvectors U as columns, `[D, D]`, in the order of the eigenvalues. */
  readonly eigenvectors: Float64Array;
  /** Eigenvalues, largest first, none below 0, `[D]`. */
  readonly eigenvalues: Float64Array;
  /** How many eigenvalues stand above rounding, at most min(D, N - 1). */
  readonly rank: number;
}

const CHUNK = 1024;
const BYTE_SHIFT = 128;
const BYTE_SCALE = 127.5;

/**
 * Fits a Gaussian to `images`.
 * @param images a data set, or a tensor `[N, H, W, C]` in [-1, 1].
 * @throws RangeError when there is no image, or a pixel is NaN or infinite.
 */
export function gaussianStats(images: ImageSource): GaussianStats {
  const rows = imageRows('gaussianStats', images);
  const [mean, covariance] =
      'images' in images ? momentsOfBytes(images, rows.size) : momentsOfPixels(rows);
  const {values, vectors} = symmetricEigen64(matrix64(rows.size, rows.size, covariance));
  const eigenvalues = values.map((value) => Math.max(value, 0));
  const floor = eigenvalues[0]! * rows.size * Number.EPSILON;
  return {
    imageShape: rows.imageShape, count: rows.count, mean, covariance,
    eigenvectors: vectors.data, eigenvalues,
    rank: eigenvalues.filter((value) => value > floor).length,
  };
}

type Moments = [mean: Float64Array, covariance: Float64Array];

function momentsOfBytes({images, count: N}: Dataset, D: number): Moments {
  const [sums, products] = sumOverChunks(N, (first, n) => {
    const bytes = images.subarray(first * D, (first + n) * D);
    const v = tf.tidy(() => tf.sub<tf.Tensor2D>(floatOfBytes(bytes, [n, D]), BYTE_SHIFT));
    try {
      return [widenResult(() => tf.sum(v, 0)), widenResult(() => tf.matMul(v, v, true, false))];
    } finally {
      v.dispose();
    }
  });
  const mean = sums!.map((sum) => (sum / N + BYTE_SHIFT) / BYTE_SCALE - 1);
  const scale = 1 / (N * BYTE_SCALE) ** 2;
  const covariance = products!.map((product, at) =>
      (N * product - sums![Math.floor(at / D)]! * sums![at % D]!) * scale);
  return [mean, covariance];
}

function momentsOfPixels({count: N, size: D, chunk}: ImageRows): Moments {
  const [sums] = sumOverChunks(N, (first, n) => [sum64(chunk(first, n), 0)]);
  const mean = sums!.map((sum) => sum / N);
  const [products] = sumOverChunks(N, (first, n) => {
    const centred = sub64(chunk(first, n), constant64(mean, [1, D]));
    return [matMul64(centred, centred, {transposeA: true})];
  });
  return [mean, products!.map((product) => product / N)];
}

/** Adds up, over chunks of images, each of the tensors that `part` returns. */
function sumOverChunks(
    count: number, part: (first: number, n: number) => Tensor64[]): Float64Array[] {
  return tidy64(() => {
    let totals: Tensor64[] | undefined;
    for (let first = 0; first < count; first += CHUNK) {
      const previous = totals;
      totals = tidy64(() => part(first, Math.min(CHUNK, count - first))
          .map((tensor, i) => previous === undefined ? tensor : add64(previous[i]!, tensor)));
      previous?.forEach(dispose64);
    }
    return totals!.map(read64);
  });
}
