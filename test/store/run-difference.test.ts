import assert from 'node:assert/strict';
import * as path from 'node:path';
import {test} from 'node:test';
import {jsonDifferences, jsonLeaves, relativeDifference} from '../../src/store/json-difference';
import {runDifference} from '../../src/store/run-difference';
import {encodeSafetensors} from '../../src/store/safetensors';
import {
  finished, measureRequest, newRoot, put, resultOf, trainRequest, unfinished,
} from './some-runs';

const vector = (...values: number[]) => ({shape: [values.length], data: Float32Array.from(values)});
const log = (seconds: number | null, loss: number): string =>
    `{"step":1,"loss":${loss},"seconds":${seconds}}\n`;

test('json differences are named by path, with relative differences of numbers', () => {
  const a = {n: 1, list: [1, 2, 3], gone: true, deep: {x: null}, 'odd key': 'a'};
  const b = {n: 1.5, list: [1, 4], deep: {x: {}}, 'odd key': 'b', new: 0};
  assert.deepEqual(jsonDifferences(a, b), [
    {path: 'deep.x', a: null, b: {}},
    {path: 'gone', a: true},
    {path: 'list[1]', a: 2, b: 4, relative: 0.5},
    {path: 'list[2]', a: 3},
    {path: 'n', a: 1, b: 1.5, relative: 0.5 / 1.5},
    {path: 'new', b: 0},
    {path: '["odd key"]', a: 'a', b: 'b'},
  ]);
  assert.deepEqual(jsonDifferences(a, structuredClone(a)), []);
  assert.deepEqual(jsonDifferences(1, [1]), [{path: '', a: 1, b: [1]}]);
  assert.equal(relativeDifference(0, 0), 0);
  assert.equal(relativeDifference(-1, 1), 2);
  assert.deepEqual(jsonLeaves({a: [{b: 1}, []], c: {}}), [['a[0].b', 1], ['a[1]', []], ['c', {}]]);
});

test('two seeds with one result differ in the request alone', async () => {
  const root = newRoot();
  const files = {'checkpoints/a.safetensors': encodeSafetensors({w: vector(1, 2)})};
  const a = await finished(root, trainRequest(1), resultOf(1), {...files, 'log.jsonl': log(1, 5)});
  const b = await finished(root, trainRequest(2), resultOf(1), {
    ...files, 'log.jsonl': log(null, 5), 'states/step-1.safetensors': 'only to resume from',
  });
  const difference = runDifference(root, [a, b]);
  assert.deepEqual(difference.request,
      [{path: 'options.train.seed', a: 1, b: 2, relative: 0.5}]);
  assert.deepEqual([difference.values, difference.files, difference.provenance], [[], [], []]);
  assert.deepEqual([difference.same, difference.sameFiles], [true, 3]);
});

test('values, arrays, checkpoints and logs that differ are measured', async () => {
  const root = newRoot();
  const checkpoint = (...values: number[]): Buffer => encodeSafetensors({w: vector(...values)});
  const a = await finished(root, trainRequest(1), {
    arrays: {x: vector(1, 2, 3), y: vector(1), same: vector(7)}, values: {mean: 2, seconds: 1},
  }, {'log.jsonl': log(1, 5), 'c/1.safetensors': checkpoint(1, NaN), 'c/2.safetensors': 'a'});
  const b = await finished(root, trainRequest(2), {
    arrays: {x: vector(1, 2.5, 2), y: vector(1, 1), same: vector(7), z: vector(0)},
    values: {mean: 2.5, seconds: 9},
  }, {'log.jsonl': log(1, 6), 'c/1.safetensors': checkpoint(1, 0), 'c/3.txt': 'b'});
  const {values, files, same, sameFiles} = runDifference(root, [a, b]);
  assert.deepEqual(values, [{path: 'mean', a: 2, b: 2.5, relative: 0.2}]);
  assert.deepEqual(files, [
    {name: 'c/1.safetensors',
      tensors: [{name: 'w', values: {count: 2, differ: 1, maxAbs: NaN}}]},
    {name: 'c/2.safetensors', only: 'a'},
    {name: 'c/3.txt', only: 'b'},
    {name: 'log.jsonl'},
    {name: 'result.safetensors', tensors: [
      {name: 'x', values: {count: 3, differ: 2, maxAbs: 1}},
      {name: 'y', forms: ['F32 [1]', 'F32 [2]']},
      {name: 'z', only: 'b'},
    ]},
  ]);
  assert.deepEqual([same, sameFiles], [false, 0]);
});

test('runs of two kinds can be compared, unfinished and damaged ones cannot', async () => {
  const root = newRoot();
  const a = await finished(root, trainRequest(1));
  const b = await finished(root, measureRequest(a));
  assert.deepEqual(runDifference(root, [a, b]).request[0],
      {path: 'kind', a: 'train', b: 'linearity'});
  const part = await unfinished(root, trainRequest(2));
  assert.throws(() => runDifference(root, [a, part]),
      {message: `${part}: the run is not finished`});
  put(root, `${b}/result.safetensors`, 'x');
  assert.throws(() => runDifference(root, [b, a]), (error: Error) =>
    error.message.startsWith(`${path.join(root, b, 'result.safetensors')}: the content does not`));
});
