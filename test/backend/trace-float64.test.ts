/** Float64 inside traced functions, and as their inputs, outputs and state. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  add64, constant64, dispose64, exp64, matMul64, mul64, narrow, read64, scalar64, sum64, tidy64,
  widen,
} from '../../src/backend/tensor64';
import type {Tensor64} from '../../src/backend/tensor64';
import {tf} from '../../src/backend/tf';
import {trace} from '../../src/backend/trace';
import {assertNoHandleLeak, handleCount, sessionCount} from '../handles';
import {take} from './counter';

const x = tf.tensor2d([1 / 3, 2e7, -2e7, 1], [2, 2]);
tf.neg(x).dispose(); // uploads it

for (const eager of [false, true]) {
  const kind = eager ? 'eager' : 'traced';

  test(`a function widens, computes in float64 and narrows (${kind})`, () => {
    const traced = trace('gram', (_, {x}) => {
      const wide = widen(x!);
      const gram = matMul64(wide, wide, {transposeA: true});
      const total = sum64(add64(gram, constant64(Float64Array.of(1e-9, 0, 0, 0), [2, 2])), 1);
      return {outputs: {y: narrow(mul64(total, scalar64(1 / 7)))}};
    }, {eager});
    const third = Math.fround(1 / 3);
    const g = [third * third + 4e14 + 1e-9, third * 2e7 - 2e7, 4e14 + 1];
    const expected = [(g[0]! + g[1]!) * (1 / 7), (g[1]! + g[2]!) * (1 / 7)].map(Math.fround);
    for (let call = 0; call < 3; call++) assert.deepEqual(take(traced.run({x}))['y'], expected);
    assertNoHandleLeak(() => take(traced.run({x})));
    traced.dispose();
  });

  test(`float64 values are inputs, outputs and state (${kind})`, () => {
    const before = handleCount();
    const first = scalar64(1);
    const traced = trace('sum', ({total}: {total: Tensor64}, {by}: {by: Tensor64}) => {
      const next = add64(total, by);
      return {state: {total: next}, outputs: {next, rough: narrow(next), half: exp64(by)}};
    }, {state: {total: first}, eager});
    dispose64(first);
    const by = scalar64(2 ** -50);
    const read = (tensor: Tensor64): number[] => {
      const values = [...read64(tensor)];
      dispose64(tensor);
      return values;
    };
    const one = traced.run({by});
    assert.deepEqual([read(one.next), [...one.rough.dataSync()]], [[1 + 2 ** -50], [1]]);
    assert.deepEqual(read(one.half), [Math.exp(2 ** -50)]);
    one.rough.dispose();
    const three = traced.run({by}, {steps: 3});
    assert.deepEqual(three.next.shape, [3]);
    assert.deepEqual(read(three.next), [2, 3, 4].map((n) => 1 + n * 2 ** -50));
    read(three.half);
    three.rough.dispose();
    assert.deepEqual(read(traced.readState().total), [1 + 4 * 2 ** -50]);
    tidy64(() => traced.writeState({total: scalar64(3)}));
    assert.deepEqual(read(traced.readState().total), [3]);
    dispose64(by);
    traced.dispose();
    assert.equal(handleCount(), before);
  });

  test(`tidy64 frees float64 outputs, and calls leave nothing (${kind})`, () => {
    const by = scalar64(1);
    const traced = trace('sum', ({total}: {total: Tensor64}, {by}: {by: Tensor64}) =>
      ({state: {total: add64(total, by)}, outputs: {total}}), {state: {total: by}, eager});
    const call = (): void => tidy64(() => {
      traced.run({by});
      traced.run({by}, {steps: 2});
      traced.readState();
    });
    call();
    const before = [tf.memory().numTensors, handleCount(), sessionCount()];
    for (let i = 0; i < 100; i++) call();
    assert.deepEqual([tf.memory().numTensors, handleCount(), sessionCount()], before);
    assert.deepEqual([...tidy64(() => read64(traced.readState().total))], [304]);
    traced.dispose();
    dispose64(by);
  });

  test(`float64 and float32 are different types of a state (${kind})`, () => {
    const traced = trace('f', ({a}) => ({state: {a: narrow(a as never)}, outputs: {}}),
        {state: {a: tidy64(() => scalar64(1)) as never}, eager});
    assert.throws(() => traced.run(), {name: 'RangeError', message: 'trace(f): expected the ' +
        'state `a` to stay float64 [], got float32 []; cast or reshape it'});
    traced.dispose();
  });
}
