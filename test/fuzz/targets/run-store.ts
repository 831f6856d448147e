/**
 * The run store: files of a finished run, damaged, or changed with their checksums put right. A
 * damaged run is found out with a warning, never loaded with other content, and computed again.
 */
import assert from 'node:assert/strict';
import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {listRuns} from '../../../src/store/list-runs';
import {canonicalJson, sha256} from '../../../src/store/canonical';
import type {Json} from '../../../src/store/canonical';
import {openRunStore} from '../../../src/store/run-store';
import type {RunFolder, RunResult} from '../../../src/store/run-store';
import type {Layer, Target} from '../target';

const REQUEST = {kind: 'square', options: {n: 3, list: [1, 2]}};
const FILES = ['result.json', 'checksums.json', 'request.json', 'result.safetensors', 'log.jsonl',
  'checkpoints/step-0000001.safetensors'] as const;

const VALUES = {mean: 2.5, note: null};

function compute(folder: RunFolder): RunResult {
  folder.write('log.jsonl', '{"step":1,"loss":0.5}\n');
  folder.write('checkpoints/step-0000001.safetensors', Buffer.from('weights'));
  return {arrays: {x: {shape: [2], data: Float32Array.of(1, 4)}}, values: VALUES};
}

/** A stored run, made once in each process. */
const stored = (async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'fuzz-run-store-'));
  process.on('exit', () => rmSync(root, {recursive: true, force: true}));
  const {id} = await openRunStore(root).run(REQUEST, compute);
  return {root, id};
})();

/** One input: which file, whether the checksums are put right, and its new content. */
const input = (file: number, sealed: boolean, content: Uint8Array): Uint8Array =>
    Buffer.concat([Buffer.of(file, sealed ? 1 : 0), content]);

async function layers(): Promise<Layer[]> {
  const {root, id} = await stored;
  return FILES.flatMap((name, file) => [false, true].map((sealed) => ({
    name: `${name}${sealed ? ', sealed' : ''}`, seeds: [readFileSync(path.join(root, id, name))],
    wrap: (content: Uint8Array) => input(file, sealed, content),
  })));
}

/** Puts the checksum of a file into `result.json`, and that file's own. */
function seal(folder: string, name: string): void {
  const file = path.join(folder, 'result.json');
  try {
    const {checksum: _, ...record} = JSON.parse(readFileSync(file, 'utf8'));
    if (name !== 'result.json' && name in record.files) {
      record.files[name] = [sha256(readFileSync(path.join(folder, name)))];
    }
    const checksum = sha256(canonicalJson(record as Json));
    writeFileSync(file, `${JSON.stringify({...record, checksum}, null, 2)}\n`);
  } catch {
    // Nothing to be put right in it.
  }
}

async function parse(bytes: Uint8Array, scratch: string): Promise<Error | void> {
  const {root: original, id} = await stored;
  const [root, name] = [path.join(scratch, 'runs'), FILES[(bytes[0] ?? 0) % FILES.length]!];
  const sealed = bytes[1] === 1;
  const stranger = path.join(scratch, 'stranger');
  writeFileSync(stranger, 'not of the store');
  cpSync(path.join(original, id), path.join(root, id), {recursive: true});
  writeFileSync(path.join(root, id, name), bytes.subarray(2));
  if (sealed) seal(path.join(root, id), name);

  const [listed, ...others] = listRuns(root);
  assert.equal(others.length, 0, 'runs that are not there');
  const {seconds = 0} = listed!;
  assert.ok(typeof seconds === 'number' && Number.isFinite(seconds), 'seconds of a listed run');

  const warnings: string[] = [];
  const store = openRunStore(root, {warn: (message) => warnings.push(message)});
  const run = store.find(REQUEST);
  if (run === undefined) {
    assert.equal(warnings.length, 1, 'one warning for a damaged file');
    assert.throws(() => store.named(id), 'a damaged run by its name');
    const again = await store.run(REQUEST, compute);
    assert.deepEqual([again.loaded, again.values], [false, VALUES], 'the run, computed again');
    assert.equal(readFileSync(stranger, 'utf8'), 'not of the store', 'a file of somebody else');
    return new Error(warnings[0]);
  }
  assert.equal(warnings.length, 0, `a warning about a run that is loaded: ${warnings[0]}`);
  assert.ok(typeof run.values === 'object' && run.values !== null, 'values');
  for (const [array, {shape, data}] of run.arrays) {
    assert.equal(data.length, shape.reduce((a, b) => a * b, 1), `values of ${array}`);
  }
  assert.deepEqual(store.named(id).values, run.values);
  if (!sealed) assert.deepEqual(run.values, VALUES, 'values without a seal');
  return readFiles(store, run);
}

/** Every file of the run comes, or is refused by name. */
function readFiles(store: ReturnType<typeof openRunStore>, run: Parameters<typeof store.file>[0]):
    Error | void {
  for (const name of FILES.slice(3)) {
    try {
      store.file(run, name);
    } catch (error) {
      return error as Error;
    }
  }
}

export const target: Target = {
  layers, parse,
  words: ['"values"', '"files"', '"checksum"', '"provenance"', '"seconds"', '{"x":[]}',
    '"../../stranger"', '"result.safetensors"', '["00"]'],
  refusal: /^SCRATCH\/runs\/square-[0-9a-f]{16}\/[\w./-]+: /,
  share: 0.5,
};
