import assert from 'node:assert/strict';
import {test} from 'node:test';
import {nodeBackend} from '../../src/backend/binding';
import {createRng, randomNormal} from '../../src/backend/rng';
import {statelessNormal} from '../../src/backend/stateless';
import {trace} from '../../src/backend/trace';
import type {TraceableFunction, Tensors} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {handleCount} from '../handles';
import {assertClose, assertNoLeak} from '../helpers';

/** Values of a record of tensors, which are disposed. */
function take(tensors: Record<string, tf.Tensor>): Record<string, number[]> {
  const values = Object.fromEntries(
      Object.entries(tensors).map(([key, tensor]) => [key, [...tensor.dataSync()]]));
  tf.dispose(tensors);
  return values;
}
const sessions = (): number => (nodeBackend() as unknown as {
  binding: {getNumOfSavedModels(): number};
}).binding.getNumOfSavedModels();
const vector = (...values: number[]): {x: tf.Tensor1D} => ({x: tf.tensor1d(values)});

/** A running sum, and the number of calls. */
const counter: TraceableFunction = ({total, calls}, {x}) => {
  const next = tf.add(total!, tf.sum(x!));
  return {
    state: {total: next, calls: tf.add(calls!, tf.scalar(1, 'int32'))},
    outputs: {next},
  };
};
const counterState = () => ({total: tf.scalar(0), calls: tf.scalar(0, 'int32')});

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
  const sums = [[1, 2, 3], [4, 5, 6]].map((x) => take(traced.run(vector(...x))).next);
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

test('every input signature has its own graph, all of them share the state', () => {
  const before = sessions();
  const traced = trace('counter', counter, {state: counterState()});
  const inputs = [vector(1), vector(1, 1), {x: tf.ones([2, 2])}, vector(2), vector(3, 4)];
  const totals = inputs.map((input) => take(traced.run(input)).next![0]);
  assert.deepEqual(totals, [1, 3, 7, 9, 16]);
  assert.deepEqual(take(traced.readState()), {total: [16], calls: [5]});
  assert.equal(sessions() - before, 3, 'one session a signature');
  traced.dispose();
});

test('inputs may come in any order', () => {
  const traced = trace('difference', (_, {a, b}) => ({outputs: {d: tf.sub(a!, b!)}}));
  const before = sessions();
  const [a, b] = [tf.scalar(5), tf.scalar(3)];
  assert.deepEqual(take(traced.run({a, b})).d, [2]);
  assert.deepEqual(take(traced.run({b, a})).d, [2]);
  assert.equal(sessions() - before, 1);
  traced.dispose();
});

test('entries that began as one tensor, and inputs given twice, are entries of their own', () => {
  const one = tf.tensor1d([1, 2]);
  const traced = trace('pair', ({a, b}, {x, y}) => ({
    state: {a: tf.add(a!, x!), b: tf.sub(b!, y!)}, outputs: {difference: tf.sub(a!, b!)},
  }), {state: {a: one, b: one.clone()}});
  const call = (x: tf.Tensor, y: tf.Tensor): number[] => take(traced.run({x, y})).difference!;
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
        [[1], [1, 2], [2], [3, 4], [5]].map((x) => take(traced.run(vector(...x))).y);
    assert.deepEqual(outputs, [[3], [3, 6], [6], [9, 12], [15]]);
    traced.dispose();
  });
  assert.deepEqual(seen, [
    'load_state:0', 'output_y:0', 'state_factor:0', 'load_state:0', 'output_y:0', // two graphs
    'output_y:0', 'output_y:0', 'output_y:0',
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
    'load_state:0', 'output_next:0', 'output_next:0',
    'state_total:0', 'load_state:0', 'output_next:0',
  ]);
});

