/** What a run is known by: a plain record of everything that decides its result, and its hash. */
import type {Json} from './canonical';
import {canonicalJson, sha256} from './canonical';

export interface RunRequest {
  /** What is computed: `'train'`, `'samples'`, `'linear-fit'`, … */
  readonly kind: string;
  /** Everything that decides the result: options, data hashes, ids of runs it builds on. */
  readonly options: Json;
}

/**
 * The version of the code as far as results depend on it: raised whenever the same request must
 * give another result, and part of every hash.
 */
export const RUN_FORMAT = 3;

const HASH_DIGITS = 16;
const ID = /[a-z][a-z-]*-[0-9a-f]{16}/g;

/**
 * The run's id and folder name: its kind and the beginning of the SHA-256 of the canonical JSON.
 * @throws TypeError for options that JSON would change (undefined, NaN, infinities).
 */
export const runId = ({kind, options}: RunRequest): string =>
    `${kind}-${sha256(canonicalJson({format: RUN_FORMAT, kind, options})).slice(0, HASH_DIGITS)}`;

/** The ids of the runs that a request is built on, wherever they stand in its options. */
export function runsNeededBy({options}: RunRequest): string[] {
  const found = new Set<string>();
  const search = (value: Json): void => {
    if (typeof value === 'string') value.match(ID)?.forEach((id) => found.add(id));
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(search);
  };
  search(options);
  return [...found].sort();
}
