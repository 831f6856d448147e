/**
 * Large matrices that are summed up in float64, block by block. A block of at most 512 x 512 stays
 * in the processor's cache while a product is added to it, no temporary is larger than a block, and
 * of a symmetric matrix only the blocks on and below the diagonal are computed.
 */
import {add64, dispose64, keep64, read64, tidy64} from './tensor64';
import type {Tensor64} from './tensor64';

const BLOCK = 512;

/** Sizes of the blocks that n rows or columns are cut into: as equal as can be. */
export function blockSizes(n: number): number[] {
  const count = Math.ceil(n / BLOCK);
  return Array.from({length: count}, (_, i) =>
    Math.floor(n * (i + 1) / count) - Math.floor(n * i / count));
}

export interface BlockSums64 {
  /**
   * Adds a matrix.
   * @param block its block in block row i and block column j, shaped as `blockSizes` says; called
   *     inside a `tidy64`, of a symmetric matrix for j <= i.
   */
  add(block: (i: number, j: number) => Tensor64): void;
  /** The sum so far, row by row. */
  read(): Float64Array;
  /** Frees the blocks: the sum is 0 again. */
  dispose(): void;
}

/**
 * Starts a sum of matrices `[rows, cols]`.
 * @param options `symmetric`: the matrices are.
 */
export function blockSums64(
    rows: number, cols: number, {symmetric = false}: {readonly symmetric?: boolean} = {}):
    BlockSums64 {
  const [heights, widths] = [blockSizes(rows), blockSizes(cols)];
  const places = heights.flatMap((_, i) => widths.map((_, j) => [i, j] as const))
      .filter(([i, j]) => !symmetric || j <= i);
  let sums: Tensor64[] = [];
  return {
    add(block) {
      places.forEach(([i, j], at) => {
        const previous = sums[at];
        sums[at] = keep64(tidy64(() =>
          previous === undefined ? block(i, j) : add64(previous, block(i, j))));
        if (previous !== undefined) dispose64(previous);
      });
    },
    read() {
      const matrix = new Float64Array(rows * cols);
      sums.forEach((sum, at) => {
        const [i, j] = places[at]!;
        const values = tidy64(() => read64(sum));
        const [top, left] = [startOf(heights, i), startOf(widths, j)];
        const [height, width] = [heights[i]!, widths[j]!];
        for (let r = 0; r < height; r++) {
          const row = values.subarray(r * width, (r + 1) * width);
          matrix.set(row, (top + r) * cols + left);
          if (!symmetric || i === j) continue;
          for (let c = 0; c < width; c++) matrix[(left + c) * cols + top + r] = row[c]!;
        }
      });
      return matrix;
    },
    dispose() {
      sums.forEach(dispose64);
      sums = [];
    },
  };
}

const startOf = (sizes: readonly number[], i: number): number =>
    sizes.slice(0, i).reduce((a, b) => a + b, 0);
