import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {afterEach, beforeEach, test} from 'node:test';
import {projectPaths} from '../../src/paths';
import type {Check} from '../../src/setup/check';
import {checkJupyter} from '../../src/setup/check-jupyter';
import {checkMemory} from '../../src/setup/check-machine';
import {checkData, checkRuns} from '../../src/setup/check-store';
import {checkDevice, checkLapack, checkTensorflow} from '../../src/setup/check-tensorflow';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-checks-'));
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

const GIB = 2 ** 30;

/** Writes a file below the temporary project. */
function put(name: string, content: string): string {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, content);
  return file;
}

const probeResult = (program: string): Check[] =>
    checkTensorflow(projectPaths(root), {probe: put('probe.js', program)});

test('checkTensorflow measures the runtime of this checkout', () => {
  const checks = new Map(checkTensorflow(projectPaths()).map((check) => [check.name, check]));
  assert.deepEqual([...checks.keys()], [
    'tensorflow', 'device', 'threads', 'oneDNN', 'speed', 'LAPACK',
  ]);
  assert.match(checks.get('LAPACK')!.value, /^OpenBLAS 0\.3\.\d+/);
  assert.match(checks.get('tensorflow')!.value, /^2\.21\.\d+ \(tfjs 4\.22\.0\)$/);
  assert.match(checks.get('oneDNN')!.value, /^(on$|off \()/);
  assert.ok(parseInt(checks.get('speed')!.value) >= 1, checks.get('speed')!.value);
});

test('checkTensorflow reports an addon that is missing instead of failing itself', () => {
  const [check, ...rest] = probeResult(`require('./tfjs_binding.node')`);
  assert.deepEqual(rest, []);
  assert.equal(check!.status, 'fail');
  assert.match(check!.value, /does not load: Error: Cannot find module '\.\/tfjs_binding\.node'/);
  assert.match(check!.remedy!, /make setup/);
});

test('checkTensorflow survives an addon that kills its process', () => {
  const [check] = probeResult(`process.kill(process.pid, 'SIGILL')`);
  assert.equal(check!.status, 'fail');
  assert.match(check!.value, /ended by SIGILL/);
});

test('checkTensorflow fails when the program ends well but reports nothing', () => {
  assert.equal(probeResult(`console.log('hello')`)[0]!.status, 'fail');
});

test('checkDevice warns when a set-up for a GPU runs on the CPU', () => {
  assert.equal(checkDevice(true, 'gpu').status, 'ok');
  assert.equal(checkDevice(false, 'cpu').status, 'ok');
  assert.equal(checkDevice(false, 'gpu').status, 'warn');
});

test('checkLapack warns when the library is missing or does not load', () => {
  assert.deepEqual(checkLapack({config: 'OpenBLAS 0.3.34  USE64BITINT'}),
      {name: 'LAPACK', status: 'ok', value: 'OpenBLAS 0.3.34'});
  assert.equal(checkLapack({}).status, 'warn');
  const broken = checkLapack({problem: 'invalid ELF header'});
  assert.deepEqual([broken.status, broken.value], ['warn', 'does not load: invalid ELF header']);
});

test('checkMemory counts what is free, and no more than a container allows', () => {
  assert.equal(checkMemory(16 * GIB, 8 * GIB, undefined).status, 'ok');
  assert.equal(checkMemory(16 * GIB, 8 * GIB, 2 ** 63).status, 'ok');
  assert.equal(checkMemory(16 * GIB, 2 * GIB, 0).status, 'warn');
  assert.equal(checkMemory(16 * GIB, 8 * GIB, 2 * GIB).status, 'warn');
  assert.match(checkMemory(16 * GIB, 8 * GIB, 2 * GIB).value, /limited to 2\.0 GiB/);
});

test('checkJupyter fails when .venv is missing or lacks a package', () => {
  const python = (): Check => checkJupyter(projectPaths(root))[0]!;
  assert.match(python().value, /\.venv is missing/);
  mkdirSync(path.join(root, '.venv', 'bin'), {recursive: true});
  const program = '#!/bin/sh\necho "PackageNotFoundError: jupyterlab" >&2; exit 1\n';
  writeFileSync(path.join(root, '.venv', 'bin', 'python'), program, {mode: 0o755});
  assert.equal(python().status, 'fail');
  assert.match(python().value, /incomplete: PackageNotFoundError: jupyterlab/);
});

test('checkData warns of missing files and fails on a damaged one', () => {
  const paths = projectPaths(root);
  assert.equal(checkData(paths).status, 'warn');
  put('data/fashion-mnist/train-labels-idx1-ubyte.gz', 'no gzip');
  const damaged = checkData(paths);
  assert.equal(damaged.status, 'fail');
  assert.match(damaged.value, /train-labels-idx1-ubyte\.gz/);
  assert.match(damaged.remedy!, /make data/);
});

test('checkRuns counts runs by state and warns of damaged ones', () => {
  const id = (digit: number): string => `train-${`${digit}`.repeat(16)}`;
  const count = (): Check => checkRuns(projectPaths(root));
  assert.deepEqual([count().status, count().value], ['ok', '0 finished']);
  put(`runs/${id(1)}/lock/1.json`, '{}');
  put(`runs/${id(1)}/lock/1.free`, '');
  put('runs/notes.txt', 'no run');
  assert.deepEqual([count().status, count().value], ['ok', '0 finished, 1 unfinished']);
  put(`runs/${id(2)}/result.json`, '{"prov');
  put(`runs/${id(3)}.damaged-1/result.json`, '{}');
  assert.deepEqual([count().status, count().value],
      ['warn', '0 finished, 1 unfinished, 2 damaged']);
});
