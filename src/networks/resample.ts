/**
 * Halving and doubling of images with a separable low-pass filter, as in EDM's `Conv2d`
 * (Karras et al. 2022, appendix C.1): [1, 1] in DDPM++ and ADM, [1, 3, 3, 1] in NCSN++.
 *
 * The filter [1, 1] is a mean of four pixels, or a copy to four; any other one is two products with
 * banded matrices, one for the rows and one for the columns.
 */
import type {Tensor, Tensor2D, Tensor4D} from '@tensorflow/tfjs-core';
import {tf} from '../backend/tf';
import {double, halve} from './ops';

/** Taps of the filter along one axis; only their ratios matter. */
export type ResampleFilter = readonly number[];

export interface ResampleOptions {
  /** Default [1, 1]. */
  readonly filter?: ResampleFilter;
  /** Pixels of 0 beyond each border (down), or cropped from it (up); default (taps - 1) / 2. */
  readonly padding?: number;
}

/** Pixels that a filter of so many taps reaches beyond the border. */
export const defaultPadding = (taps: number): number => Math.floor((taps - 1) / 2);
/** Whether a filter is the mean of two. */
export const isBox = ([a, b, ...rest]: ResampleFilter): boolean => a === b && rest.length === 0;

/** `[N, H, W, C]` -> `[N, H/2, W/2, C]`: filtered, every second pixel kept. */
export function downsample(x: Tensor4D, options: ResampleOptions = {}): Tensor4D {
  const {filter = [1, 1], padding = defaultPadding(filter.length)} = options;
  const [, H, W] = x.shape;
  if (isBox(filter) && padding === 0 && H % 2 === 0 && W % 2 === 0) return halve(x);
  const matrix = (size: number): Float32Array[] => {
    const rows = Math.floor((size + 2 * padding - filter.length) / 2) + 1;
    return bandedRows(rows, size, filter, 1, (row, tap) => 2 * row + tap - padding);
  };
  return alongBothAxes(x, matrix(H), matrix(W));
}

/** `[N, H, W, C]` -> `[N, 2H, 2W, C]`: each pixel spread over its neighbourhood. */
export function upsample(x: Tensor4D, options: ResampleOptions = {}): Tensor4D {
  const {filter = [1, 1], padding = defaultPadding(filter.length)} = options;
  const [, H, W] = x.shape;
  if (isBox(filter) && padding === 0) return double(x);
  const matrix = (size: number): Float32Array[] => {
    const rows = 2 * (size - 1) + filter.length - 2 * padding;
    return bandedRows(rows, size, filter, 2, (row, tap) => (row + padding - tap) / 2);
  };
  return alongBothAxes(x, matrix(H), matrix(W));
}

/** Rows of the matrix in which tap t of row r weighs the pixel `pixelOf(r, t)`, if there is one. */
function bandedRows(
    rows: number, size: number, filter: ResampleFilter, gain: number,
    pixelOf: (row: number, tap: number) => number): Float32Array[] {
  const sum = filter.reduce((a, b) => a + b, 0);
  return Array.from({length: rows}, (_, row) => {
    const line = new Float32Array(size);
    filter.forEach((weight, tap) => {
      const pixel = pixelOf(row, tap);
      if (Number.isInteger(pixel) && pixel >= 0 && pixel < size) {
        line[pixel]! += gain * weight / sum;
      }
    });
    return line;
  });
}

function alongBothAxes(x: Tensor4D, rows: Float32Array[], columns: Float32Array[]): Tensor4D {
  const [N, H, W, C] = x.shape;
  return tf.tidy(() => {
    // The matrix on the right: tfjs does not sum a gradient over a broadcast batch on the left.
    const tall = multiply(rows, tf.reshape(x, [N, H, W * C]));            // [N, H', W·C]
    const wide = multiply(columns, tf.reshape(tall, [N * rows.length, W, C]));
    return tf.reshape(wide, [N, rows.length, columns.length, C]);
  });
}

/** A·x of each matrix in the batch; only x has a gradient. */
function multiply(rows: Float32Array[], x: Tensor): Tensor {
  const A = (): Tensor => tf.expandDims(tf.tensor2d(rows.map((row) => [...row])) as Tensor2D, 0);
  return tf.customGrad((input) => ({
    value: tf.matMul(A(), input as Tensor),
    gradFunc: (dy: Tensor) => tf.matMul(A(), dy, true, false),
  }))(x);
}
