/**
 * The run store: whatever costs more than seconds is computed once, under the hash of a plain
 * record of everything that decides it, and loaded when asked for again.
 *
 *     runs/train-1f0c…/request.json     what was asked for
 *                      result.json      values, checksums of all files, provenance: written last
 *                      result.safetensors, and files that the computation writes itself
 *
 * A run without a `result.json` is unfinished. A run whose files or values do not match their
 * checksums is set aside as `….damaged-N` and computed again.
 */
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import type {Json} from './canonical';
import {canonicalJson, sha256} from './canonical';
import {provenance} from './provenance';
import type {Provenance} from './provenance';
import {decodeSafetensors, encodeSafetensors} from './safetensors';
import type {NamedArray} from './safetensors';
import {writeFile} from './write-file';

export interface RunRequest {
  /** What is computed: `'train'`, `'samples'`, `'linear-fit'`, … */
  readonly kind: string;
  /** Everything that decides the result: options, data hashes, ids of runs it builds on. */
  readonly options: Json;
}

/** What a computation returns: arrays by name, and small values. */
export interface RunResult {
  readonly arrays: Readonly<Record<string, NamedArray>>;
  readonly values: {readonly [key: string]: Json};
}

export interface StoredRun {
  /** `kind-hash`, the folder's name. */
  readonly id: string;
  readonly folder: string;
  readonly arrays: ReadonlyMap<string, NamedArray>;
  readonly values: {readonly [key: string]: Json};
  readonly provenance: Provenance;
  /** Whether it was loaded rather than computed. */
  readonly loaded: boolean;
}

/** What a computation may use of its folder. */
export interface RunFolder {
  readonly id: string;
  readonly folder: string;
  /** Writes a file under a temporary name, syncs and renames it; it gets a checksum. */
  write(name: string, content: string | Uint8Array): void;
  /** A file written earlier, also by an interrupted attempt; undefined when there is none. */
  read(name: string): Buffer | undefined;
}

export interface RunStore {
  readonly root: string;
  /** Loads the run, or computes and stores it. */
  run(request: RunRequest, compute: (folder: RunFolder) => Promise<RunResult> | RunResult):
      Promise<StoredRun>;
  /** Loads the run if it is finished and whole; undefined otherwise. */
  find(request: RunRequest): StoredRun | undefined;
  /**
   * Loads a finished run by its name, as `npx hidden-gaussian runs` lists it.
   * @param name its id, or as much of the id or of its hash, from the left, as only one run has.
   * @throws Error when no run or several runs have this name, or the run is unfinished or damaged.
   */
  named(name: string): StoredRun;
  /** A file of a finished run, verified against its checksum. */
  file(run: StoredRun, name: string): Buffer;
}

/** Accepted SHA-256 sums of each file, the newest first. */
type Checksums = Readonly<Record<string, readonly string[]>>;
const checksumsSchema = z.record(z.string(), z.array(z.string()));

interface ResultRecord {
  readonly values: {readonly [key: string]: Json};
  readonly files: Checksums;
  readonly provenance: Provenance;
}

export interface RunStoreOptions {
  /** Told about damaged runs that were set aside (default: a line on stderr). */
  readonly warn?: (message: string) => void;
}

/** Raised whenever the same request must give another result: part of every hash. */
const FORMAT = 3;
const RESULT = 'result.json';
const ARRAYS = 'result.safetensors';
const CHECKSUMS = 'checksums.json';

/** Opens (or starts) the store in the folder `root`. */
export function openRunStore(
    root: string, {warn = (message) => console.warn(message)}: RunStoreOptions = {}): RunStore {
  const place = (request: RunRequest): {readonly id: string; readonly folder: string} => {
    const identity = canonicalJson({format: FORMAT, ...request});
    const id = `${request.kind}-${sha256(identity).slice(0, 16)}`;
    return {id, folder: path.join(root, id)};
  };
  return {
    root,
    find(request) {
      const {id, folder} = place(request);
      return load(id, folder, warn);
    },
    async run(request, compute) {
      const {id, folder} = place(request);
      const found = load(id, folder, warn);
      if (found !== undefined) return found;
      mkdirSync(folder, {recursive: true});
      const target = runFolder(id, folder, warn);
      target.write('request.json', `${JSON.stringify(request, null, 2)}\n`);
      const started = new Date();
      const {arrays, values} = await compute(target);
      target.write(ARRAYS, encodeSafetensors(arrays));
      const record: ResultRecord =
          {values, files: finalChecksums(folder), provenance: provenance(started)};
      const sealed = {...record, checksum: checksumOf(record)};
      writeFile(path.join(folder, RESULT), `${JSON.stringify(sealed, null, 2)}\n`);
      const stored = load(id, folder, warn);
      if (stored === undefined) throw new Error(`${folder}: the run could not be read back`);
      return {...stored, loaded: false};
    },
    named(name) {
      const id = findId(root, name);
      const found = load(id, path.join(root, id), warn);
      if (found === undefined) throw new Error(`${id}: the run is unfinished or damaged`);
      return found;
    },
    file: (run, name) => verifiedFile(run.folder, name, readRecord(run.folder).files),
  };
}

