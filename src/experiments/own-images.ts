/** One's own images to train on: what is loaded, what is held out, how both are found again. */
import * as path from 'node:path';
import {z} from 'zod';
import {kindOf, loadDataset} from '../data/load-dataset';
import {heldOutSplit} from '../data/split';
import type {HeldOutSplit} from '../data/split';
import {defined} from '../defined';
import type {OnProgress} from '../types';

/** Where images lie, and how they are brought to one size and colour. */
export interface OwnImages {
  /** Anything that `loadDataset` reads. */
  readonly source: string;
  /** Side of the square images, pixels (default: their own size). */
  readonly size?: number | undefined;
  /** Makes all images luminance or colour (default: as they are). */
  readonly colour?: 'grey' | 'rgb' | undefined;
  /** Only the first so many (default all). */
  readonly maxImages?: number | undefined;
  /**
   * What no training sees: so many of the images, drawn at random with seed 0, or another source
   * (default: CIFAR-10's test images, else `defaultHeldOut`). With 0 none are held out, and the
   * training images stand in where held-out ones are asked for.
   */
  readonly heldOut?: number | string | undefined;
}

/** A tenth of the images, at least 8 and at most 1,000: what is held out unless asked otherwise. */
export const defaultHeldOut = (count: number): number =>
    Math.min(1000, Math.max(8, Math.floor(count / 10)));

/** Bootstrap intervals, and D_L's fit and its judgement on two halves, need a few. */
const LEAST_HELD_OUT = 4;

const schema: z.ZodType<OwnImages> = z.object({
  source: z.string(), size: z.int().optional(), colour: z.enum(['grey', 'rgb']).optional(),
  maxImages: z.int().optional(), heldOut: z.union([z.int(), z.string()]).optional(),
});

/** The record that a run keeps of its images: absolute paths. Undefined when it is none. */
export const parseOwnImages = (noted: unknown): OwnImages | undefined => {
  const parsed = schema.safeParse(noted);
  return parsed.success ? parsed.data : undefined;
};

/** The same images, named so that they are found from any folder. */
export const absoluteImages = (images: OwnImages): OwnImages => ({
  ...images, source: path.resolve(images.source),
  ...(typeof images.heldOut === 'string' && {heldOut: path.resolve(images.heldOut)}),
});

export interface LoadOwnImagesOptions {
  /** Told of conversions and of ignored files (default `console.warn`). */
  readonly warn?: ((message: string) => void) | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** How many are held out at least, where their number is not given (default 4). */
  readonly leastHeldOut?: number | undefined;
}

/**
 * Loads images to train on and those that are held out.
 * @throws Error as `loadDataset` does; RangeError for images that are not square, with what to pass,
 *     and when fewer than 4 would be held out or fewer than 2 be left.
 */
export async function loadOwnImages(
    images: OwnImages, {warn, onProgress, leastHeldOut = LEAST_HELD_OUT}: LoadOwnImagesOptions = {},
): Promise<HeldOutSplit> {
  const {source, size, colour, maxImages} = images;
  const isCifar10 = images.heldOut === undefined && await kindOf(source) === 'cifar10';
  const heldOut = isCifar10 ? source : images.heldOut;
  const look = {size, colour, ...(warn && {warn}), ...(onProgress && {onProgress})};
  const all = await loadDataset(source, defined({...look, maxImages}));
  const [rows, columns] = all.imageShape;
  if (rows !== columns) {
    throw new RangeError(`${source}: the images have ${rows}x${columns} pixels (height x width), ` +
        'and networks take square ones; pass --size (`size`) to cut and resize them, for example ' +
        `--size ${Math.min(32, rows, columns)}`);
  }
  if (heldOut === 0) return {train: all, heldOut: all};
  if (typeof heldOut === 'string') {
    const sameFile = path.resolve(heldOut) === path.resolve(source);
    return {
      train: all, heldOut: await loadDataset(
          heldOut, defined({...look, split: sameFile ? 'test' as const : undefined})),
    };
  }
  const count = heldOut ?? Math.max(leastHeldOut, defaultHeldOut(all.count));
  if (count < LEAST_HELD_OUT) {
    throw new RangeError(`${source}: expected to hold out at least ${LEAST_HELD_OUT} images, got ` +
        `${count}; choose --held-out (\`heldOut\`) larger, or 0 to hold out none`);
  }
  if (all.count - count < 2) {
    throw new RangeError(`${source}: expected at least ${count + 2} images, ${count} of them to ` +
        `hold out and some to train on, got ${all.count}; add images, hold out fewer ` +
        '(--held-out, `heldOut`), or take a profile that measures on fewer');
  }
  return heldOutSplit(all, {heldOut: count, seed: 0});
}
