/** Graphs on disk: found again, checked, told apart, bounded. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {
  mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {afterEach, beforeEach, mock, test} from 'node:test';
import {trace} from '../../src/backend/trace';
import type {TraceableFunction, TraceOptions} from '../../src/backend/trace';
import {rawOp, DataType, typeAttribute} from '../../src/backend/raw-op';
import {tf} from '../../src/backend/tf';
import {handleCount, sessionCount} from '../handles';
import {take} from './counter';

let root: string;
const folder = (): string => path.join(root, 'graphs');
const entries = (): string[] => {
  try {
    return readdirSync(folder()).sort();
  } catch {
    return [];
  }
};
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'graph-cache-test-'));
  process.env['HIDDEN_GAUSSIAN_CACHE'] = root;
});
afterEach(() => {
  delete process.env['HIDDEN_GAUSSIAN_CACHE'];
  rmSync(root, {recursive: true, force: true});
  mock.restoreAll();
});

let calls = 0;
const scaled: TraceableFunction = ({total}, {x}) => {
  calls++;
  const next = tf.add(total!, tf.mul(tf.sum(x!), 3));
  return {state: {total: next}, outputs: {next}};
};

type UseOptions = TraceOptions & {fn?: TraceableFunction; x?: number[]; name?: string};

/** Values of two calls in a new traced function, and how often the function ran. */
function use({fn = scaled, x = [1, 2], name = 'scaled', ...options}: UseOptions = {}) {
  calls = 0;
  const traced = trace(name, fn, {state: {total: tf.scalar(1)}, cache: {a: 1}, ...options});
  const input = tf.tensor1d(x);
  const values = [0, 1].map(() => take(traced.run({x: input}))['next']![0]!);
  input.dispose();
  traced.dispose();
  return {values, calls};
}

test('the second time the function does not run, and the values are the same', () => {
  assert.deepEqual(use(), {values: [10, 19], calls: 1});
  assert.equal(entries().length, 1);
  const before = [tf.memory().numTensors, handleCount(), sessionCount()];
  assert.deepEqual(use(), {values: [10, 19], calls: 0});
  assert.equal(entries().length, 1);
  const gained = [tf.memory().numTensors, handleCount(), sessionCount()]
      .map((count, i) => count - before[i]!);
  assert.deepEqual(gained, [1, 1, 0], 'the initial state of the test alone');
});

test('without a key, or with the cache off, nothing is stored', () => {
  assert.equal(use({cache: undefined as never}).calls, 1);
  assert.equal(use({cache: undefined as never}).calls, 1);
  process.env['HIDDEN_GAUSSIAN_CACHE'] = 'off';
  assert.equal(use().calls, 1);
  assert.equal(use().calls, 1);
  assert.deepEqual(entries(), []);
});

test('another key, name, shape, type, state, text of the function or kind is another entry', () => {
  use();
  const other: TraceableFunction = ({total}, {x}) => {
    calls++;
    const next = tf.add(total!, tf.mul(tf.sum(x!), 4));
    return {state: {total: next}, outputs: {next}};
  };
  assert.deepEqual(use({fn: other}), {values: [13, 25], calls: 1});
  const changes: UseOptions[] = [
    {cache: {a: 2}}, {cache: {a: 1, b: 0}}, {name: 'other'}, {x: [1, 2, 3]}, {xla: true},
    {state: {total: tf.scalar(1), extra: tf.scalar(0)}},
  ];
  for (const change of changes) {
    assert.equal(use(change).calls, 1, JSON.stringify(change));
  }
  calls = 0;
  const traced = trace('scaled', scaled, {state: {total: tf.scalar(1)}, cache: {a: 1}});
  tf.tidy(() => traced.run({x: tf.tensor1d([1, 2])}, {steps: 2}));
  tf.tidy(() => traced.run({x: tf.tensor1d([1, 2], 'int32')}));
  assert.equal(calls, 2);
  traced.dispose();
  assert.equal(entries().length, 10);
  assert.equal(use().calls, 0, 'the first is still there');
});

test('a graph of several steps comes back, too', () => {
  const run = (): unknown => {
    calls = 0;
    const traced = trace('scaled', scaled, {state: {total: tf.scalar(1)}, cache: 1});
    const values = tf.tidy(() => take(traced.run({x: tf.tensor1d([1])}, {steps: 3})));
    traced.dispose();
    return {values, calls};
  };
  assert.deepEqual(run(), {values: {next: [4, 7, 10]}, calls: 1});
  assert.deepEqual(run(), {values: {next: [4, 7, 10]}, calls: 0});
});

