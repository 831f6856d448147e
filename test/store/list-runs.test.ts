import assert from 'node:assert/strict';
import {cpSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {test} from 'node:test';
import type {Json} from '../../src/store/canonical';
import {filesIn} from '../../src/store/files-in';
import {listRuns, listStore} from '../../src/store/list-runs';
import type {RunEntry} from '../../src/store/list-runs';
import {readChecksums} from '../../src/store/run-folder';
import {readRecord, writeRecord} from '../../src/store/run-record';
import {RUN_FORMAT, runId} from '../../src/store/run-request';
import {
  deadOwner, finished, measureRequest, newRoot, ofFormat, put, running, trainRequest, unfinished,
} from './some-runs';
import {snapshot} from './snapshot';

const entryOf = (root: string, id: string): RunEntry => {
  const entry = listRuns(root).find((run) => run.id === id);
  assert.ok(entry, `${id} is not listed`);
  return entry;
};

test('a store that is not there holds nothing', () => {
  const root = path.join(newRoot(), 'none');
  assert.deepEqual(listStore(root), {root, runs: [], setAside: [], trash: [], strangers: []});
});

test('finished, unfinished, running and damaged runs are told apart', async () => {
  const root = newRoot();
  const done = await finished(root, trainRequest(1));
  const part = await unfinished(root, trainRequest(2));
  const work = await running(root, trainRequest(3));
  const broken = await finished(root, trainRequest(4));
  put(root, `${broken}/result.json`, '{"values": ');
  const states = Object.fromEntries(listRuns(root).map(({id, state}) => [id, state]));
  assert.deepEqual(states, {
    [done]: 'finished', [part]: 'unfinished', [work.id]: 'running', [broken]: 'damaged',
  });
  const entry = entryOf(root, work.id);
  assert.deepEqual([entry.progress?.done, entry.owner?.pid], [3, process.pid]);
  await work.end();
  assert.equal(entryOf(root, work.id).state, 'finished');
  const {format, seconds, started, bytes, kind, setAside} = entryOf(root, done);
  assert.deepEqual([format, kind, setAside], [RUN_FORMAT, 'train', 0]);
  assert.ok(seconds! >= 0 && Date.parse(started!) <= Date.now());
  const bytesOnDisk = filesIn(path.join(root, done)).map((file) => file.bytes);
  assert.equal(bytes, bytesOnDisk.reduce((a, b) => a + b));
  assert.ok(bytesOnDisk.length >= 5);
});

test('a run whose process was killed is unfinished', async () => {
  const root = newRoot();
  const id = await unfinished(root, trainRequest(1));
  put(root, `${id}/lock/7.json`, JSON.stringify(deadOwner()));
  assert.equal(entryOf(root, id).state, 'unfinished');
  const empty = runId(trainRequest(2));
  mkdirSync(path.join(root, empty));
  assert.equal(entryOf(root, empty).state, 'unfinished', 'killed before it wrote anything');
});

test('runs of another format, and parts set aside, are recognised', async () => {
  const root = newRoot();
  const old = await ofFormat(root, RUN_FORMAT - 1, trainRequest(1));
  const mended = await finished(root, trainRequest(2), undefined, {'log.txt': 'log'});
  put(root, `${mended}/log.txt`, 'other');
  await finished(root, trainRequest(2), undefined, {'log.txt': 'log'});
  assert.deepEqual([entryOf(root, old).format, entryOf(root, old).state],
      [RUN_FORMAT - 1, 'finished']);
  assert.deepEqual([entryOf(root, mended).setAside, entryOf(root, mended).state], [1, 'finished']);
});

test('what is no run is never listed as one', async () => {
  const root = newRoot();
  const id = await finished(root, trainRequest(1));
  put(root, 'notes.txt', 'mine');
  put(root, `photos-${'0'.repeat(16)}/holiday.jpg`, 'mine');
  put(root, 'train-1/request.json', '{}');
  put(root, `${id}.backup/request.json`, '{}');
  put(root, `${id}.damaged-1/log.txt`, 'abc');
  put(root, `${id}.removed-0a1b2c3d/log.txt`, 'abcd');
  symlinkSync(path.join(root, id), path.join(root, `linked-${'1'.repeat(16)}`));
  const {runs, setAside, trash, strangers} = listStore(root);
  assert.deepEqual(runs.map((run) => run.id), [id]);
  assert.deepEqual(setAside, [{name: `${id}.damaged-1`, bytes: 3}]);
  assert.deepEqual(trash, [{name: `${id}.removed-0a1b2c3d`, bytes: 4}]);
  assert.deepEqual(strangers, [`linked-${'1'.repeat(16)}`, 'notes.txt',
    `photos-${'0'.repeat(16)}`, 'train-1', `${id}.backup`].sort());
});

test('a request that does not fit its folder makes a run damaged, whatever is in it', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const contents = ['', 'null', '{}', '{"kind": 5, "options": {}}', 'not JSON', '\0\x1b[2J',
    '{"kind": "../../etc", "options": {}}', '{"kind": "train", "options": {"seed": 1e999}}',
    '{"kind": "train", "options": {"__proto__": {"seed": 1}}}',
    `{"kind": "train", "options": ${deep}}`, JSON.stringify({kind: 'train', options: 'other'})];
  for (const content of contents) {
    const root = newRoot();
    const id = await unfinished(root, trainRequest(1));
    put(root, `${id}/request.json`, content);
    const {state, format} = entryOf(root, id);
    assert.deepEqual([state, format], ['damaged', undefined], content.slice(0, 60));
  }
});

