/** The images of a finished training run, found again: a run keeps their hash, not their pixels. */
import {existsSync} from 'node:fs';
import {subset} from '../data/split';
import type {HeldOutSplit} from '../data/split';
import {defined} from '../defined';
import type {Dataset} from '../types';
import {loadOwnImages, parseOwnImages} from './own-images';
import type {LoadOwnImagesOptions, OwnImages} from './own-images';
import {loadProfileImages, profileImageShape} from './profile-data';
import {PROFILE_NAMES, profileOf} from './profiles';
import type {TrainRun} from './train-run';

/** Where the images of a run lie, if not where they were. */
export interface RunImagesOptions extends LoadOwnImagesOptions {
  /** Where one's own images lie now (default: where the run's record says). */
  readonly images?: Partial<OwnImages> | undefined;
  /** Folder of the profiles' data sets (default `data/`). */
  readonly data?: string | undefined;
}

/**
 * The images that a run was trained on and those it never saw.
 * @throws Error when they are not where they were, or are no longer the same, saying what to give.
 */
export async function imagesOfRun(
    run: TrainRun, {images, data, ...options}: RunImagesOptions = {}): Promise<HeldOutSplit> {
  const noted = parseOwnImages(run.stored.provenance.notes?.['images']);
  const given = Object.keys(defined(images ?? {})).length > 0;
  const own = given || noted !== undefined ? ownImagesOf(run, noted, images) : undefined;
  const found = own !== undefined ? await loadOwnImages(own, options) :
    await profileImagesOf(run, {data, ...options});
  const wrong = [
    ...differs('training', found.train, run.dataset.hash),
    ...differs('held-out', found.heldOut, run.heldOut.hash),
  ];
  if (wrong.length > 0) {
    throw new Error(`${run.stored.id}: ${wrong.join(' and ')} other than those it was trained ` +
        `with (${run.dataset.name}, ${run.dataset.count} images of ` +
        `${run.imageShape.join('x')})${own === undefined ? '' : `, from ${own.source}`}; give ` +
        'the same files and options as for training: --images, --size, --colour, --held-out');
  }
  return found;
}

/** Whether any images were held out; otherwise the training images stand in for them. */
export const hasHeldOut = ({dataset, heldOut}: Pick<TrainRun, 'dataset' | 'heldOut'>): boolean =>
    dataset.hash !== heldOut.hash;

const differs = (kind: string, {hash}: Dataset, expected: string): string[] =>
    hash === expected ? [] : [`these are ${kind} images`];

function ownImagesOf(
    run: TrainRun, noted: OwnImages | undefined, given: Partial<OwnImages> | undefined):
    OwnImages {
  const {source, ...rest}: Partial<OwnImages> = {...noted, ...defined(given ?? {})};
  const missing = source === undefined ? undefined :
    [source, rest.heldOut].find((file) => typeof file === 'string' && !existsSync(file));
  if (source === undefined || missing !== undefined) {
    throw new Error(`${run.stored.id}: expected the images it was trained on ` +
        `(${run.dataset.name}) ${missing === undefined ? '' : `at ${missing}, where nothing is`}` +
        `; say where they are now with --images${missing === rest.heldOut ? ' and --held-out' : ''}`);
  }
  return {source, ...rest};
}

/** `fashion-mnist-16/train/n64-seed0`: 64 images of a part, drawn with seed 0. */
const SUBSET = /^(.+)\/n(\d+)-seed(\d+)$/;

/** The images of a run of some profile, recognised by their name. */
async function profileImagesOf(
    run: TrainRun, options: Pick<RunImagesOptions, 'data' | 'onProgress'>): Promise<HeldOutSplit> {
  const [, part, n, seed] = SUBSET.exec(run.dataset.name) ?? [];
  const shape = run.imageShape.join();
  const tried = new Set<string>();
  for (const profile of PROFILE_NAMES.map(profileOf)) {
    const data = JSON.stringify(profile.data);
    if (part === undefined || profileImageShape(profile.data).join() !== shape) continue;
    if (tried.has(data)) continue;
    tried.add(data);
    const {data: folder, onProgress} = options;
    const images = await loadProfileImages(
        profile, {...(folder !== undefined && {data: folder}), onProgress});
    if (images.train.name !== part) continue;
    return {
      train: subset(images.train, {n: Number(n), seed: Number(seed)}), heldOut: images.heldOut,
    };
  }
  throw new Error(`${run.stored.id}: its record does not say where its images lie ` +
      `(${run.dataset.name}, ${run.dataset.count} images of ${run.imageShape.join('x')}); say so ` +
      'with --images, and with --held-out for those it never saw');
}