test('a damaged entry is named, dropped and recorded anew', () => {
  const damages: ((bytes: Buffer) => Buffer)[] = [
    (bytes) => bytes.subarray(0, bytes.length - 7), () => Buffer.alloc(0),
    (bytes) => Buffer.concat([bytes.subarray(0, 300), Buffer.from('?'), bytes.subarray(301)]),
  ];
  use();
  const file = path.join(folder(), entries()[0]!);
  const good = readFileSync(file);
  for (const damage of damages) {
    writeFileSync(file, damage(good));
    const warn = mock.method(console, 'warn', () => {});
    assert.deepEqual(use(), {values: [10, 19], calls: 1});
    assert.deepEqual(warn.mock.calls.map((call) => call.arguments), [[`${file}: expected the ` +
        'content that was stored, got something else; the entry is recorded anew']]);
    assert.deepEqual(readFileSync(file), good);
    mock.restoreAll();
    assert.equal(use().calls, 0);
  }
});

test('an error of a stored graph names the line that was recorded', () => {
  const gather: TraceableFunction = (_, {x, at}) => ({outputs: {y: rawOp('GatherV2', [
    typeAttribute('Tparams', DataType.float), typeAttribute('Tindices', DataType.int32),
    typeAttribute('Taxis', DataType.int32),
  ], [x!, at!, tf.scalar(0, 'int32')])[0]!}});
  const call = (index: number): void => tf.tidy(() => {
    const traced = trace('gather', gather, {cache: 1});
    try {
      traced.run({x: tf.ones([2]), at: tf.tensor1d([index], 'int32')});
    } finally {
      traced.dispose();
    }
  });
  call(1);
  assert.throws(() => call(2), /trace\(gather\): .* GatherV2 at dist\/test\/.*graph-cache\.test/);
});

test('a folder that cannot be written to is no error', () => {
  writeFileSync(path.join(root, 'graphs'), 'a file where the folder should be');
  assert.deepEqual(use(), {values: [10, 19], calls: 1});
  assert.deepEqual(use(), {values: [10, 19], calls: 1});
});

test('the least recently used entries go when all are larger than 256 MiB', () => {
  use();
  const [first] = entries();
  const large = (name: string, ageInSeconds: number): void => {
    const file = path.join(folder(), `${name}.graph`);
    writeFileSync(file, '');
    spawnSync('truncate', ['-s', `${100 * 2 ** 20}`, file]);
    utimesSync(file, new Date(), new Date(Date.now() - 1000 * ageInSeconds));
  };
  large('old', 5000);
  large('older', 6000);
  large('oldest', 7000);
  utimesSync(path.join(folder(), first!), new Date(), new Date(Date.now() - 9_000_000));
  assert.equal(use().calls, 0, 'used now: the youngest');
  use({cache: {a: 2}});
  assert.deepEqual(entries().filter((name) => name.startsWith('old')),
      ['old.graph', 'older.graph']);
  assert.equal(entries().length, 4);
  assert.ok(statSync(path.join(folder(), first!)).size > 0);
});

test('fused ops or not are different entries, and a stored graph finds the fused ones', () => {
  const program = `const {trace} = require('../../src/backend/trace');
    const {tf} = require('../../src/backend/tf');
    let calls = 0;
    const {fusedGroupNorm, useFusedOps} = require('../../src/backend/fused-ops');
    const traced = trace('norm', (_, {x}) => {
      calls++;
      const [gain, offset] = [tf.ones([4]), tf.zeros([0])];
      const attributes = {groups: 2, eps: 1e-5, silu: false};
      return {outputs: {y: useFusedOps() ?
        fusedGroupNorm([x, offset, gain, tf.zeros([4])], attributes)[0] : tf.neg(x)}};
    }, {cache: 1});
    const x = tf.tensor4d([1, 3, 2, 2, 3, 1, 4, 4], [1, 2, 1, 4]);
    process.stdout.write(calls + ' ' + traced.run({x}).y.dataSync()[0].toFixed(2) + ' ' + calls);`;
  const run = (native: string): string => spawnSync(process.execPath, ['-e', program], {
    cwd: __dirname, encoding: 'utf8', env: {...process.env, HIDDEN_GAUSSIAN_NATIVE: native},
  }).stdout;
  assert.deepEqual([run('1'), run('1'), run('0'), run('0')],
      ['0 -1.00 1', '0 -1.00 0', '0 -1.00 1', '0 -1.00 0']);
});

test('a bound function has no text to tell it by', () => assert.throws(
    () => trace('f', scaled.bind(undefined), {cache: 1}), {name: 'TypeError', message:
        'trace(f): expected a function with its own text for `cache`, got a bound or native one; ' +
        'wrap it in an arrow function'}));

test('another process finds the entry', () => {
  const program = `const {trace} = require('../../src/backend/trace');
    const {tf} = require('../../src/backend/tf');
    let calls = 0;
    const traced = trace('double', (_, {x}) => (calls++, {outputs: {y: tf.mul(x, 2)}}), {cache: 1});
    process.stdout.write(traced.run({x: tf.scalar(4)}).y.dataSync()[0] + ' ' + calls);`;
  const run = (): string =>
      spawnSync(process.execPath, ['-e', program], {cwd: __dirname, encoding: 'utf8'}).stdout;
  assert.equal(run(), '8 1');
  assert.equal(run(), '8 0');
});