function runFolder(id: string, folder: string, warn: (message: string) => void): RunFolder {
  return {
    id, folder,
    write(name, content) {
      mkdirSync(path.dirname(path.join(folder, name)), {recursive: true});
      // The new checksum goes first and beside that of the content it replaces: whichever of the
      // two a kill leaves behind is recognised.
      const checksums = readChecksums(folder);
      const replaced = existsSync(path.join(folder, name)) ?
        [sha256(readFileSync(path.join(folder, name)))] : [];
      const known =
          [sha256(content), ...replaced.filter((sum) => checksums[name]?.includes(sum))];
      writeFile(
          path.join(folder, CHECKSUMS), JSON.stringify({...checksums, [name]: known}, null, 1));
      writeFile(path.join(folder, name), Buffer.from(content));
    },
    read(name) {
      if (!existsSync(path.join(folder, name))) return undefined;
      try {
        return verifiedFile(folder, name, readChecksums(folder));
      } catch (error) {
        warn(`${(error as Error).message}; it is ignored`);
        return undefined;
      }
    },
  };
}

function load(id: string, folder: string, warn: (message: string) => void): StoredRun | undefined {
  if (!existsSync(path.join(folder, RESULT))) return undefined;
  try {
    const record = readRecord(folder);
    const bytes = verifiedFile(folder, ARRAYS, record.files);
    const {tensors} = decodeSafetensors(bytes, path.join(folder, ARRAYS));
    for (const name of Object.keys(record.files)) verifiedFile(folder, name, record.files);
    const {values, provenance: origin} = record;
    return {id, folder, arrays: tensors, values, provenance: origin, loaded: true};
  } catch (error) {
    const aside = freeName(`${folder}.damaged`);
    renameSync(folder, aside);
    warn(`${(error as Error).message}; the run is set aside as ${aside} and computed again`);
    return undefined;
  }
}

function findId(root: string, name: string): string {
  const ids = existsSync(root) ? readdirSync(root, {withFileTypes: true})
      .filter((entry) => entry.isDirectory() && !entry.name.includes('.damaged-'))
      .map((entry) => entry.name) : [];
  const found = ids.includes(name) ? [name] : ids.filter((id) =>
    name !== '' && (id.startsWith(name) || id.slice(id.lastIndexOf('-') + 1).startsWith(name)));
  if (found.length === 1) return found[0]!;
  throw new Error(found.length === 0 ?
    `${name}: there is no such run in ${root}; \`npx hidden-gaussian runs\` lists them` :
    `${name}: expected the name of one run, ${found.length} have it: ${found.sort().join(', ')}`);
}

function readRecord(folder: string): ResultRecord {
  const file = path.join(folder, RESULT);
  try {
    const {checksum, ...record} =
        JSON.parse(readFileSync(file, 'utf8')) as ResultRecord & {readonly checksum: string};
    if (checksum !== checksumOf(record)) throw new Error();
    return record;
  } catch {
    throw new Error(`${file}: expected a run's result record with its checksum (damaged?)`);
  }
}

/** The record's own checksum: a run is its values as much as its files. */
const checksumOf = (record: ResultRecord): string =>
    sha256(canonicalJson(record as unknown as Json));

function verifiedFile(folder: string, name: string, files: Checksums): Buffer {
  const file = path.join(folder, name);
  if (!existsSync(file)) throw new Error(`${file}: the file is missing`);
  const content = readFileSync(file);
  if (!files[name]?.includes(sha256(content))) {
    throw new Error(`${file}: the content does not match its checksum (damaged or half-written)`);
  }
  return content;
}

/** The sums of the contents as they are now. */
function finalChecksums(folder: string): Checksums {
  const checksums = readChecksums(folder);
  return Object.fromEntries(Object.keys(checksums).map((name) =>
    [name, [sha256(verifiedFile(folder, name, checksums))]]));
}

function readChecksums(folder: string): Checksums {
  try {
    return checksumsSchema.parse(JSON.parse(readFileSync(path.join(folder, CHECKSUMS), 'utf8')));
  } catch {
    return {};
  }
}

function freeName(base: string): string {
  let n = 1;
  while (existsSync(`${base}-${n}`)) n++;
  return `${base}-${n}`;
}
