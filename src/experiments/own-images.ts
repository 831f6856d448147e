/** Images of one's own in the place of a profile's: brought to its resolution, a part held out. */
import {kindOf, loadDataset} from '../data/load-dataset';
import {heldOutSplit} from '../data/split';
import type {HeldOutSplit} from '../data/split';
import type {OnProgress} from '../types';

export interface OwnImagesOptions {
  /** Height and width that they are cut and scaled to. */
  readonly size: readonly [height: number, width: number];
  /** How many are held out at least. */
  readonly leastHeldOut: number;
  readonly onProgress?: OnProgress | undefined;
}

/** One of so many images is held out, as of Fashion-MNIST's 70,000. */
const HELD_OUT_PART = 7;

/**
 * Loads one's own images, in their own colours. CIFAR-10's test images are held out; of other
 * sources a seventh, always the same ones, or `leastHeldOut`, if that is more.
 * @param source anything that `loadDataset` reads.
 * @throws Error as `loadDataset` does; RangeError when no two images would be left to train on.
 */
export async function loadOwnImages(
    source: string, {size, leastHeldOut, onProgress}: OwnImagesOptions): Promise<HeldOutSplit> {
  const options = {size, onProgress};
  if (await kindOf(source) === 'cifar10') {
    return {
      train: await loadDataset(source, {...options, split: 'train'}),
      heldOut: await loadDataset(source, {...options, split: 'test'}),
    };
  }
  const images = await loadDataset(source, options);
  const heldOut = Math.max(leastHeldOut, Math.round(images.count / HELD_OUT_PART));
  if (images.count < heldOut + 2) {
    throw new RangeError(`${source}: expected at least ${heldOut + 2} images, ${heldOut} of them ` +
        `to hold out and some to train on, got ${images.count}; add images, or take a profile ` +
        'that measures on fewer');
  }
  return heldOutSplit(images, {heldOut, seed: 0});
}
