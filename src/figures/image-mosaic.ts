/** Rows of images set out on one raster, with white between them. */
import type {ImageShape} from '../types';
import type {Raster} from './encode-images';

/** One row of an image grid. */
export interface ImageGridRow {
  /** Stands left of the row; `<br>` breaks it. */
  readonly label: string;
  /**
   * The row's images one after another, `[n, H, W, C]`: bytes 0..255, or floats in [-1, 1]
   * (values beyond are clipped). n may differ from row to row.
   */
  readonly images: Uint8Array | Float32Array;
  /**
   * Hover text of each image, `[n]`, for example the nearest training image and its distance
   * (default none).
   */
  readonly hover?: readonly string[];
  /** Leaves a wide gap above the row (default false). */
  readonly newGroup?: boolean;
}

export interface Mosaic {
  readonly raster: Raster;
  /** Images in the longest row. */
  readonly columns: number;
  /** Images in each row. */
  readonly counts: readonly number[];
  /** Centres of columns and rows, in raster pixels from the centre of the first pixel. */
  readonly xCentres: readonly number[];
  readonly yCentres: readonly number[];
}

/** Gaps in raster pixels. */
export interface MosaicGaps {
  /** Between columns. */
  readonly column: number;
  /** Between rows. */
  readonly row: number;
  /** Between groups of rows. */
  readonly group: number;
}

function checkRow(where: string, row: ImageGridRow, pixelsPerImage: number): number {
  const count = row.images.length / pixelsPerImage;
  if (!Number.isInteger(count) || count === 0) {
    throw new RangeError(`${where}: expected row "${row.label}" to hold whole images of ` +
        `${pixelsPerImage} values, got ${row.images.length} values; check \`imageShape\``);
  }
  if (row.hover !== undefined && row.hover.length !== count) {
    throw new RangeError(`${where}: expected \`hover\` of row "${row.label}" to hold ${count} ` +
        `texts, got ${row.hover.length}`);
  }
  const bad = row.images.findIndex((value: number) => Number.isNaN(value));
  if (bad >= 0) {
    throw new RangeError(`${where}: expected numbers in row "${row.label}", got NaN in image ` +
        `${Math.floor(bad / pixelsPerImage)}; the model that made it has diverged`);
  }
  return count;
}

/**
 * Sets rows of images out on one raster.
 * @throws RangeError naming the row that holds no whole images, or a NaN.
 */
export function imageMosaic(
    rows: readonly ImageGridRow[], [H, W, C]: ImageShape, gaps: MosaicGaps,
    where = 'imageMosaic'): Mosaic {
  if (C !== 1 && C !== 3) {
    throw new RangeError(`${where}: expected images of 1 or 3 channels, got ${C}`);
  }
  if (rows.length === 0) {
    throw new RangeError(`${where}: expected at least one row of images, got none`);
  }
  const counts = rows.map((row) => checkRow(where, row, H * W * C));
  const columns = Math.max(...counts);
  const width = columns * W + (columns - 1) * gaps.column;
  const tops: number[] = [];
  let height = 0;
  rows.forEach((row, r) => {
    height += r === 0 ? 0 : row.newGroup === true ? gaps.group : gaps.row;
    tops.push(height);
    height += H;
  });
  const pixels = new Uint8Array(width * height * C).fill(255);
  rows.forEach(({images}, r) => {
    const bytes = images instanceof Uint8Array ? images :
      Uint8ClampedArray.from(images, (value) => (value + 1) * 127.5);    // rounds and clips
    for (let n = 0; n < counts[r]!; n++) {
      for (let h = 0; h < H; h++) {
        const from = (n * H + h) * W * C;
        const to = ((tops[r]! + h) * width + n * (W + gaps.column)) * C;
        pixels.set(bytes.subarray(from, from + W * C), to);
      }
    }
  });
  return {
    raster: {width, height, channels: C, pixels}, columns, counts,
    xCentres: Array.from({length: columns}, (_, n) => n * (W + gaps.column) + (W - 1) / 2),
    yCentres: tops.map((top) => top + (H - 1) / 2),
  };
}
