import assert from 'node:assert/strict';
import {test} from 'node:test';
import {handleOf, nodeBackend} from '../../src/backend/binding';
import type {GraphNode} from '../../src/backend/graph-proto';
import {recordGraph} from '../../src/backend/graph-recorder';
import type {RecordedArgument} from '../../src/backend/graph-recorder';
import {tf} from '../../src/backend/tf';
import {handleCount} from '../handles';

const outline = (nodes: readonly GraphNode[]): string[] =>
    nodes.map(({name, op, inputs}) => `${name} = ${op}(${inputs.join(', ')})`);
const argument = (name: string, tensor: tf.Tensor): RecordedArgument =>
    ({name, label: `the input \`${name}\``, tensor});

test('ops and constants become nodes in the order they ran, wired by name', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2]);
    const {result, nodes, source} = recordGraph('record', [argument('input_x', x)], () =>
      tf.mul(tf.add(x, tf.scalar(3)), x));
    assert.deepEqual(outline(nodes), [
      'constant_0 = Const()', 'guard_1 = PlaceholderWithDefault(constant_0)',
      'Add_2 = Add(input_x, guard_1)', 'guard_3 = PlaceholderWithDefault(Add_2)',
      'Mul_4 = Mul(guard_3, input_x)',
    ]);
    assert.equal(source(result), 'Mul_4');
    assert.equal(source(x), 'input_x');
    assert.deepEqual([...result.dataSync()], [4, 10], 'recording computes, too');
  });
});

test('later outputs of an op are named node:output', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 3]);
    const {result, source} = recordGraph('record', [argument('x', x)], () => tf.split(x, [1, 2]));
    const [first, second] = result.map(source);
    assert.match(first!, /^SplitV_\d+$/);
    assert.equal(second, `${first}:1`);
  });
});

test('the backend is as before, also when the function throws', () => {
  const {binding, move, getInputTensorIds} = nodeBackend();
  const before = handleCount();
  recordGraph('record', [], () => tf.tidy(() => tf.add(1, 2).shape));
  assert.throws(() => recordGraph('record', [], () => tf.tidy(() => {
    tf.add(1, 2);
    throw new Error('half way');
  })), /half way/);
  const now = nodeBackend();
  assert.equal(now.binding, binding);
  assert.deepEqual([now.move, now.getInputTensorIds], [move, getInputTensorIds]);
  assert.equal(handleCount(), before);
});

test('text cannot be recorded', () => {
  const before = handleCount();
  assert.throws(() => recordGraph('record', [], () => tf.tidy(() => handleOf(tf.tensor(['a'])))),
      {message: /^record: expected numbers and booleans, got a text constant at .*recorder\.test/});
  assert.equal(handleCount(), before);
});
