/** Samples over their nearest training images, the most copy-like first. */
import type {MemorizationResult} from '../analysis/memorization';
import type {SampledImages} from '../analysis/samples';
import {imagesToFloat32} from '../data/dataset';
import {imageGrid} from '../figures/image-grid';
import type {PlotlyFigure} from '../figures/types';
import {formatNumber} from '../tables/format';
import type {Dataset} from '../types';

/** A sample and its nearest training image. */
export interface NearestPair {
  /** Position among the samples. */
  readonly sample: number;
  /** Name of the sample's file, where samples come from files. */
  readonly sampleFile?: string | undefined;
  /** Position in the training set. */
  readonly nearest: number;
  /** Name of the training image's file, where images come from files. */
  readonly nearestFile?: string | undefined;
  /** Euclidean, pixels of [-1, 1]. */
  readonly distance: number;
  /** Distance over that to the next different training image. */
  readonly ratio: number;
  /** Whether the sample counts as a copy. */
  readonly copied: boolean;
}

/** All pairs by their ratio, the most copy-like first; equal ones by their distance. */
export function nearestPairs(
    {perSample}: Pick<MemorizationResult, 'perSample'>, train: Pick<Dataset, 'files'>,
    sampleFiles?: readonly string[]): NearestPair[] {
  return perSample.map(({nearest: {index, distance}, ratio, copied}, sample) => ({
    sample, sampleFile: sampleFiles?.[sample], nearest: index, nearestFile: train.files?.[index],
    distance, ratio, copied,
  })).sort((a, b) => a.ratio - b.ratio || a.distance - b.distance || a.sample - b.sample);
}

export interface NearestSheetOptions {
  /** The finding, as title. */
  readonly title: string;
  readonly subtitle?: string;
  /** Pairs shown at most, the first (default 40). */
  readonly most?: number;
  /** Pairs side by side at most (default 10). */
  readonly columns?: number;
}

/**
 * The sheet: two rows of images for each line of pairs, the sample above its nearest training
 * image; the pointer finds positions, files, distances and ratios.
 * @param pairs from `nearestPairs`.
 * @throws RangeError when the images differ in shape.
 */
export function nearestSheet(
    pairs: readonly NearestPair[], samples: SampledImages, train: Dataset,
    {title, subtitle, most = 40, columns = 10}: NearestSheetOptions): PlotlyFigure {
  const shown = pairs.slice(0, most);
  const perLine = Math.min(columns, shown.length);
  const size = samples.samples.length / samples.count;
  const lines = Array.from({length: Math.ceil(shown.length / perLine)}, (_, line) =>
    shown.slice(line * perLine, (line + 1) * perLine));
  const rows = lines.flatMap((line, i) => {
    const images = new Float32Array(line.length * size);
    line.forEach(({sample}, at) => images.set(
        samples.samples.subarray(sample * size, (sample + 1) * size), at * size));
    const hover = line.map(pairWords);
    return [
      {label: 'sample', images, hover, newGroup: i > 0},
      {
        label: 'nearest training image', hover,
        images: imagesToFloat32(train, line.map(({nearest}) => nearest)),
      },
    ];
  });
  return imageGrid({
    title, ...(subtitle !== undefined && {subtitle}), rows, imageShape: samples.imageShape,
    maxImageWidth: 64,
  });
}

/** `sample 3 (a.png): training image 17 (b.png), distance 1.2, ratio 0.21: a copy`. */
export function pairWords(
    {sample, sampleFile, nearest, nearestFile, distance, ratio, copied}: NearestPair): string {
  const named = (position: number, file: string | undefined): string =>
    file === undefined ? `${position}` : `${position} (${file})`;
  return `sample ${named(sample, sampleFile)}: training image ${named(nearest, nearestFile)},<br>` +
      `distance ${formatNumber(distance)}, ratio ${formatNumber(ratio)}${copied ? ': a copy' : ''}`;
}
