import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal} from '../../src/backend/rng';
import {statelessNormal} from '../../src/backend/stateless';
import {trace} from '../../src/backend/trace';
import type {TraceableFunction, Tensors} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {handleCount, sessionCount} from '../handles';
import {assertClose, assertNoLeak} from '../helpers';
import {counter, counterState, take, vector} from './counter';

/** A small network's gradient step: convolution, split, concat, gradients of all. */
const gradientStep: TraceableFunction = ({weights, momentum}, {images}) => {
  const loss = (flat: tf.Tensor): tf.Scalar => {
    const [kernel, matrix] = tf.split(flat as tf.Tensor1D, [18, 8]);
    const h = tf.conv2d(images as tf.Tensor4D, tf.reshape(kernel!, [3, 3, 1, 2]), 1, 'same');
    const pooled = tf.concat([tf.max(h, [1, 2]), tf.mean(tf.sigmoid(h), [1, 2])], 1);
    const out = tf.softmax(tf.matMul(pooled, tf.reshape(matrix!, [4, 2])));
    return tf.mean(tf.square(tf.sub(out, 0.25)));
  };
  const {value, grad} = tf.valueAndGrad(loss)(weights!);
  const m = tf.add(tf.mul(momentum!, 0.9), grad);
  return {
    state: {momentum: m, weights: tf.sub(weights!, tf.mul(m, 0.5))},
    outputs: {loss: value},
  };
};

test('a traced function carries its state from call to call', () => {
  const traced = trace('counter', counter, {state: counterState()});
  const sums = [[1, 2, 3], [4, 5, 6]].map((x) => take(traced.run(vector(...x)))['next']);
  assert.deepEqual(sums, [[6], [21]]);
  assert.deepEqual(take(traced.readState()), {total: [21], calls: [2]});
  traced.dispose();
});

test('six gradient steps give the states and outputs of the eager function', () => {
  const rng = createRng(3);
  const weights = randomNormal<tf.Rank.R1>([26], rng.fork('weights'));
  const state = {weights, momentum: tf.zerosLike(weights)};
  const graph = trace('step', gradientStep, {state});
  const eager = trace('step', gradientStep, {state, eager: true});
  for (let step = 0; step < 6; step++) {
    const images = randomNormal<tf.Rank.R4>([5, 6, 6, 1], rng.fork(`images ${step}`));
    const [a, b] = [take(graph.run({images})), take(eager.run({images}))];
    assertClose(a['loss']!, b['loss']!, {rtol: 1e-6, what: `loss of step ${step}`});
    const [s, t] = [take(graph.readState()), take(eager.readState())];
    for (const key of ['weights', 'momentum']) {
      assertClose(s[key]!, t[key]!, {atol: 1e-7, rtol: 1e-5, what: `${key} after step ${step}`});
    }
  }
  graph.dispose();
  eager.dispose();
});

