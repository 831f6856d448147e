/** What only graphs can get wrong: signatures, state between sessions, tensors from outside. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {dataTypeOf, nodeBackend} from '../../src/backend/binding';
import {byteTensor} from '../../src/backend/bytes';
import {trace} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {sessionCount} from '../handles';
import {assertNoLeak} from '../helpers';
import {counter, counterState, take, vector} from './counter';

test('every input signature has its own graph, all of them share the state', () => {
  const before = sessionCount();
  const traced = trace('counter', counter, {state: counterState()});
  const inputs = [vector(1), vector(1, 1), {x: tf.ones([2, 2])}, vector(2), vector(3, 4)];
  const totals = inputs.map((input) => take(traced.run(input))['next']![0]);
  assert.deepEqual(totals, [1, 3, 7, 9, 16]);
  assert.deepEqual(take(traced.readState()), {total: [16], calls: [5]});
  assert.equal(sessionCount() - before, 3, 'one session a signature');
  traced.dispose();
});

test('inputs may come in any order', () => {
  const traced = trace('difference', (_, {a, b}) => ({outputs: {d: tf.sub(a!, b!)}}));
  const before = sessionCount();
  const [a, b] = [tf.scalar(5), tf.scalar(3)];
  assert.deepEqual(take(traced.run({a, b}))['d'], [2]);
  assert.deepEqual(take(traced.run({b, a}))['d'], [2]);
  assert.equal(sessionCount() - before, 1);
  traced.dispose();
});

test('names may be numbers, or anything else', () => {
  const traced = trace('f', (state, inputs) => ({
    state: {10: tf.add(state['10']!, inputs['2']!), 'a b': inputs['10']!},
    outputs: {10: state['2']!, 2: state['a b']!, 'ü:0,': state['10']!},
  }), {state: {10: tf.scalar(1), 2: tf.scalar(2), 'a b': tf.scalar(3)}});
  const inputs = {10: tf.scalar(20), 2: tf.scalar(30)};
  assert.deepEqual(take(traced.run(inputs)), {2: [3], 10: [2], 'ü:0,': [1]});
  assert.deepEqual(take(traced.run(inputs, {steps: 2})),
      {2: [20, 20], 10: [2, 2], 'ü:0,': [31, 61]});
  assert.deepEqual(take(traced.readState()), {10: [91], 2: [2], 'a b': [20]});
  traced.dispose();
});

test('entries that began as one tensor, and inputs given twice, are entries of their own', () => {
  const one = tf.tensor1d([1, 2]);
  const traced = trace('pair', ({a, b}, {x, y}) => ({
    state: {a: tf.add(a!, x!), b: tf.sub(b!, y!)}, outputs: {difference: tf.sub(a!, b!)},
  }), {state: {a: one, b: one.clone()}});
  const call = (x: tf.Tensor, y: tf.Tensor): number[] => take(traced.run({x, y}))['difference']!;
  assert.deepEqual(call(one, one), [0, 0]);
  assert.deepEqual(call(tf.tensor1d([5, 5]), tf.tensor1d([1, 1])), [2, 4]);
  assert.deepEqual(take(traced.readState()), {a: [7, 9], b: [-1, -1]});
  traced.writeState({a: one, b: one});
  assert.deepEqual(call(one, one), [0, 0]);
  assert.deepEqual(take(traced.readState()), {a: [2, 4], b: [0, 0]});
  traced.dispose();
});

/** The outputs that the sessions are asked for while `body` runs. */
function fetches(body: () => void): string[] {
  const {binding} = nodeBackend();
  const seen: string[] = [];
  const run = binding.runSavedModel;
  nodeBackend().binding = Object.create(binding, {runSavedModel: {
    value: (id: number, inputs: number[], names: string, outputs: string) => {
      seen.push(outputs);
      return run.call(binding, id, inputs, names, outputs);
    },
  }}) as typeof binding;
  try {
    body();
  } finally {
    nodeBackend().binding = binding;
  }
  return seen;
}

