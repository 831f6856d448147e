import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {
  createParameterScope, initialParameters, parameterCount, parametersFromPyTorch,
  parametersToPyTorch, unflatten,
} from '../../src/networks/parameters';
import type {ParameterSpec} from '../../src/networks/parameters';
import {assertNoLeak} from '../helpers';

const SPECS: readonly ParameterSpec[] = [
  {name: 'a.weight', kind: 'conv', shape: [2, 1, 3, 2], init: {bound: 0.5}},
  {name: 'a.bias', kind: 'vector', shape: [2], init: {constant: 0}},
  {name: 'b.weight', kind: 'dense', shape: [3, 2], init: {bound: 2}},
  {name: 'b.gain', kind: 'vector', shape: [4], init: {constant: 1}},
];
const COUNT = 12 + 2 + 6 + 4;
const count = (n: number): Float32Array => Float32Array.from({length: n}, (_, i) => i);

test('a scope joins names by dots and collects specs in order', () => {
  const {specs, scope} = createParameterScope('model');
  const inner = scope.within('enc').within('8x8_block0');
  const name = inner.declare({name: 'gain', kind: 'vector', shape: [2], init: {constant: 1}});
  scope.declare({name: 'last', kind: 'vector', shape: [1], init: {constant: 0}});
  assert.equal(name, 'model.enc.8x8_block0.gain');
  assert.deepEqual(specs.map((spec) => spec.name), [name, 'model.last']);
  assert.equal(parameterCount(specs), 3);
});

test('convolutions are stored [kh, kw, in, out], PyTorch has [out, in, kh, kw]', () => {
  const [spec] = SPECS;
  // PyTorch's element [o, i, y, 0] is 100 o + 10 i + y.
  const data = Float32Array.from({length: 12}, (_, at) => {
    const [o, i, y] = [Math.floor(at / 6), Math.floor(at / 2) % 3, at % 2];
    return 100 * o + 10 * i + y;
  });
  const arrays = new Map([['a.weight', {shape: [2, 3, 2, 1], data}]]);
  const flat = parametersFromPyTorch([spec!], arrays);
  assert.deepEqual([...flat], [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121]);
});

test('dense matrices are stored [in, out], PyTorch has [out, in]', () => {
  const spec = SPECS[2]!;
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const flat = parametersFromPyTorch([spec], new Map([['b.weight', {shape: [2, 3], data}]]));
  assert.deepEqual([...flat], [1, 4, 2, 5, 3, 6]);
});

test('to PyTorch and back gives the same vector; other arrays may be there', () => {
  assert.equal(parameterCount(SPECS), COUNT);
  const flat = count(COUNT);
  const arrays = parametersToPyTorch(SPECS, flat);
  assert.deepEqual(Object.entries(arrays).map(([name, {shape}]) => [name, shape]), [
    ['a.weight', [2, 3, 2, 1]], ['a.bias', [2]], ['b.weight', [2, 3]], ['b.gain', [4]],
  ]);
  const other = ['other', {shape: [1], data: count(1)}] as const;
  const more = new Map([...Object.entries(arrays), other]);
  assert.deepEqual(parametersFromPyTorch(SPECS, more), flat);
});

test('missing parameters and wrong shapes are named, all at once', () => {
  const arrays = new Map(Object.entries(parametersToPyTorch(SPECS, count(COUNT))));
  arrays.set('b.weight', {shape: [3, 2], data: count(6)});
  arrays.set('a.weight', {shape: [2, 3, 1], data: count(6)});
  arrays.delete('a.bias');
  arrays.delete('b.gain');
  assert.throws(() => parametersFromPyTorch(SPECS, arrays), {name: 'RangeError',
    message: 'parametersFromPyTorch: missing: a.bias, b.gain; ' +
        'a.weight has shape [2, 3, 1], expected [2, 3, 2, 1]; ' +
        'b.weight has shape [3, 2], expected [2, 3]'});
});

test('unflatten gives every parameter its part of the vector, and gradients flow back', () => {
  tf.tidy(() => {
    const weights = unflatten(SPECS, tf.tensor1d(count(COUNT)));
    assert.deepEqual(SPECS.map(({name}) => weights(name).shape), SPECS.map(({shape}) => shape));
    assert.deepEqual(weights('b.weight').arraySync(), [[14, 15], [16, 17], [18, 19]]);
    assert.throws(() => weights('c'), {message: 'unflatten: the network has no parameter c'});
    const energy = (flat: tf.Tensor): tf.Tensor =>
        tf.sum(tf.square(unflatten(SPECS, flat as tf.Tensor1D)('a.bias')));
    const gradient = tf.grad(energy)(tf.tensor1d(count(COUNT)));
    assert.deepEqual([...gradient.dataSync()],
        [...count(COUNT)].map((v, i) => i === 12 || i === 13 ? 2 * v : 0));
  });
});

test('initial values lie within their bounds, fill them, and constants are constant', () => {
  const wide: ParameterSpec[] = [
    {name: 'w', kind: 'dense', shape: [100, 100], init: {bound: 0.25}}, ...SPECS,
  ];
  const flat = assertNoLeak(() => initialParameters(wide, createRng(0)), 1);
  const values = flat.dataSync();
  const w = [...values.subarray(0, 10_000)];
  assert.ok(Math.max(...w) <= 0.25 && Math.max(...w) > 0.249);
  assert.ok(Math.min(...w) >= -0.25 && Math.min(...w) < -0.249);
  const variance = w.reduce((sum, v) => sum + v * v, 0) / w.length;
  assert.ok(Math.abs(variance / (0.25 ** 2 / 3) - 1) < 0.04, `variance ${variance}`);
  assert.deepEqual([...values.subarray(10_012, 10_014)], [0, 0]);
  assert.deepEqual([...values.subarray(-4)], [1, 1, 1, 1]);
  flat.dispose();
});

test('initial values depend on the seed and the name alone', () => {
  const draw = (specs: readonly ParameterSpec[], seed: number): number[] => {
    const flat = initialParameters(specs, createRng(seed));
    const values = [...flat.dataSync()];
    flat.dispose();
    return values;
  };
  assert.deepEqual(draw(SPECS, 1), draw(SPECS, 1));
  assert.notDeepEqual(draw(SPECS, 1), draw(SPECS, 2));
  assert.deepEqual(draw(SPECS.slice(2, 3), 1), draw(SPECS, 1).slice(14, 20));
});
