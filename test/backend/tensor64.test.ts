import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  add64, constant64, dispose64, div64, exp64, keep64, matMul64, max64, maximum64, mul64, narrow,
  op64, read64, reshape64, scalar64, square64, sub64, sum64, tidy64, upload64, widen, widenResult,
} from '../../src/backend/tensor64';
import {tf} from '../../src/backend/tf';
import {assertNoHandleLeak, handleCount} from '../handles';
import {assertNoLeak} from '../helpers';

const VALUES = Float64Array.of(1 / 3, -0, 1e-300, Number.MAX_VALUE, 5e-324, Math.PI);

test('float64 values survive the way to TensorFlow and back bit for bit', () => {
  const back = assertNoHandleLeak(() => tidy64(() => read64(constant64(VALUES, [2, 3]))));
  assert.deepEqual([...back], [...VALUES]);
  assert.ok(Object.is(back[1], -0));
});

test('constant64 copies: later changes of the array do not reach the tensor', () => {
  const values = new Float64Array(64).fill(1);
  tidy64(() => {
    const tensor = constant64(values, [64]);
    values.fill(2);
    assert.deepEqual([...read64(tensor)], new Array(64).fill(1));
  });
});

test('element-wise ops, products and reductions are those of float64', () => {
  const of = (...values: number[]) => constant64(Float64Array.from(values), [1, values.length]);
  const results = tidy64(() => {
    const [a, b] = [of(1, 2e-17), of(3, 1)];
    return [
      add64(a, b), sub64(a, b), mul64(a, b), div64(a, b), maximum64(a, b), square64(b),
      exp64(sub64(a, a)), matMul64(a, b, {transposeB: true}), sum64(b, 1), max64(b, 1),
      reshape64(b, [2, 1]), mul64(b, scalar64(0.1)),
    ].map((tensor) => [...read64(tensor)]);
  });
  assert.deepEqual(results, [
    [4, 1], [-2, -1], [3, 2e-17], [1 / 3, 2e-17], [3, 1], [9, 1], [1, 1], [3], [4], [3], [3, 1],
    [3 * 0.1, 0.1],
  ]);
});

test('float32 tensors widen exactly and results narrow to one tfjs tensor', () => {
  const x = tf.tensor2d([0.1, 0.2], [1, 2]);
  assertNoHandleLeak(() => tf.tidy(() => {
    const wide = tidy64(() => read64(widen(x)));
    assert.deepEqual([...wide], [Math.fround(0.1), Math.fround(0.2)]);
  }));
  assert.deepEqual([...tidy64(() => read64(upload64(Float32Array.of(0.1), [1])))],
      [Math.fround(0.1)]);
  assert.deepEqual([...tidy64(() => read64(widenResult(() => tf.add(x, x))))],
      [Math.fround(0.2), Math.fround(0.4)]);
  const narrowed = assertNoLeak(() => tidy64(() => narrow(scalar64(1 / 3))), 1);
  assert.equal(narrowed.dataSync()[0], Math.fround(1 / 3));
  tf.dispose([x, narrowed]);
});

test('tidy64 frees everything but what it returns or keeps, also when the body throws', () => {
  const before = handleCount();
  assert.throws(() => tidy64(() => {
    scalar64(1);
    tidy64(() => { throw new Error('inner'); });
  }), /inner/);
  assert.equal(handleCount(), before);
  const [returned, kept] = tidy64(() => {
    const inner = tidy64(() => [scalar64(1), scalar64(2)]);
    scalar64(3);
    return [inner[0]!, keep64(inner[1]!)];
  });
  assert.equal(handleCount(), before + 2);
  dispose64(returned!);
  dispose64(kept!);
  assert.equal(handleCount(), before);
});

test('dispose64 inside tidy64 frees once', () => assertNoHandleLeak(() => tidy64(() => {
  dispose64(scalar64(1));
})));

test('a failing op leaves nothing behind and reports TensorFlow\'s reason', () => {
  const before = handleCount();
  assert.throws(() => tidy64(() => matMul64(
      constant64(new Float64Array(6), [2, 3]), constant64(new Float64Array(2), [2, 1]))),
  /[Mm]atrix size-incompatible/);
  assert.throws(() => tidy64(() => op64('NoSuchOp', [scalar64(1)])), /NoSuchOp/);
  assert.equal(handleCount(), before);
});

test('constant64 says how many values the shape needs', () => assert.throws(
    () => constant64(new Float64Array(5), [2, 3]),
    {name: 'RangeError', message: 'constant64: expected 6 values for shape [2, 3], got 5'}));
