/** What the class of an image is called, where its data set says so. */
import type {Dataset} from '../types';
import {CIFAR10_CLASSES} from './cifar10';
import {FASHION_MNIST_CLASSES} from './fashion-mnist';

/** Names of data sets that have names for their classes: as their readers give them. */
const NAMED = [
  {dataset: /^fashion-mnist-\d+\b/, classes: FASHION_MNIST_CLASSES},
  {dataset: /^cifar-10\b/, classes: CIFAR10_CLASSES},
] as const;

/**
 * The class of an image in words: `'Sneaker'`, or `'class 7'` where classes have no names.
 * @param index position in the data set.
 * @returns undefined when the images have no classes.
 */
export function className({name, labels}: Dataset, index: number): string | undefined {
  const label = labels?.[index];
  if (label === undefined) return undefined;
  const names = NAMED.find(({dataset}) => dataset.test(name))?.classes;
  return names?.[label] ?? `class ${label}`;
}
