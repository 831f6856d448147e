/** Arrays that the two sides of a case exchange: safetensors files in the case's folder. */
import * as path from 'node:path';
import {encodeSafetensors, readSafetensors} from '../src/store/safetensors';
import type {NamedArray} from '../src/store/safetensors';
import {writeFile} from '../src/store/write-file';

const fileOf = (folder: string, name: string): string => path.join(folder, `${name}.safetensors`);

/** Writes `arrays` as `<folder>/<name>.safetensors`. */
export function writeArrays(
    folder: string, name: string, arrays: Readonly<Record<string, NamedArray>>): void {
  writeFile(fileOf(folder, name), encodeSafetensors(arrays));
}

/**
 * Reads what either side wrote.
 * @throws Error naming the file, or the array that it lacks.
 */
export function readArrays(folder: string, name: string): (key: string) => NamedArray {
  const {tensors} = readSafetensors(fileOf(folder, name));
  return (key) => {
    const array = tensors.get(key);
    if (array === undefined) {
      throw new Error(`${name}: expected an array ${key}, got ${[...tensors.keys()].join(', ')}`);
    }
    return array;
  };
}

/** ||a - b|| / ||b||. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** The largest |a - b|; NaN if one of them is. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return NaN;
    largest = Math.max(largest, difference);
  }
  return largest;
}
