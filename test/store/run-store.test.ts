import assert from 'node:assert/strict';
import {
  existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {sha256} from '../../src/store/canonical';
import type {Json} from '../../src/store/canonical';
import {openRunStore} from '../../src/store/run-store';
import type {RunFolder, RunRequest, RunResult, RunStore} from '../../src/store/run-store';

const roots: string[] = [];
after(() => roots.forEach((root) => rmSync(root, {recursive: true})));

/** A store in a folder of its own, and what it warned about. */
function newStore(): {store: RunStore; warnings: string[]} {
  const root = mkdtempSync(path.join(tmpdir(), 'run-store-test-'));
  roots.push(root);
  const warnings: string[] = [];
  return {store: openRunStore(root, {warn: (message) => warnings.push(message)}), warnings};
}

const REQUEST: RunRequest = {kind: 'square', options: {n: 3, list: [1, 2]}};
const RESULT: RunResult = {
  arrays: {x: {shape: [2], data: Float32Array.of(1, 4)}}, values: {mean: 2.5, note: null},
};
const never = (): never => assert.fail('computed again');

/** A stored run with one file of its own. */
async function stored() {
  const {store, warnings} = newStore();
  const run = await store.run(REQUEST, (folder) => {
    folder.write('parts/log.txt', 'one line\n');
    return RESULT;
  });
  return {store, warnings, run};
}

test('find loads a finished run, and nothing else', async () => {
  const {store, run, warnings} = await stored();
  assert.equal(store.find(REQUEST)!.id, run.id);
  assert.equal(store.find({...REQUEST, options: {n: 4}}), undefined);
  await assert.rejects(async () => store.run({...REQUEST, options: {n: 5}}, () => {
    throw new Error('no power');
  }));
  assert.equal(store.find({...REQUEST, options: {n: 5}}), undefined, 'begun, not finished');
  assert.deepEqual(warnings, []);
  writeFileSync(path.join(run.folder, 'parts', 'log.txt'), 'another line');
  assert.equal(store.find(REQUEST), undefined, 'damaged');
  assert.equal(warnings.length, 1);
});

test('a run is computed once and then loaded', async () => {
  const {store, warnings, run} = await stored();
  assert.equal(run.loaded, false);
  assert.match(run.id, /^square-[0-9a-f]{16}$/);
  assert.equal(run.folder, path.join(store.root, run.id));
  for (const again of [run, await store.run(REQUEST, never)]) {
    assert.deepEqual(again.values, RESULT.values);
    assert.deepEqual(Object.fromEntries(again.arrays), RESULT.arrays);
    assert.equal(store.file(again, 'parts/log.txt').toString(), 'one line\n');
  }
  const loaded = await openRunStore(store.root).run(REQUEST, never);
  assert.equal(loaded.loaded, true);
  assert.deepEqual(loaded.provenance, run.provenance);
  assert.ok(loaded.provenance.seconds >= 0);
  assert.deepEqual(warnings, []);
});

test('the request is kept beside the result, readable', async () => {
  const {run} = await stored();
  const text = readFileSync(path.join(run.folder, 'request.json'), 'utf8');
  assert.deepEqual(JSON.parse(text), REQUEST);
});

test('the order of keys does not matter, every other difference does', async () => {
  const {store, run} = await stored();
  await store.run({options: {list: [1, 2], n: 3}, kind: 'square'}, never);
  const others: RunRequest[] = [
    {kind: 'cube', options: REQUEST.options}, {kind: 'square', options: {n: 4, list: [1, 2]}},
    {kind: 'square', options: {n: 3, list: [2, 1]}}, {kind: 'square', options: {n: 3}},
    {kind: 'square', options: {n: '3', list: [1, 2]}},
  ];
  const ids = await Promise.all(
      others.map(async (request) => (await store.run(request, () => RESULT)).id));
  assert.equal(new Set([run.id, ...ids]).size, 6);
});

test('the computation may be asynchronous, and knows its folder', async () => {
  const {store} = newStore();
  let seen: RunFolder | undefined;
  const run = await store.run(REQUEST, async (folder) => {
    seen = folder;
    await new Promise(setImmediate);
    return RESULT;
  });
  assert.deepEqual([seen!.id, seen!.folder], [run.id, run.folder]);
});

test('options that JSON would change are refused before anything is written', async () => {
  const {store} = newStore();
  for (const value of [NaN, Infinity, undefined]) {
    await assert.rejects(
        store.run({kind: 'square', options: {n: value} as unknown as Json}, never),
        {name: 'TypeError'});
  }
  assert.deepEqual(readdirSync(store.root), []);
});

test('values that JSON would change are refused, and the run stays unfinished', async () => {
  const {store} = newStore();
  await assert.rejects(store.run(REQUEST, () => ({arrays: {}, values: {mean: NaN}})),
      {message: 'canonicalJson: expected finite numbers, got NaN'});
  assert.equal((await store.run(REQUEST, () => RESULT)).loaded, false);
});

const DAMAGES: readonly [string, string, (content: Buffer) => Buffer | string | undefined][] = [
  ['a flipped bit in the arrays', 'result.safetensors', (content) => {
    content[content.length - 1]! ^= 1;
    return content;
  }],
  ['cut arrays', 'result.safetensors', (content) => content.subarray(0, -1)],
  ['missing arrays', 'result.safetensors', () => undefined],
  ['another digit in the values', 'result.json', (text) => String(text).replace('2.5', '2.6')],
  ['a cut record', 'result.json', (content) => content.subarray(0, 40)],
  ['an empty record', 'result.json', () => ''],
  ['a record of another kind', 'result.json', () => 'null'],
  ['a record without checksums', 'result.json', () => '{"values": {}, "files": null}'],
  ['a changed file of the computation', 'parts/log.txt', () => 'another line\n'],
  ['a missing file of the computation', 'parts/log.txt', () => undefined],
  ['a changed request', 'request.json', () => '{}'],
  ['a changed list of checksums', 'checksums.json', () => '{}'],
  ['a missing list of checksums', 'checksums.json', () => undefined],
];

for (const [what, name, damage] of DAMAGES) {
  test(`${what}: the run is set aside, named, and computed again`, async () => {
    const {store, warnings, run} = await stored();
    const file = path.join(run.folder, name);
    const content = damage(readFileSync(file));
    if (content === undefined) rmSync(file);
    else writeFileSync(file, content);
    const again = await store.run(REQUEST, () => ({...RESULT, values: {mean: 3}}));
    assert.deepEqual([again.loaded, again.id, again.values], [false, run.id, {mean: 3}]);
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]!.startsWith(`${file}: `), warnings[0]);
    assert.ok(warnings[0]!.endsWith(`set aside in ${path.join(run.folder, 'damaged-1')}, and the ` +
        'run is computed again from what is whole'), warnings[0]);
    const aside = path.join(run.folder, 'damaged-1', name);
    assert.equal(existsSync(aside), content !== undefined, 'kept for inspection');
    await store.run(REQUEST, never);
  });
}

