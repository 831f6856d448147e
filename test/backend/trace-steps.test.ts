/** Several steps in one call, as graph and as eager function. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {trace} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {handleCount, sessionCount} from '../handles';
import {counter, counterState, take, vector} from './counter';
import {descent, rate, start} from './descent';

for (const eager of [false, true]) {
  const kind = eager ? 'eager' : 'traced';

  test(`K steps in a call are K calls, bit for bit (${kind})`, () => {
    const [single, many] = [0, 1].map(() => trace('descent', descent, {state: start(), eager}));
    for (const steps of [1, 5, 2]) {
      const calls = Array.from({length: steps}, () => take(single!.run({rate})));
      const outputs = many!.run({rate}, {steps});
      assert.deepEqual(outputs['noise']!.shape, [steps, 40]);
      assert.deepEqual(outputs['step']!.shape, [steps]);
      assert.deepEqual(outputs['signs']!.dtype, 'bool');
      const stacked = take(outputs);
      for (const key of ['loss', 'step', 'signs', 'noise']) {
        assert.deepEqual(stacked[key], calls.flatMap((call) => call[key]!), key);
      }
      assert.deepEqual(take(many!.readState()), take(single!.readState()));
    }
    single!.dispose();
    many!.dispose();
  });

  test(`single calls and calls of several steps share the state (${kind})`, () => {
    const traced = trace('counter', counter, {state: counterState(), eager});
    assert.deepEqual(take(traced.run(vector(1, 2), {steps: 3}))['next'], [3, 6, 9]);
    assert.deepEqual(take(traced.run(vector(1)))['next'], [10]);
    assert.deepEqual(take(traced.run(vector(2), {steps: 2}))['next'], [12, 14]);
    traced.writeState({total: tf.scalar(100)});
    assert.deepEqual(take(traced.run(vector(0), {steps: 1}))['next'], [100]);
    assert.deepEqual(take(traced.readState()), {total: [100], calls: [7]});
    traced.dispose();
  });

  test(`steps swap, delay and count as single calls do (${kind})`, () => {
    const traced = trace('swap', ({a, b, constant}) => ({
      state: {a: b!, b: a!, constant: constant!},
      outputs: {both: tf.stack([a!, b!]), constant: constant!},
    }), {state: {a: tf.scalar(1), b: tf.scalar(2), constant: tf.scalar(3)}, eager});
    assert.deepEqual(take(traced.run({}, {steps: 3})),
        {both: [1, 2, 2, 1, 1, 2], constant: [3, 3, 3]});
    assert.deepEqual(take(traced.readState()), {a: [2], b: [1], constant: [3]});
    traced.dispose();
  });

  test(`a function without outputs changes the state (${kind})`, () => {
    const traced = trace('count', ({n}) => ({
      state: {n: tf.add(n!, tf.scalar(1, 'int32'))}, outputs: {},
    }), {state: {n: tf.scalar(0, 'int32')}, eager});
    assert.deepEqual(traced.run(), {});
    assert.deepEqual(traced.run({}, {steps: 10}), {});
    assert.deepEqual(take(traced.readState())['n'], [11]);
    traced.dispose();
  });

  test(`2,000 calls leave nothing but their outputs (${kind})`, () => {
    const traced = trace('counter', counter, {state: counterState(), eager});
    const x = tf.tensor1d([1]);
    const call = (): void => {
      tf.dispose(traced.run({x}));
      tf.dispose(traced.run({x}, {steps: 3}));
    };
    call();
    const before = [tf.memory().numTensors, handleCount(), sessionCount()];
    for (let i = 0; i < 1000; i++) call();
    assert.deepEqual([tf.memory().numTensors, handleCount(), sessionCount()], before);
    assert.deepEqual(take(traced.readState())['calls'], [4004]);
    traced.dispose();
    x.dispose();
  });
}

test('one graph serves any number of steps', () => {
  const before = sessionCount();
  const traced = trace('counter', counter, {state: counterState()});
  for (const steps of [1, 2, 50]) take(traced.run(vector(1), {steps}));
  assert.equal(sessionCount() - before, 1);
  take(traced.run(vector(1)));
  assert.equal(sessionCount() - before, 2, 'a single call has a graph of its own');
  traced.dispose();
  assert.equal(sessionCount(), before);
});

test('another process draws and computes the same bytes', () => {
  const traced = trace('descent', descent, {state: start()});
  const here = JSON.stringify(take(traced.run({rate}, {steps: 4})));
  traced.dispose();
  const {stdout, stderr} = spawnSync(process.execPath, [
    '-e', `const {trace} = require('../../src/backend/trace');
      const {descent, rate, start} = require('./descent');
      const {take} = require('./counter');
      const outputs = trace('descent', descent, {state: start()}).run({rate}, {steps: 4});
      process.stdout.write(JSON.stringify(take(outputs)));`,
  ], {cwd: __dirname, encoding: 'utf8'});
  assert.equal(stdout, here, stderr);
});