for (const eager of [false, true]) {
  const kind = eager ? 'eager' : 'traced';

  test(`new state never shows in the old values of the same call (${kind})`, () => {
    const swap = trace('swap', ({a, b}) => ({
      state: {a: b!, b: a!}, outputs: {both: tf.stack([a!, b!])},
    }), {state: {a: tf.scalar(1), b: tf.scalar(2)}, eager});
    const delay = trace('delay', ({last}, {x}) => ({
      state: {last: x!}, outputs: {last: last!, doubled: tf.mul(last!, 2)},
    }), {state: {last: tf.zeros([20_000])}, eager});
    for (let call = 0; call < 20; call++) {
      assert.deepEqual(take(swap.run())['both'], call % 2 === 0 ? [1, 2] : [2, 1]);
      const {last, doubled} = take(delay.run({x: tf.fill([20_000], call + 1)}));
      assert.deepEqual([last![0], last!.at(-1), doubled!.at(-1)], [call, call, 2 * call]);
    }
    swap.dispose();
    delay.dispose();
  });

  test(`outputs may be inputs, state and constants as they are (${kind})`, () => {
    const traced = trace('as is', ({a}, {x}) => ({
      state: {a: tf.scalar(8)}, outputs: {x: x!, a: a!, one: tf.tensor1d([1, 2]), twice: x!},
    }), {state: {a: tf.scalar(7)}, eager});
    assert.deepEqual(take(traced.run(vector(3))), {x: [3], a: [7], one: [1, 2], twice: [3]});
    assert.deepEqual(take(traced.run(vector(4)))['a'], [8]);
    traced.dispose();
  });

  test(`writeState replaces entries, readState gives copies (${kind})`, () => {
    const traced = trace('counter', counter, {state: counterState(), eager});
    tf.dispose(traced.run(vector(1)));
    const copy = traced.readState();
    traced.writeState({total: tf.scalar(100)});
    assert.deepEqual(take(traced.readState()), {total: [100], calls: [1]});
    assert.deepEqual(take(traced.run(vector(1)))['next'], [101]);
    assert.deepEqual(take(traced.run(vector(1, 1)))['next'], [103]);
    assert.deepEqual(take(copy), {total: [1], calls: [1]});
    traced.writeState({total: tf.scalar(0), calls: tf.scalar(0, 'int32')});
    traced.writeState({calls: tf.scalar(9, 'int32')});
    assert.deepEqual(take(traced.run(vector(5)))['next'], [5]);
    assert.deepEqual(take(traced.readState()), {total: [5], calls: [10]});
    traced.dispose();
  });

  test(`unknown state entries and other shapes or types are named (${kind})`, () => {
    const state = {a: tf.zeros([2])};
    const cases: [(a: tf.Tensor) => Tensors, {name: string; message: string}][] = [
      [(a) => ({b: tf.neg(a)}),
        {name: 'Error', message: 'trace(f): `b` is not an entry of the state; name it in the ' +
          'option `state`'}],
      [(a) => ({a: tf.concat([a, a])}), {name: 'RangeError',
        message: 'trace(f): expected the state `a` to stay float32 [2], got float32 [4]; cast or ' +
            'reshape it'}],
      [(a) => ({a: tf.cast(a, 'int32')}),
        {name: 'RangeError', message: 'trace(f): expected the state `a` to stay float32 [2], got ' +
            'int32 [2]; cast or reshape it'}],
    ];
    for (const [change, error] of cases) {
      const traced = trace('f', ({a}) => ({state: change(a!), outputs: {}}), {state, eager});
      assertNoLeak(() => assert.throws(() => traced.run(), error));
      tf.tidy(() => assert.throws(() => traced.writeState(change(state.a)), error));
      assert.deepEqual(take(traced.readState()), {a: [0, 0]}, 'the state is as it was');
      traced.dispose();
    }
  });

  test(`the same seed gives the same bytes twice, and another counter others (${kind})`, () => {
    const draw: TraceableFunction = ({step}) => ({
      state: {step: tf.add(step!, tf.scalar(1, 'int32'))},
      outputs: {noise: statelessNormal<tf.Tensor1D>([50], 123456789, step as tf.Scalar)},
    });
    const sequence = (): number[][] => {
      const traced = trace('draw', draw, {state: {step: tf.scalar(0, 'int32')}, eager});
      const drawn = [0, 1, 2].map(() => take(traced.run())['noise']!);
      traced.dispose();
      return drawn;
    };
    const [first, second] = [sequence(), sequence()];
    assert.deepEqual(first, second);
    assert.notDeepEqual(first[0], first[1]);
  });

  test(`200 calls leave nothing but their outputs, also inside tf.tidy (${kind})`, () => {
    const traced = trace('counter', counter, {state: counterState(), eager});
    const x = tf.tensor1d([1, 2]);
    tf.dispose(traced.run({x}));
    const before = [tf.memory().numTensors, handleCount()];
    for (let call = 0; call < 200; call++) tf.dispose(traced.run({x}));
    tf.tidy(() => {
      traced.writeState({total: tf.scalar(3)});
      traced.readState();
      traced.run({x});
    });
    assert.deepEqual([tf.memory().numTensors, handleCount()], before);
    assert.deepEqual(take(traced.run({x}))['next'], [9]);
    traced.dispose();
    x.dispose();
  });

  test(`after dispose every call is refused (${kind})`, () => {
    const traced = trace('f', counter, {state: counterState(), eager});
    tf.dispose(traced.run(vector(1)));
    traced.dispose();
    traced.dispose();
    const refused = {message: 'trace(f): expected to be used before dispose(), got a call after ' +
        'it; make a new one'};
    assert.throws(() => traced.run(vector(1)), refused);
    assert.throws(() => traced.readState(), refused);
    assert.throws(() => traced.writeState({}), refused);
  });

  test(`the initial state is copied, and dispose gives everything back (${kind})`, () => {
    const state = counterState();
    const x = tf.tensor1d([1]);
    const used = (): void => {
      const traced = trace('counter', counter, {state, eager});
      tf.dispose(traced.run({x}));
      tf.dispose(traced.run({x}));
      traced.dispose();
    };
    used(); // uploads state and input
    const before = [tf.memory().numTensors, handleCount(), sessionCount()];
    used();
    trace('unused', counter, {state, eager}).dispose();
    assert.deepEqual([tf.memory().numTensors, handleCount(), sessionCount()], before);
    assert.deepEqual(take(state), {total: [0], calls: [0]});
  });
}
