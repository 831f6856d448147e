/** Other resolutions of a data set, exact on bytes: a margin around the images, block means. */
import {assertInteger} from '../shapes';
import type {Dataset} from '../types';
import {createDataset} from './dataset';

/** What fills the margin. */
export interface PadImagesOptions {
  /** Byte that fills the margin (default 0, black). */
  readonly value?: number;
  /** Name of the result (default: the data set's name). */
  readonly name?: string;
}

/**
 * The images with `margin` pixels added on each side: `[N, H + 2·margin, W + 2·margin, C]`.
 * @param dataset copied from.
 * @param margin pixels, at least 0.
 * @param options byte of the margin, name of the result.
 * @throws RangeError for a margin that is no integer >= 0.
 * @example
 * const dot = hg.createDataset({name: 'dot', images: Uint8Array.of(255), imageShape: [1, 1, 1]});
 * console.log(hg.padImages(dot, 1).images.join(' ')); // 0 0 0 0 255 0 0 0 0
 */
export function padImages(
    dataset: Dataset, margin: number,
    {value = 0, name = dataset.name}: PadImagesOptions = {}): Dataset {
  assertInteger('padImages', 'margin', margin, 0);
  const [H, W, C] = dataset.imageShape;
  const [paddedH, paddedW] = [H + 2 * margin, W + 2 * margin];
  const padded = new Uint8Array(dataset.count * paddedH * paddedW * C);
  if (value !== 0) padded.fill(value);
  const {images} = dataset;
  const row = W * C;
  for (let n = 0; n < dataset.count; n++) {
    for (let y = 0; y < H; y++) {
      const from = (n * H + y) * row;
      const to = ((n * paddedH + y + margin) * paddedW + margin) * C;
      for (let i = 0; i < row; i++) padded[to + i] = images[from + i]!;
    }
  }
  return withImages(dataset, padded, [paddedH, paddedW, C], name);
}

/** How the smaller images are called. */
export interface AreaMeanOptions {
  /** Name of the result (default: the data set's name). */
  readonly name?: string;
}

/**
 * The images made smaller: each pixel is the mean of a `factor` x `factor` block, rounded to the
 * nearest byte (halves upwards): `[N, H/factor, W/factor, C]`.
 * @param dataset copied from.
 * @param factor at least 1.
 * @param options name of the result.
 * @throws RangeError unless `factor` divides height and width.
 * @example
 * const square = hg.createDataset({
 *   name: 'square', images: Uint8Array.of(10, 20, 30, 41), imageShape: [2, 2, 1]});
 * console.log(hg.areaMean(square, 2).images); // Uint8Array(1) [ 25 ]
 */
export function areaMean(
    dataset: Dataset, factor: number, {name = dataset.name}: AreaMeanOptions = {}): Dataset {
  assertInteger('areaMean', 'factor', factor, 1);
  const [H, W, C] = dataset.imageShape;
  if (H % factor !== 0 || W % factor !== 0) {
    throw new RangeError(
        `areaMean: expected a \`factor\` that divides ${H} and ${W} (images of ${dataset.name}), ` +
        `got ${factor}; pad the images first`);
  }
  const [smallH, smallW] = [H / factor, W / factor];
  const area = factor * factor;
  const rounding = Math.floor(area / 2);
  const {images} = dataset;
  const small = new Uint8Array(dataset.count * smallH * smallW * C);
  let to = 0;
  // Images lie below each other, so N·H rows of blocks can be walked as one tall image.
  for (let y = 0; y < dataset.count * smallH; y++) {
    for (let x = 0; x < smallW; x++) {
      for (let c = 0; c < C; c++) {
        let sum = rounding;
        for (let dy = 0; dy < factor; dy++) {
          const from = ((y * factor + dy) * W + x * factor) * C + c;
          for (let dx = 0; dx < factor; dx++) sum += images[from + dx * C]!;
        }
        small[to++] = Math.floor(sum / area);
      }
    }
  }
  return withImages(dataset, small, [smallH, smallW, C], name);
}

function withImages(
    {labels, labelVectors}: Dataset, images: Uint8Array, imageShape: Dataset['imageShape'],
    name: string): Dataset {
  return createDataset({name, images, imageShape, labels, labelVectors});
}