test('a function without state runs with any number of signatures', () => {
  const traced = trace('plus one', (_, {x}) => ({outputs: {y: tf.add(x!, 1)}}));
  assert.deepEqual([[1], [1, 2], [5]].map((x) => take(traced.run(vector(...x))).y),
      [[2], [2, 3], [6]]);
  assert.deepEqual(traced.readState(), {});
  traced.dispose();
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
      assert.deepEqual(take(swap.run()).both, call % 2 === 0 ? [1, 2] : [2, 1]);
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
    assert.deepEqual(take(traced.run(vector(4))).a, [8]);
    traced.dispose();
  });

  test(`writeState replaces entries, readState gives copies (${kind})`, () => {
    const traced = trace('counter', counter, {state: counterState(), eager});
    tf.dispose(traced.run(vector(1)));
    const copy = traced.readState();
    traced.writeState({total: tf.scalar(100)});
    assert.deepEqual(take(traced.readState()), {total: [100], calls: [1]});
    assert.deepEqual(take(traced.run(vector(1))).next, [101]);
    assert.deepEqual(take(traced.run(vector(1, 1))).next, [103]);
    assert.deepEqual(take(copy), {total: [1], calls: [1]});
    traced.writeState({total: tf.scalar(0), calls: tf.scalar(0, 'int32')});
    traced.writeState({calls: tf.scalar(9, 'int32')});
    assert.deepEqual(take(traced.run(vector(5))).next, [5]);
    assert.deepEqual(take(traced.readState()), {total: [5], calls: [10]});
    traced.dispose();
  });

  test(`unknown state entries and other shapes or types are named (${kind})`, () => {
    const state = {a: tf.zeros([2])};
    const cases: [(a: tf.Tensor) => Tensors, {name: string; message: string}][] = [
      [(a) => ({b: tf.neg(a)}),
        {name: 'Error', message: 'trace(f): `b` is not an entry of the state'}],
      [(a) => ({a: tf.concat([a, a])}), {name: 'RangeError',
        message: 'trace(f): the state `a` is float32 [2], got float32 [4]'}],
      [(a) => ({a: tf.cast(a, 'int32')}),
        {name: 'RangeError', message: 'trace(f): the state `a` is float32 [2], got int32 [2]'}],
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
      const drawn = [0, 1, 2].map(() => take(traced.run()).noise!);
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
    assert.deepEqual(take(traced.run({x})).next, [9]);
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
    const before = [tf.memory().numTensors, handleCount(), sessions()];
    used();
    trace('unused', counter, {state, eager}).dispose();
    assert.deepEqual([tf.memory().numTensors, handleCount(), sessions()], before);
    assert.deepEqual(take(state), {total: [0], calls: [0]});
  });
}

test('a tensor made outside is refused, uploaded or not, and nothing stays behind', () => {
  const uploaded = tf.add(1, 1);
  const fresh = (): tf.Tensor => tf.scalar(2);
  const [plain, cloned] = [fresh(), fresh()];
  const cases: TraceableFunction[] = [
    (_, {x}) => ({outputs: {y: tf.mul(x!, uploaded)}}),
    (_, {x}) => ({outputs: {y: tf.mul(x!, plain)}}),
    (_, {x}) => ({outputs: {y: tf.mul(x!, tf.reshape(cloned, [1]))}}),
    () => ({outputs: {y: uploaded}}),
    () => ({outputs: {y: plain}}),
  ];
  const x = tf.tensor1d([1]);
  for (const fn of cases) {
    const traced = trace('f', fn);
    assertNoLeak(() => assert.throws(() => traced.run({x}),
        /^Error: trace\(f\): expected tensors of the traced function alone, got one that was made/));
    traced.dispose();
  }
  const names = trace('f', cases[0]!);
  assert.throws(() => names.run({x}), /made outside \(read by Mul\); pass it as an input or keep/);
  assert.deepEqual([...tf.mul(plain, 2).dataSync()], [4], 'the outside tensor is as it was');
});

test('reading a value while recording is refused', () => {
  const x = tf.tensor1d([1, 2]);
  for (const read of [
    (t: tf.Tensor) => t.dataSync(), (t: tf.Tensor) => t.arraySync(),
    (t: tf.Tensor) => tf.add(t, 1).dataSync(),
  ]) {
    const traced = trace('f', (_, inputs) => {
      read(inputs['x']!);
      return {outputs: {}};
    });
    assertNoLeak(() => assert.throws(() => traced.run({x}),
        /trace\(f\): the value of a traced tensor was read .* return the tensor as an output/));
    traced.dispose();
  }
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
  assert.deepEqual(take(traced.run({x})).y, [3]);
  assert.deepEqual([...tf.add(x, 1).dataSync()], [3], 'tfjs works as before');
  traced.dispose();
});
