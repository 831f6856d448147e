/** What is known of each image: a class or a vector as its label, and the name of its file. */
import type {Dataset, Labels, LabelVectors} from '../types';

/** The labels of a data set, at most one of the two kinds, and its images' files. */
export interface ImageLabels {
  /** Class of each image, `[N]`. */
  readonly labels?: Labels | undefined;
  /** Vector of each image, `[N, size]`. */
  readonly labelVectors?: LabelVectors | undefined;
  /** Name of each image's file, where images come from files. */
  readonly files?: readonly string[] | undefined;
}

/**
 * Classes in the smallest type that holds them.
 * @param classes integers from 0 to 2^31 - 1.
 */
export function labelsOf(classes: ArrayLike<number>): Labels {
  let largest = 0;
  for (let i = 0; i < classes.length; i++) largest = Math.max(largest, classes[i]!);
  if (largest < 2 ** 8) return Uint8Array.from(classes);
  return largest < 2 ** 16 ? Uint16Array.from(classes) : Int32Array.from(classes);
}

/** The labels and files at `indices`, in that order. */
export const selectLabels = (known: ImageLabels, indices: ArrayLike<number>): ImageLabels => ({
  ...labelsAt(known, indices),
  ...known.files && {files: Array.from(indices, (index) => known.files![index]!)},
});

function labelsAt(
    {labels, labelVectors}: ImageLabels, indices: ArrayLike<number>): ImageLabels {
  if (labelVectors !== undefined) {
    const {values, size} = labelVectors;
    const selected = new Float32Array(indices.length * size);
    for (let i = 0; i < indices.length; i++) {
      const at = indices[i]! * size;
      selected.set(values.subarray(at, at + size), i * size);
    }
    return {labelVectors: {values: selected, size}};
  }
  if (labels === undefined) return {};
  return {labels: labelsOf(Int32Array.from(indices, (index) => labels[index]!))};
}

/** The fields that are there, for a record without undefined ones. */
export const labelFields = (
    {labels, labelVectors, files}: ImageLabels):
    Pick<Dataset, 'labels' | 'labelVectors' | 'files'> => ({
  ...labels === undefined ? {} : {labels},
  ...labelVectors === undefined ? {} : {labelVectors},
  ...files === undefined ? {} : {files},
});

/** Throws unless there is one label, and one file, for each of `count` images, or none at all. */
export function checkLabels(
    {labels, labelVectors, files}: ImageLabels, count: number, name: string): void {
  if (files !== undefined && files.length !== count) {
    throw new RangeError(`createDataset: expected ${count} names in \`files\`, one for each ` +
        `image of ${name}, got ${files.length}`);
  }
  if (labels !== undefined && labelVectors !== undefined) {
    throw new RangeError(
        `createDataset: expected classes or label vectors for ${name}, got both; leave one out`);
  }
  const found = labels?.length ??
      (labelVectors === undefined ? count : labelVectors.values.length / labelVectors.size);
  if (found !== count) {
    throw new RangeError(
        `createDataset: expected ${count} labels, one for each image of ${name}, got ${found}`);
  }
}
