/** Folders that do not fit together, and the exit status of the command. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {test} from 'node:test';
import {karrasSchedule} from '../../src/sampling/schedule';
import {encodeSafetensors} from '../../src/store/safetensors';
import {ROOT} from '../helpers';
import {openGoldenFolder} from './folder';

type Files = Readonly<Record<string, string | Buffer>>;

/** Runs `body` on a folder with these files. */
function inFolder<T>(files: Files, body: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'golden-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(path.join(folder, name), content);
    }
    return body(folder);
  } finally {
    rmSync(folder, {recursive: true});
  }
}
const problemsIn = (files: Files): readonly string[] =>
  inFolder(files, (folder) => openGoldenFolder(folder).problems
      .map((problem) => problem.replace(folder, 'FOLDER')));

const record = {
  name: 'a', file: 'a.safetensors', what: 'A schedule',
  options: {sigma_min: 0.002, sigma_max: 80, rho: 7, S_churn: 0},
  tolerance: {'schedule.*': {atol: 1e-12}},
  compare: '|a-b| <= atol + rtol*|b| elementwise unless a note says otherwise',
  tensors: {'schedule.N4': {dtype: 'float64', shape: [5]}},
};
const WHOLE: Files = {
  'index.json': JSON.stringify({fixtures: [{name: 'a', what: 'A schedule', depends_on: []}]}),
  'a.json': JSON.stringify(record),
  'a.safetensors':
      encodeSafetensors({'schedule.N4': {shape: [5], data: karrasSchedule({steps: 4})}}),
  'README.md': 'Not a fixture.',
};
const without = (name: string): Files =>
  Object.fromEntries(Object.entries(WHOLE).filter(([key]) => key !== name));
const withRecord = (changed: object): Files =>
  ({...WHOLE, 'a.json': JSON.stringify({...record, ...changed})});

test('a whole folder has no problems', () => assert.deepEqual(problemsIn(WHOLE), []));

test('entries without files, files without entries and an empty folder are named', () => {
  assert.deepEqual(problemsIn(without('a.safetensors')),
      ['a: there is no a.safetensors', 'FOLDER: there are no fixtures']);
  assert.deepEqual(problemsIn(without('a.json')),
      ['a: there is no a.json', 'FOLDER: there are no fixtures']);
  assert.deepEqual(problemsIn({...WHOLE, 'index.json': '{"fixtures": []}'}),
      ['a: has files, but no entry in index.json']);
  assert.deepEqual(problemsIn(without('index.json')), ['FOLDER: there is no index.json']);
  assert.deepEqual(problemsIn({}),
      ['FOLDER: there is no index.json', 'FOLDER: there are no fixtures']);
  assert.match(openGoldenFolder('/nowhere').problems[0]!, /^\/nowhere: ENOENT/);
});

test('a record and a file that list other tensors are named', () => {
  const tensors = {'schedule.N4': {dtype: 'float32', shape: [5]}, x: {dtype: 'int32', shape: []}};
  assert.match(problemsIn(withRecord({tensors}))[0]!, new RegExp('^a: the record lists x, which ' +
      'the file lacks; schedule\\.N4 is float64 \\[5\\], and float32 \\[5\\] in the record$'));
  assert.match(problemsIn(withRecord({tensors: {}}))[0]!,
      /^a: the file has schedule\.N4, which the record does not list$/);
  assert.deepEqual(problemsIn(withRecord({depends_on: ['b.safetensors (x)']})),
      ['a: index.json and the record name different files in depends_on']);
});

test('files that cannot be read are named', () => {
  assert.match(problemsIn({...WHOLE, 'a.json': '{'})[0]!, /^a: .*JSON/);
  assert.match(problemsIn({...WHOLE, 'index.json': '[]'})[0]!, /^index\.json: .*expected object/);
  assert.match(problemsIn({...WHOLE, 'a.safetensors': 'x'})[0]!, /^a: a\.safetensors: not a valid/);
});

const command = (folder: string) => spawnSync(process.execPath, ['tools/golden.mjs'],
    {cwd: ROOT, env: {...process.env, GOLDEN_DIR: folder}, encoding: 'utf8'});

test('the command prints a table and ends with status 0, or with 1 and what failed', () => {
  const good = inFolder(WHOLE, command);
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stdout, /^a \(samplers, [\d.]+ s\)$/m);
  assert.match(good.stdout, /^ +schedule\.N4 +5 +0 +1\.0e-12 +0 +yes$/m);
  assert.match(good.stdout, /: 1 of 1 fixtures passed, 1 comparisons of 5 values; /);
  const bad = inFolder(withRecord({options: {...record.options, rho: 6}}), command);
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /^ +schedule\.N4 .* NO$/m);
  assert.match(bad.stdout, /^FAILED a: 1 problems$/m);
  assert.equal(inFolder({}, command).status, 1);
});