test('a key like __proto__ is part of the request and of its hash', async () => {
  const root = newRoot();
  const options = JSON.parse('{"__proto__": {"seed": 1}, "constructor": 2}') as Json;
  const id = await finished(root, {kind: 'odd', options});
  assert.deepEqual([entryOf(root, id).state, entryOf(root, id).format], ['finished', RUN_FORMAT]);
});

test('a list of checksums that names files elsewhere counts for nothing', async () => {
  const root = newRoot();
  const id = await unfinished(root, trainRequest(1));
  for (const name of ['../other/file', '/etc/passwd', 'a/../../b', '']) {
    put(root, `${id}/checksums.json`, JSON.stringify({[name]: ['0']}));
    assert.deepEqual(readChecksums(path.join(root, id)), {}, name);
  }
});

test('needs are those of the request, and of the record when the request is lost', async () => {
  const root = newRoot();
  const parent = await finished(root, trainRequest(1));
  const child = await finished(root, measureRequest(parent));
  const part = await unfinished(root, measureRequest(parent, 1));
  assert.deepEqual(entryOf(root, child).needs, [parent]);
  assert.deepEqual(entryOf(root, parent).needs, []);
  put(root, `${child}/request.json`, '?');
  assert.deepEqual(entryOf(root, child).needs, [parent], 'its provenance knows them');
  put(root, `${part}/request.json`, '?');
  assert.equal(entryOf(root, part).needs, undefined);
});

test('hundreds of runs are listed, and nothing is written', async () => {
  const root = newRoot();
  const files = {'checkpoints/a': 'a'.repeat(1e5)};
  const model = await finished(root, trainRequest(0), undefined, files);
  const record = readRecord(path.join(root, model));
  for (let seed = 1; seed < 400; seed++) {
    const request = trainRequest(seed);
    const folder = path.join(root, runId(request));
    cpSync(path.join(root, model), folder, {recursive: true});
    writeFileSync(path.join(folder, 'request.json'), JSON.stringify(request));
    writeRecord(folder, {...record, id: runId(request)});
  }
  const before = snapshot(root);
  const runs = listRuns(root);
  assert.equal(runs.filter(({state}) => state === 'finished').length, 400);
  assert.deepEqual(snapshot(root), before);
});
