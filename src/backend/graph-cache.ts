/**
 * Graphs on disk, one file each: a second process loads what the first one recorded. An entry is
 * found by its content's hash, so nothing is ever out of date, only unused.
 */
import {mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync} from 'node:fs';
import * as path from 'node:path';
import {projectPaths} from '../paths';
import {sha256} from '../store/canonical';
import type {Json} from '../store/canonical';
import {writeFile} from '../store/write-file';
import {graphId} from './cache-key';
import type {GraphIdentity} from './cache-key';
import type {CompiledGraph} from './compile-graph';

/** The least recently used entries go when all of them are larger than this. */
const MAX_BYTES = 256 * 2 ** 20;
const SUFFIX = '.graph';

/**
 * The stored graph of this identity, or the one that `record` makes, which is then stored.
 * @param identity without a `key`, nothing is stored.
 */
export function cachedGraph(
    identity: Omit<GraphIdentity, 'key'> & {readonly key: Json | undefined},
    record: () => CompiledGraph): CompiledGraph {
  const {key} = identity;
  const folder = cacheFolder();
  if (key === undefined || folder === undefined) return record();
  const file = path.join(folder, `${graphId({...identity, key})}${SUFFIX}`);
  const stored = readEntry(file);
  if (stored !== undefined) return stored;
  const graph = record();
  writeEntry(file, graph);
  return graph;
}

/** `HIDDEN_GAUSSIAN_CACHE`, or `.cache` in the project; undefined when it is `off`. */
function cacheFolder(): string | undefined {
  const folder = process.env['HIDDEN_GAUSSIAN_CACHE'] ?? projectPaths().cache;
  return folder === 'off' ? undefined : path.join(folder, 'graphs');
}

/** An entry: SHA-256 of what follows, a line of JSON, the model. */
function writeEntry(file: string, {model, ...rest}: CompiledGraph): void {
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(rest)}\n`), model]);
  if (content.length > MAX_BYTES) return;
  try {
    mkdirSync(path.dirname(file), {recursive: true});
    writeFile(file, Buffer.concat([Buffer.from(`${sha256(content)}\n`), content]));
    removeOldest(path.dirname(file));
  } catch {
    // A folder that cannot be written to costs time, not results.
  }
}

function readEntry(file: string): CompiledGraph | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return undefined;
  }
  const content = bytes.subarray(bytes.indexOf('\n') + 1);
  if (bytes.toString('latin1', 0, bytes.length - content.length) !== `${sha256(content)}\n`) {
    console.warn(`${file}: expected the content that was stored, got something else; the entry ` +
        'is recorded anew');
    quietly(() => rmSync(file, {force: true}));
    return undefined;
  }
  const end = content.indexOf('\n');
  quietly(() => utimesSync(file, new Date(), new Date())); // used now
  return {...JSON.parse(content.toString('utf8', 0, end)), model: content.subarray(end + 1)};
}

/** A read-only cache works, too. */
function quietly(change: () => void): void {
  try {
    change();
  } catch {
    // Nothing is lost: the cache only saves time.
  }
}

function removeOldest(folder: string): void {
  const entries = readdirSync(folder).filter((name) => name.endsWith(SUFFIX)).flatMap((name) => {
    const file = path.join(folder, name);
    const found = statSync(file, {throwIfNoEntry: false}); // Another process may clear up, too.
    return found === undefined ? [] : [{file, size: found.size, mtimeMs: found.mtimeMs}];
  }).sort((a, b) => b.mtimeMs - a.mtimeMs);
  let total = 0;
  for (const {file, size} of entries) {
    total += size;
    if (total > MAX_BYTES) rmSync(file, {force: true});
  }
}
