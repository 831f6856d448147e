/** Every message of a traced function: the op, the line, and what to do. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {rawOp, DataType, stringAttribute, typeAttribute} from
  '../../src/backend/raw-op';
import {constant64, narrow, read64, widen} from '../../src/backend/tensor64';
import {trace} from '../../src/backend/trace';
import type {TraceableFunction} from '../../src/backend/trace';
import {tf} from '../../src/backend/tf';
import {handleCount, sessionCount} from '../handles';
import {take} from './counter';

const x = tf.tensor1d([1, 2]);
tf.neg(x).dispose(); // uploads it
const LINE = 'dist/test/backend/trace-errors\\.test\\.js:\\d+:\\d+';

/** Asserts that a call fails with `message` (LINE stands for a line here) and leaves nothing. */
function refuses(fn: TraceableFunction, message: string): void {
  const traced = trace('f', fn);
  const before = [tf.memory().numTensors, handleCount(), sessionCount()];
  const expected = new RegExp(`^\\w*Error: trace\\(f\\): ${
    message.replace(/[()[\].`|]/g, '\\$&').replaceAll('LINE', LINE)}`);
  assert.throws(() => traced.run({x}), expected);
  assert.deepEqual([tf.memory().numTensors, handleCount(), sessionCount()], before);
  assert.deepEqual([...tf.add(x, 1).dataSync()], [2, 3], 'tfjs works as before');
  traced.dispose();
}

test('a tensor made outside is refused, uploaded or not', () => {
  const uploaded = tf.add(1, 1);
  const [plain, cloned] = [tf.scalar(2), tf.scalar(2)];
  const advice = '; pass it as an input or keep it in the state';
  const outside = 'expected tensors of the traced function alone, got one that was made outside ';
  const uses: [string, () => tf.Tensor][] = [
    ['Mul', () => uploaded], ['Mul', () => plain], ['Reshape', () => tf.reshape(cloned, [1])],
  ];
  for (const [op, made] of uses) {
    refuses((_, {x}) => ({outputs: {y: tf.mul(x!, made())}}),
        `${outside}(used by ${op} at LINE)${advice}`);
  }
  refuses((_, {x}) => ({outputs: {y: narrow(widen(plain)), x: x!}}),
      `${outside}(used by Cast at LINE)${advice}`);
  refuses(() => ({outputs: {y: uploaded}}), `${outside}(returned to the call at LINE)${advice}`);
  refuses(() => ({outputs: {y: plain}}), `${outside}(returned to the call at LINE)${advice}`);
  assert.deepEqual([...tf.mul(plain, 2).dataSync()], [4], 'the outside tensor is as it was');
});

const READ = 'expected no values to be read while the function is recorded, got a read ' +
    '(dataSync, data(), arraySync, print or an `if`) of';
const READ_ADVICE = '; return the tensor as an output and read it outside; choose between values ' +
    'with tf.where';

test('reading a value names what was read, the op behind it and both lines', () => {
  const reads: ((t: tf.Tensor) => unknown)[] = [
    (t) => t.dataSync(), (t) => t.arraySync(), (t) => t.print(), (t) => `${t}`,
    (t) => t > tf.ones([2]), (t) => void t.data(), (t) => void t.array(),
    (t) => void tf.whereAsync(tf.cast(t, 'bool')),
    (t) => void tf.booleanMaskAsync(t, tf.cast(t, 'bool')),
  ];
  for (const read of reads) {
    refuses((_, {x}) => {
      read(x!);
      return {outputs: {y: x!}};
    }, `${READ} the `);
  }
  refuses((_, {x}) => ({outputs: {y: tf.scalar(x!.dataSync()[0]!)}}),
      `${READ} the input \`x\` at LINE${READ_ADVICE}`);
  refuses((_, {x}) => ({outputs: {y: tf.scalar(tf.sum(x!).dataSync()[0]!)}}),
      `${READ} the result of Sum at LINE at LINE${READ_ADVICE}`);
});

test('the lines are those of the op and of the read', () => {
  const traced = trace('f', (_, {x}) => {
    const sum = tf.sum(x!);
    const y = tf.neg(x!);
    sum.dataSync();
    return {outputs: {y}};
  });
  const message = ((): string => {
    try {
      traced.run({x});
    } catch (error) {
      return (error as Error).message;
    }
    return 'no error';
  })();
  const [made, read] = [...message.matchAll(/\.js:(\d+):/g)].map(([, line]) => Number(line));
  assert.equal(read! - made!, 2, message);
});

