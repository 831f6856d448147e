import assert from 'node:assert/strict';
import test from 'node:test';
import {tf} from '../../src/backend/tf';
import {trace} from '../../src/backend/trace';
import type {TraceableFunction} from '../../src/backend/trace';

const value = (tensor: {dataSync(): ArrayLike<number>}): number => tensor.dataSync()[0]!;

test('two state entries that begin as one tensor stay two', () => {
  const start = tf.scalar(1);
  const fn: TraceableFunction = ({weights, average}) => ({
    state: {weights: tf.add(weights!, 1), average: tf.mul(average!, 1)},
    outputs: {weights: tf.add(weights!, 1)},
  });
  const state = {weights: start.clone(), average: start.clone()};
  for (const eager of [false, true]) {
    const traced = trace('two', fn, {state, eager});
    assert.deepEqual([1, 2, 3].map(() => value(traced.run()['weights']!)), [2, 3, 4]);
    assert.equal(value(traced.readState()['average']!), 1);
    traced.dispose();
  }
});

test('two inputs that are one tensor at the first call may differ at the next', () => {
  const minus = trace('minus', (_, {a, b}) => ({outputs: {y: tf.sub(a!, b!)}}));
  const [x, y] = [tf.scalar(3), tf.scalar(10)];
  assert.equal(value(minus.run({a: x, b: x})['y']!), 0);
  assert.equal(value(minus.run({a: x, b: y})['y']!), -7);
  minus.dispose();
});
