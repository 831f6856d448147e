import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Json} from '../../src/store/canonical';
import {isAsideName, isRunName, isTrashName, kindOf, trashName} from '../../src/store/run-name';
import {formatOf, RUN_FORMAT, runId, runsNeededBy} from '../../src/store/run-request';

const HASH = '0123456789abcdef';

test('the names of runs, of set-aside and of removed ones exclude each other', () => {
  const names = [`train-${HASH}`, `linear-fit-${HASH}.damaged-12`, trashName(`train-${HASH}`)];
  assert.deepEqual(names.map(isRunName), [true, false, false]);
  assert.deepEqual(names.map(isAsideName), [false, true, false]);
  assert.deepEqual(names.map(isTrashName), [false, false, true]);
  for (const name of ['train', HASH, `-${HASH}`, `Train-${HASH}`, `train-${HASH}0`, `../a-${HASH}`,
    `train-${HASH}\n`, `train-${HASH}.damaged-`, `train-${HASH}.removed-1`, `x/train-${HASH}`]) {
    assert.ok(![isRunName, isAsideName, isTrashName].some((is) => is(name)), name);
  }
  assert.equal(kindOf(`linear-fit-${HASH}`), 'linear-fit');
});

test('a kind is a plain name, so that its run is a folder of the store and can be found', () => {
  for (const kind of ['train', 'linear-fit', 'fit2', 'a-1-b']) {
    assert.ok(isRunName(runId({kind, options: null})));
  }
  for (const kind of ['', '../x', 'a/b', 'Train', 'a b', 'a--b', '-a', 'a-', '1a']) {
    assert.throws(() => runId({kind, options: null}), {name: 'RangeError'}, kind);
    assert.equal(formatOf({kind, options: null}, `${kind}-${HASH}`), undefined);
  }
});

test('a folder is named after its request in one format only', () => {
  const request = {kind: 'square', options: {n: 3}};
  assert.equal(formatOf(request, runId(request)), RUN_FORMAT);
  for (const format of [1, RUN_FORMAT - 1, RUN_FORMAT + 1]) {
    assert.equal(formatOf(request, runId(request, format)), format);
  }
  assert.equal(formatOf({...request, options: {n: 4}}, runId(request)), undefined);
  assert.equal(formatOf({...request, kind: 'cube'}, runId(request)), undefined);
});

test('the runs that a request needs are found wherever their ids stand', () => {
  const [a, b, c] = ['train', 'linear-fit', 'fit2'].map((kind) => runId({kind, options: null}));
  const options: Json = {subject: a!, deep: [{x: `${b} at step 3, ${c}`}, a!], hash: `x-${HASH}0`};
  assert.deepEqual(runsNeededBy({kind: 'any', options}), [a, b, c].sort());
  assert.deepEqual(runsNeededBy({kind: 'any', options: {hash: 'ab'.repeat(32), n: 3}}), []);
});