test('a run damaged twice is set aside under a second name', async () => {
  const {store, warnings, run} = await stored();
  for (const n of [1, 2]) {
    writeFileSync(path.join(run.folder, 'result.safetensors'), 'no');
    await store.run(REQUEST, () => RESULT);
    assert.match(warnings[n - 1]!, new RegExp(`/damaged-${n}, and the run`));
  }
});

test('a file that is damaged after loading is not handed out', async () => {
  const {store, run} = await stored();
  assert.throws(() => store.file(run, 'other.txt'), {message:
    `${path.join(run.folder, 'other.txt')}: the file is missing`});
  writeFileSync(path.join(run.folder, 'parts', 'log.txt'), 'two lines\n');
  assert.throws(() => store.file(run, 'parts/log.txt'), {message:
    `${path.join(run.folder, 'parts/log.txt')}: the content does not match its checksum ` +
    '(damaged or half-written)'});
  writeFileSync(path.join(run.folder, 'stranger.txt'), 'not of this run');
  assert.throws(() => store.file(run, 'stranger.txt'), /does not match its checksum/);
});

/** Interrupts a computation after it wrote `content` as state.txt; returns the folder. */
async function interrupted(store: RunStore, ...contents: string[]): Promise<string> {
  let folder = '';
  await assert.rejects(store.run(REQUEST, (target) => {
    folder = target.folder;
    for (const content of contents) target.write('state.txt', content);
    throw new Error('interrupted');
  }), /interrupted/);
  return folder;
}
/** What the next attempt reads. */
async function nextRead(store: RunStore): Promise<string | undefined> {
  let found: string | undefined;
  await assert.rejects(store.run(REQUEST, (target) => {
    found = target.read('state.txt')?.toString();
    throw new Error('interrupted');
  }), /interrupted/);
  return found;
}

