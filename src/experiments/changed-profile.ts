/**
 * A profile with some of its choices changed: other images, sizes, widths or another seed. What is
 * not changed stays the profile's, so a changed profile shares the training runs of the plain one
 * wherever their options are the same.
 */
import {createHash} from 'node:crypto';
import type {HeldOutSplit} from '../data/split';
import type {ProfileData} from './profile-data';
import type {Profile} from './profiles';

/** What a notebook's parameters change in a profile; undefined leaves the profile's choice. */
export interface ProfileChanges {
  /**
   * Images of one's own, anything that `loadDataset` reads, cut at the centre and scaled to the
   * profile's resolution. CIFAR-10's test images are held out; of other sources a tenth is, or
   * as many as the profile generates, if that is more.
   */
  readonly dataset?: string | undefined;
  /** Seed of training sets, training runs and all measurements: an integer. */
  readonly seed?: number | undefined;
  /** Numbers of training images, at least two; of fewer images than the profile's: up to all. */
  readonly sizes?: readonly number[] | undefined;
  /** N of section IV, and of notebook 01. */
  readonly smallSize?: number | undefined;
  /** Width of the networks but those of `widths`: a multiple of 4. */
  readonly width?: number | undefined;
  /** Network widths of section IV, at least two, multiples of 4. */
  readonly widths?: readonly number[] | undefined;
}

/**
 * Checks changes on their own, before images are loaded.
 * @throws RangeError naming the change, what is possible and what came.
 */
export function checkChanges({seed, sizes, smallSize, width, widths}: ProfileChanges): void {
  const fail = (name: string, expected: string, got: unknown): never => {
    throw new RangeError(
        `openWorkspace: expected \`${name}\` to be ${expected}, got ${JSON.stringify(got)}`);
  };
  const isSize = (n: number): boolean => Number.isInteger(n) && n >= 1;
  const isWidth = (n: number): boolean => isSize(n) && n % 4 === 0;
  const several = (values: readonly number[]): boolean => new Set(values).size >= 2;
  if (seed !== undefined && !Number.isSafeInteger(seed)) fail('seed', 'an integer', seed);
  if (sizes !== undefined && !(sizes.every(isSize) && several(sizes))) {
    fail('sizes', 'at least two different numbers of training images, for example [64, 512]',
        sizes);
  }
  if (smallSize !== undefined && !isSize(smallSize)) {
    fail('smallSize', 'a number of training images, for example 64', smallSize);
  }
  if (width !== undefined && !isWidth(width)) {
    fail('width', 'a positive multiple of 4, for example 16', width);
  }
  if (widths !== undefined && !(widths.every(isWidth) && several(widths))) {
    fail('widths', 'at least two positive multiples of 4, for example [4, 8, 16]', widths);
  }
}

/** Different values, rising. */
const rising = (values: readonly number[]): number[] =>
    [...new Set(values)].sort((a, b) => a - b);

/**
 * The profile with its changes; the profile itself when nothing is different from it.
 * @param images those of the changed profile.
 * @param data what they are, when they are not the profile's own.
 * @throws RangeError as `checkChanges`, and when fewer images are there than asked for.
 */
export function changedProfile(
    profile: Profile, changes: ProfileChanges, {train}: HeldOutSplit, data?: ProfileData): Profile {
  checkChanges(changes);
  const {
    seed = profile.seed, width = profile.width, smallSize = profile.smallSize,
    sizes = data === undefined ? profile.sizes : sizesWithin(profile.sizes, train.count),
    widths = profile.widths,
  } = changes;
  const changed: Profile = {
    ...profile, seed, width, smallSize, sizes: rising(sizes), widths: rising(widths),
    data: data ?? profile.data, moreSeeds: profile.moreSeeds.filter((other) => other !== seed),
  };
  const words = changeWords(profile, changed);
  if (words.length === 0 && seed === profile.seed && data === undefined) return profile;
  const most = Math.max(...changed.sizes, smallSize);
  if (most > train.count) {
    throw new RangeError(`openWorkspace: expected at most ${train.count.toLocaleString('en-US')} ` +
        `training images, which is what ${train.name} has, got N = ${most.toLocaleString('en-US')}` +
        '; ask for smaller N, or load more images');
  }
  return {...changed, changes: words};
}

/** The sizes that there are images for; where some are missing, all images come last. */
function sizesWithin(sizes: readonly number[], count: number): readonly number[] {
  const within = sizes.filter((n) => n <= count);
  return within.length === sizes.length ? sizes : [...within, count];
}

/** What differs, besides images and seed: `N = 64, 512`. */
function changeWords(profile: Profile, changed: Profile): string[] {
  const list = (values: readonly number[]): string => values.join(', ');
  const parts = [
    ['N =', list(profile.sizes), list(changed.sizes)],
    ['small N =', `${profile.smallSize}`, `${changed.smallSize}`],
    ['width', `${profile.width}`, `${changed.width}`],
    ['widths', list(profile.widths), list(changed.widths)],
  ] as const;
  return parts.filter(([, before, after]) => before !== after)
      .map(([what, , after]) => `${what} ${after}`);
}

/** For captions: `smoke`, or `smoke with N = 64, 512; width 12`. */
export const profileTitle = ({name, changes = []}: Pick<Profile, 'name' | 'changes'>): string =>
    changes.length === 0 ? name : `${name} with ${changes.join('; ')}`;

/** A longer folder name is cut and ends in a hash instead. */
const MAX_NAME = 80;

/**
 * A folder name for a changed profile: `smoke-N-64-512-seed-1`, and with images of one's own their
 * name and the beginning of their hash.
 */
export function changedProfileName(changed: Profile, {train}: HeldOutSplit): string {
  const {name, data, seed, changes = []} = changed;
  const images = data.kind === 'own' ? [data.title, train.hash.slice(0, 8)] : [];
  const words = [name, ...images, ...changes, `seed ${seed}`].join(' ')
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-').replace(/-$/, '');
  if (words.length <= MAX_NAME) return words;
  return `${words.slice(0, MAX_NAME)}-${createHash('sha256').update(words).digest('hex').slice(0, 8)}`;
}