test('an error that the function catches, and one of a promise, are errors all the same', () => {
  refuses((_, {x}) => {
    try {
      x!.dataSync();
    } catch { /* goes on as if nothing had happened */ }
    return {outputs: {y: x!}};
  }, `${READ} the input`);
  const later = (async () => ({outputs: {y: x}})) as unknown as TraceableFunction;
  refuses(later, 'expected the function to return {state, outputs}, got a promise; it must be ' +
      'synchronous');
});

test('float64 values cannot be read either', () => refuses(() => {
  read64(constant64(Float64Array.of(1), [1]));
  return {outputs: {}};
}, `${READ} the result of Bitcast at LINE`));

test('text, side effects and shapes that depend on values are refused', () => {
  refuses(() => ({outputs: {y: tf.tensor(['a']).reshape([1, 1])}}),
      'expected numbers and booleans, got a text constant at LINE; keep text outside');
  refuses((_, {x}) => ({outputs: {y: tf.unique(x!).values}}),
      'expected ops whose shapes do not depend on values, got UniqueV2 at LINE; run it outside');
  refuses((_, {x}) => ({outputs: {y: rawOp('Squeeze', [
    typeAttribute('T', DataType.float), {...stringAttribute('squeeze_dims', ''), value: ['a']},
  ], [x!])[0]!}}), 'expected attributes that are numbers, types, text, shapes or lists of ' +
      'numbers and types, got squeeze_dims of Squeeze at LINE; run the op outside');
});

test('another traced function inside is refused, eager or not', () => {
  const inner = trace('inner', (_, {x}) => ({outputs: {y: tf.neg(x!)}}));
  refuses((_, {x}) => inner.run({x: x!}) as never,
      'expected ops alone, got a call of another traced function or model at LINE; call its ' +
      'plain function instead');
  inner.dispose();
});

test('what is not a live tensor is named', () => {
  const gone = tf.scalar(1);
  gone.dispose();
  for (const eager of [false, true]) {
    const traced = trace('f', (_, {x}) => ({outputs: {y: x!, z: undefined as never}}), {eager});
    assert.throws(() => traced.run({x}), {name: 'TypeError', message: 'trace(f): expected the ' +
        'output `z` to be a tensor, got undefined; every entry must be a tensor that was not ' +
        'disposed of'});
    assert.throws(() => traced.run({x: gone}), /input `x` to be a tensor, got a disposed tensor/);
    assert.throws(() => trace('f', () => ({outputs: {}}), {state: {a: 3 as never}, eager}),
        /the state `a` to be a tensor, got number/);
    traced.dispose();
  }
});

test('an op that fails in the graph is named with its line', () => {
  for (const options of [{}, {steps: 2}]) {
    const traced = trace('f', (_, {x, at}) => ({outputs: {y: rawOp('GatherV2', [
      typeAttribute('Tparams', DataType.float), typeAttribute('Tindices', DataType.int32),
      typeAttribute('Taxis', DataType.int32),
    ], [x!, at!, tf.scalar(0, 'int32')])[0]!}}));
    const [good, bad] = [1, 2].map((index) => tf.tensor1d([index], 'int32'));
    const call = (at: tf.Tensor): number[] => take(traced.run({x, at}, options))['y']!;
    const values = call(good!);
    tf.neg(bad!).dispose();
    const handles = handleCount();
    assert.throws(() => call(bad!), new RegExp('^Error: trace\\(f\\): expected TensorFlow to run ' +
        `the graph, got an error in GatherV2 at ${LINE}; TensorFlow says: .*is not in`));
    assert.equal(handleCount(), handles);
    assert.deepEqual(call(good!), values, 'the next call works');
    tf.dispose([good!, bad!]);
    traced.dispose();
  }
});

test('steps must be a positive integer', () => {
  for (const eager of [false, true]) {
    const traced = trace('f', (_, {x}) => ({outputs: {y: x!}}), {eager});
    for (const steps of [0, -1, 1.5, NaN]) {
      assert.throws(() => traced.run({x}, {steps}), {name: 'RangeError', message: 'trace(f): ' +
          `expected \`steps\` to be a positive integer, got ${steps}; leave it out for one call ` +
          'whose outputs are not stacked'});
    }
    traced.dispose();
  }
});
