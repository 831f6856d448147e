/**
 * Mean and covariance (divisor N) of images in float64, read in chunks. A byte v is the pixel
 * v / 127.5 - 1 in float64 here.
 *
 * Bytes are summed exactly: v - 128 is an integer of at most 128, so a float32 product of 1024
 * images holds integers of at most 2^24, which float32 represents whatever the order of the sum.
 * The chunks are then added in float64, where every integer below 2^53 is exact.
 */
import type {Tensor2D} from '@tensorflow/tfjs-core';
import {blockSizes, blockSums64} from '../backend/block-sums';
import {floatOfBytes} from '../backend/bytes';
import {
  constant64, div64, matMul64, read64, scalar64, splitColumns64, sub64, sum64, tidy64, widenResult,
} from '../backend/tensor64';
import type {Tensor64} from '../backend/tensor64';
import {tf} from '../backend/tf';
import type {Dataset} from '../types';
import type {ImageRows, ImageSource} from './image-rows';

/** First and second moments of N images of D pixels. */
export interface ImageMoments {
  /** `[D]`. */
  readonly mean: Float64Array;
  /** `[D, D]`. */
  readonly covariance: Float64Array;
}

const CHUNK = 1024;
const BYTE_SHIFT = 128;
const BYTE_SCALE = 127.5;

/**
 * Computes the moments step by step.
 * @param rows the images of `source`.
 * @yields how many images have been added.
 */
export const imageMoments = (source: ImageSource, rows: ImageRows):
    Generator<number, ImageMoments> =>
    'images' in source ? momentsOfBytes(source, rows.size) : momentsOfPixels(rows);

/** The mean of images, `[D]`. */
export function meanImage(source: ImageSource, rows: ImageRows): Float64Array {
  const {count: N, size: D} = rows;
  const sums = new Float64Array(D);
  for (const [first, n] of chunksOf(N)) {
    const part = 'images' in source ?
      columnSums(() => shiftedBytes(source, first, n, D)) :
      tidy64(() => read64(sum64(rows.chunk(first, n), 0)));
    addTo(sums, part);
  }
  return 'images' in source ? meanOfShifted(sums, N) : sums.map((sum) => sum / N);
}

/** All images less their mean, `[N, D]`. */
export function centredImages(source: ImageSource, rows: ImageRows, mean: Float64Array): Tensor64 {
  const {count: N, size: D} = rows;
  return tidy64(() => {
    const pixels = 'images' in source ?
      sub64(div64(widenResult(() => floatOfBytes(source.images, [N, D])), scalar64(BYTE_SCALE)),
          scalar64(1)) :
      rows.chunk(0, N);
    return sub64(pixels, constant64(mean, [1, D]));
  });
}

function* momentsOfBytes(dataset: Dataset, D: number): Generator<number, ImageMoments> {
  const N = dataset.count;
  const sizes = blockSizes(D);
  const sums = new Float64Array(D);
  const products = blockSums64(D, D, {symmetric: true});
  try {
    for (const [first, n] of chunksOf(N)) {
      const v = shiftedBytes(dataset, first, n, D);
      const columns = tf.split(v, sizes, 1);
      try {
        addTo(sums, columnSums(() => v.clone()));
        products.add((i, j) =>
          widenResult(() => tf.matMul(columns[i]!, columns[j]!, true, false)));
      } finally {
        tf.dispose([v, ...columns]);
      }
      yield first + n;
    }
    const covariance = products.read();
    const scale = 1 / (N * BYTE_SCALE) ** 2;
    forEachRow(covariance, D, (row, r) => {
      for (let c = 0; c < D; c++) row[c] = (N * row[c]! - sums[r]! * sums[c]!) * scale;
    });
    return {mean: meanOfShifted(sums, N), covariance};
  } finally {
    products.dispose();
  }
}

function* momentsOfPixels(rows: ImageRows): Generator<number, ImageMoments> {
  const {count: N, size: D, chunk} = rows;
  const sizes = blockSizes(D);
  const sums = new Float64Array(D);
  for (const [first, n] of chunksOf(N)) {
    addTo(sums, tidy64(() => read64(sum64(chunk(first, n), 0))));
  }
  const mean = sums.map((sum) => sum / N);
  const products = blockSums64(D, D, {symmetric: true});
  try {
    for (const [first, n] of chunksOf(N)) {
      tidy64(() => {
        const centred = sub64(chunk(first, n), constant64(mean, [1, D]));
        const columns = splitColumns64(centred, sizes);
        products.add((i, j) => matMul64(columns[i]!, columns[j]!, {transposeA: true}));
      });
      yield first + n;
    }
    const covariance = products.read();
    forEachRow(covariance, D, (row) => {
      for (let c = 0; c < D; c++) row[c]! /= N;
    });
    return {mean, covariance};
  } finally {
    products.dispose();
  }
}

/** v - 128 of some images, `[n, D]`, owned by the caller or the enclosing `tf.tidy`. */
const shiftedBytes = ({images}: Dataset, first: number, n: number, D: number): Tensor2D =>
    tf.tidy(() => tf.sub(
        floatOfBytes(images.subarray(first * D, (first + n) * D), [n, D]), BYTE_SHIFT));

/** Exact for `CHUNK` rows of shifted bytes. */
const columnSums = (rows: () => Tensor2D): Float64Array =>
    tidy64(() => read64(widenResult(() => tf.sum(rows(), 0))));

const meanOfShifted = (sums: Float64Array, N: number): Float64Array =>
    sums.map((sum) => (sum / N + BYTE_SHIFT) / BYTE_SCALE - 1);

function* chunksOf(count: number): Generator<readonly [first: number, n: number]> {
  for (let first = 0; first < count; first += CHUNK) {
    yield [first, Math.min(CHUNK, count - first)];
  }
}

function addTo(sums: Float64Array, part: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at]! += part[at]!;
}

function forEachRow(
    matrix: Float64Array, D: number, body: (row: Float64Array, r: number) => void): void {
  for (let r = 0; r < D; r++) body(matrix.subarray(r * D, (r + 1) * D), r);
}
