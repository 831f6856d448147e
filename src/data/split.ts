/**
 * Parts of a data set, each fixed by a seed: nested subsets, disjoint halves, a held-out part.
 */
import {createRng} from '../backend/rng';
import {assertInteger} from '../shapes';
import type {Dataset} from '../types';
import {selectImages} from './dataset';

/** Which images a subset has. */
export interface SubsetOptions {
  /** How many images. */
  readonly n: number;
  /** Which images; any integer. */
  readonly seed: number;
}

/**
 * `n` random images. The subsets of one seed are nested: each begins with the smaller ones.
 * @param dataset copied from.
 * @param options how many, and the seed.
 * @returns named `<name>/n<n>-seed<seed>`.
 * @throws RangeError when the data set has fewer than `n` images.
 * @example
 * const greys = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 100}, (_, i) => i), imageShape: [1, 1, 1]});
 * const [small, large] = [3, 6].map((n) => hg.subset(greys, {n, seed: 0}));
 * console.log(small!.name, small!.images.join(' ')); // greys/n3-seed0 23 52 3
 * console.log(large!.images.join(' ')); // 23 52 3 12 22 58
 */
export function subset(dataset: Dataset, {n, seed}: SubsetOptions): Dataset {
  checkSize('subset', 'n', n, dataset, dataset.count);
  return selectImages(dataset, order(dataset, seed).subarray(0, n), subsetName(dataset, n, seed));
}

/**
 * Two subsets of `n` images each that have no image in common. The first is
 * `subset(dataset, {n, seed})` itself, so what was trained on that serves here too. Both are
 * nested over n.
 * @param dataset copied from.
 * @param options images in each half, and the seed.
 * @throws RangeError when the data set has fewer than 2·n images.
 * @example
 * const greys = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 100}, (_, i) => i), imageShape: [1, 1, 1]});
 * const [a, b] = hg.disjointHalves(greys, {n: 50, seed: 0});
 * console.log(a.images.some((grey) => b.images.includes(grey))); // false
 */
export function disjointHalves(
    dataset: Dataset, {n, seed}: SubsetOptions): readonly [Dataset, Dataset] {
  checkSize('disjointHalves', 'n', n, dataset, Math.floor(dataset.count / 2));
  const fromTheEnd = order(dataset, seed).reverse().subarray(0, n);
  const name = `${subsetName(dataset, n, seed)}-disjoint`;
  return [subset(dataset, {n, seed}), selectImages(dataset, fromTheEnd, name)];
}

/** Which images are held out. */
export interface HeldOutSplitOptions {
  /** How many images are held out. */
  readonly heldOut: number;
  /** Which images; any integer. */
  readonly seed: number;
}

/** A data set in two parts: one to train on, one that no training may see. */
export interface HeldOutSplit {
  /** Images to train on, named `<name>/train`. */
  readonly train: Dataset;
  /** Images that no training sees, named `<name>/held-out`. */
  readonly heldOut: Dataset;
}

/**
 * Holds out random images, for sources without a test part of their own. Images keep their order.
 * @param dataset copied from.
 * @param options how many, and the seed.
 * @throws RangeError when no image would be left to train on.
 * @example
 * const greys = hg.createDataset({
 *   name: 'greys', images: Uint8Array.from({length: 100}, (_, i) => i), imageShape: [1, 1, 1]});
 * const {train, heldOut} = hg.heldOutSplit(greys, {heldOut: 10, seed: 0});
 * console.log(train.name, train.count, heldOut.name, heldOut.count);
 * // greys/train 90 greys/held-out 10
 */
export function heldOutSplit(
    dataset: Dataset, {heldOut, seed}: HeldOutSplitOptions): HeldOutSplit {
  checkSize('heldOutSplit', 'heldOut', heldOut, dataset, dataset.count - 1);
  const shuffled = createRng(seed).fork('held-out').permutation(dataset.count);
  return {
    train: selectImages(dataset, shuffled.slice(heldOut).sort(), `${dataset.name}/train`),
    heldOut: selectImages(dataset, shuffled.slice(0, heldOut).sort(), `${dataset.name}/held-out`),
  };
}

const order = (dataset: Dataset, seed: number): Uint32Array =>
    createRng(seed).fork('subset').permutation(dataset.count);

const subsetName = (dataset: Dataset, n: number, seed: number): string =>
    `${dataset.name}/n${n}-seed${seed}`;

function checkSize(
    where: string, option: string, value: number, dataset: Dataset, most: number): void {
  assertInteger(where, option, value, 1);
  if (value > most) {
    throw new RangeError(
        `${where}: expected \`${option}\` <= ${most} (${dataset.name} has ${dataset.count} ` +
        `images), got ${value}; ask for fewer images or load a larger data set`);
  }
}