test('calls that change nothing never move the state between graphs', () => {
  const seen = fetches(() => {
    const traced = trace('scale', ({factor}, {x}) => ({
      state: {factor: factor!}, outputs: {y: tf.mul(x!, factor!)},
    }), {state: {factor: tf.scalar(3)}});
    const outputs =
        [[1], [1, 2], [2], [3, 4], [5]].map((x) => take(traced.run(vector(...x)))['y']);
    assert.deepEqual(outputs, [[3], [3, 6], [6], [9, 12], [15]]);
    traced.dispose();
  });
  assert.deepEqual(seen, [
    'load_state:0', 'output_0:0', 'state_0:0', 'load_state:0', 'output_0:0', // two graphs
    'output_0:0', 'output_0:0', 'output_0:0',
  ]);
});

test('a call that changes the state makes the other graph load it, and only then', () => {
  const seen = fetches(() => {
    const traced = trace('counter', ({total}, {x}) => {
      const next = tf.add(total!, tf.sum(x!));
      return {state: {total: next}, outputs: {next}};
    }, {state: {total: tf.scalar(0)}});
    for (const x of [[1], [2], [3, 4]]) tf.dispose(traced.run(vector(...x)));
    traced.dispose();
  });
  assert.deepEqual(seen, [
    'load_state:0', 'output_0:0', 'output_0:0',
    'state_0:0', 'load_state:0', 'output_0:0',
  ]);
});

test('a function without state runs with any number of signatures', () => {
  const traced = trace('plus one', (_, {x}) => ({outputs: {y: tf.add(x!, 1)}}));
  assert.deepEqual([[1], [1, 2], [5]].map((x) => take(traced.run(vector(...x)))['y']),
      [[2], [2, 3], [6]]);
  assert.deepEqual(traced.readState(), {});
  traced.dispose();
});

test('at most 16 graphs are kept, the least recently used one goes, and the state stays', () => {
  const before = sessionCount();
  let recorded = 0;
  const traced = trace('counter', ({total}, {x}) => {
    recorded++;
    return {state: {total: tf.add(total!, tf.sum(x!))}, outputs: {}};
  }, {state: {total: tf.scalar(0)}});
  const call = (size: number): void => tf.tidy(() => void traced.run({x: tf.ones([size])}));
  for (let size = 1; size <= 16; size++) call(size);
  call(1); // used again: 2 is the oldest
  for (let size = 17; size <= 20; size++) call(size);
  assert.equal(sessionCount() - before, 16);
  assert.equal(recorded, 20);
  call(1);
  assert.equal(recorded, 20, '1 is still there');
  call(2);
  assert.equal(recorded, 21, '2 had to go');
  assert.deepEqual(take(traced.readState())['total'], [210 + 1 + 1 + 2]);
  traced.dispose();
  assert.equal(sessionCount(), before);
});

test('bytes and int32 values of one shape are different signatures', () => {
  const traced = trace('f', (_, {x}) => ({outputs: {y: x!}}));
  const before = sessionCount();
  const inputs = [byteTensor(Uint8Array.of(200), [1]), tf.tensor1d([200], 'int32')];
  assert.deepEqual(inputs.map((x) => dataTypeOf(x)), [4, 3]);
  const outputs = inputs.map((x) => traced.run({x}).y!);
  assert.deepEqual(outputs.map((y) => dataTypeOf(y)), [4, 3]);
  tf.dispose([...inputs, ...outputs]);
  assert.equal(sessionCount() - before, 2);
  traced.dispose();
});

test('after an error in the function the next call records anew', () => {
  let fail = true;
  const traced = trace('f', ({a}, {x}) => {
    if (fail) throw new Error('not now');
    return {state: {a: tf.add(a!, x!)}, outputs: {y: tf.add(a!, x!)}};
  }, {state: {a: tf.scalar(1)}});
  const x = tf.scalar(2);
  assertNoLeak(() => assert.throws(() => traced.run({x}), /not now/));
  fail = false;
  assert.deepEqual(take(traced.run({x}))['y'], [3]);
  assert.deepEqual([...tf.add(x, 1).dataSync()], [3], 'tfjs works as before');
  traced.dispose();
});