test('a half-written run is computed again, and may use what it had written', async () => {
  const {store, warnings} = newStore();
  const folder = await interrupted(store, 'first', 'second');
  assert.equal(existsSync(path.join(folder, 'result.json')), false);
  const run = await store.run(REQUEST, (target) => {
    assert.equal(target.read('absent.txt'), undefined);
    return {arrays: {}, values: {state: target.read('state.txt')!.toString()}};
  });
  assert.deepEqual([run.loaded, run.values], [false, {state: 'second'}]);
  assert.equal(store.file(run, 'state.txt').toString(), 'second');
  assert.deepEqual(warnings, []);
});

test('a kill between checksum and content leaves a file that is recognised', async () => {
  const {store, warnings} = newStore();
  const folder = await interrupted(store, 'old', 'new');
  assert.equal(await nextRead(store), 'new');
  writeFileSync(path.join(folder, 'state.txt'), 'old'); // As if killed before the content came.
  assert.equal(await nextRead(store), 'old');
  await interrupted(store, 'newest');
  writeFileSync(path.join(folder, 'state.txt'), 'old'); // Killed in the same place once more.
  assert.equal(await nextRead(store), 'old');
  assert.deepEqual(warnings, []);
});

test('content that was never written is ignored with a warning that names the file', async () => {
  const {store, warnings} = newStore();
  const folder = await interrupted(store, 'old', 'new');
  const file = path.join(folder, 'state.txt');
  writeFileSync(file, 'ne');
  assert.equal(await nextRead(store), undefined);
  assert.deepEqual(warnings, [`${file}: the content does not match its checksum ` +
      `(damaged or half-written); it is set aside in ${path.join(folder, 'damaged-1')}`]);
});

test('writing over damaged content does not make it valid', async () => {
  const {store} = newStore();
  const folder = await interrupted(store, 'old');
  writeFileSync(path.join(folder, 'state.txt'), 'damaged');
  await interrupted(store, 'new');
  writeFileSync(path.join(folder, 'state.txt'), 'damaged');
  assert.equal(await nextRead(store), undefined);
});

test('a damaged list of checksums makes nothing valid, and does not stop the run', async () => {
  for (const text of ['', 'null', '{"state.txt": 5}']) {
    const {store, warnings} = newStore();
    const folder = await interrupted(store, 'old');
    writeFileSync(path.join(folder, 'checksums.json'), text);
    assert.equal(await nextRead(store), undefined);
    assert.equal(warnings.length, 1);
    const run = await store.run(REQUEST, (target) => {
      target.write('state.txt', 'new');
      return RESULT;
    });
    assert.equal(store.file(run, 'state.txt').toString(), 'new');
  }
});

test('the final record holds the checksum of every file', async () => {
  const {run} = await stored();
  const record = JSON.parse(readFileSync(path.join(run.folder, 'result.json'), 'utf8'));
  assert.deepEqual(Object.keys(record.files).sort(),
      ['checksums.json', 'parts/log.txt', 'request.json', 'result.safetensors']);
  assert.deepEqual(record.files['parts/log.txt'], [sha256('one line\n')]);
});

test('by default warnings go to stderr', async (t) => {
  const {store, run} = await stored();
  const warn = t.mock.method(console, 'warn', () => {});
  writeFileSync(path.join(run.folder, 'result.safetensors'), 'no');
  await openRunStore(store.root).run(REQUEST, () => RESULT);
  assert.equal(warn.mock.callCount(), 1);
  assert.match(String(warn.mock.calls[0]!.arguments[0]), /set aside in/);
});

test('find loads a finished run by its id, the beginning of it or of its hash', async () => {
  const {store, run} = await stored();
  await store.run({...REQUEST, options: {other: true}}, () => RESULT);
  const hash = run.id.slice(run.id.lastIndexOf('-') + 1);
  for (const name of [run.id, run.id.slice(0, -1), hash, hash.slice(0, 6)]) {
    const found = store.named(name);
    assert.deepEqual([found.id, found.values, found.loaded], [run.id, run.values, true]);
  }
  for (const name of ['', 'nothing', '..', '.']) {
    assert.throws(() => store.named(name), (error: Error) => error.message ===
        `${name}: there is no such run in ${store.root}; \`npx hidden-gaussian runs\` lists them`);
  }
  assert.throws(() => store.named(REQUEST.kind),
      /: expected the name of one run, 2 have it: .+, .+$/);
  assert.throws(() => openRunStore(path.join(store.root, 'none')).named('x'),
      /there is no such run/);
});

test('find says that a run is unfinished', async () => {
  const {store} = newStore();
  const folder = await interrupted(store, 'old');
  assert.throws(() => store.named(path.basename(folder)),
      {message: `${path.basename(folder)}: the run is not finished`});
});
