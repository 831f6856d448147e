/**
 * Image files under names, in a folder, an archive or alone: what the readers of images share.
 * A source of such files lists them; `openImageFiles` of `open-image-files.ts` makes them images.
 */
import * as path from 'node:path';
import {DATASET_JSON} from './dataset-json';

/** Endings of image files. */
export const EXTENSIONS: readonly string[] =
    ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif'];

export interface ImageFile {
  /** Path below the source, with `/`. */
  readonly name: string;
  /** Size in bytes as the source declares it. */
  readonly bytes: number;
}

export interface ImageFiles {
  /** Path of the folder or archive, for messages. */
  readonly where: string;
  /** In the order of their names' code units, as EDM's code sorts them. */
  readonly images: readonly ImageFile[];
  /** Names of files that are no images by their ending. */
  readonly others: readonly string[];
  /** Whether there is a `dataset.json`. */
  readonly hasLabels: boolean;
  /** The bytes of a file; an error naming it when there are more than `maxBytes`. */
  read(name: string, maxBytes: number): Promise<Uint8Array>;
  close(): void;
}

/** Sorts files by kind and name; hidden ones and those in hidden folders are passed over. */
export function sortFiles(
    files: Iterable<ImageFile>): Pick<ImageFiles, 'images' | 'others' | 'hasLabels'> {
  const [images, others]: [ImageFile[], string[]] = [[], []];
  let hasLabels = false;
  for (const file of files) {
    const {name} = file;
    if (name.split('/').some((part) => part.startsWith('.'))) continue;
    if (isImageName(name)) images.push(file);
    else if (name === DATASET_JSON) hasLabels = true;
    else others.push(name);
  }
  images.sort((a, b) => a.name < b.name ? -1 : 1);
  return {images, others: others.sort(), hasLabels};
}

export const isImageName = (name: string): boolean =>
    EXTENSIONS.includes(path.extname(name).toLowerCase());
