/** What a run is known by: a plain record of everything that decides its result, and its hash. */
import type {Json} from './canonical';
import {canonicalJson, sha256} from './canonical';

/** What a run is known by. */
export interface RunRequest {
  /** What is computed: `'train'`, `'samples'`, `'linear-fit'`, …: lower-case words with hyphens. */
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
const KIND = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const ID = /[a-z][a-z0-9-]*?-[0-9a-f]{16}(?![0-9a-f])/g;

/**
 * The run's id and folder name: its kind and the beginning of the SHA-256 of the canonical JSON.
 * @param format of the code that computes it (default: this one).
 * @throws TypeError for options that JSON would change (undefined, NaN, infinities); RangeError for
 *     a kind that is no plain name.
 */
export function runId({kind, options}: RunRequest, format = RUN_FORMAT): string {
  if (!KIND.test(kind)) {
    throw new RangeError('runId: expected a kind of lower-case letters, digits and single ' +
        `hyphens, like \`linear-fit\`, got ${JSON.stringify(kind)}`);
  }
  return `${kind}-${sha256(canonicalJson({format, kind, options})).slice(0, HASH_DIGITS)}`;
}

/** Formats up to here are recognised. */
const FORMATS = 64;

/**
 * The format under which a request has this id: so a folder's name tells whether the request in it
 * is whole, and which code it was made for. Undefined when there is none.
 */
export function formatOf(request: RunRequest, id: string): number | undefined {
  if (!KIND.test(request.kind)) return undefined;
  const others = Array.from({length: FORMATS}, (_, i) => i + 1);
  return [RUN_FORMAT, ...others].find((format) => runId(request, format) === id);
}

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
