import assert from 'node:assert/strict';
import {test} from 'node:test';
import {matmul64, matrix64, transpose64} from '../../src/backend/float64';
import {assertNoHandleLeak} from '../handles';

test('matmul64 multiplies, with each factor transposed on request', () => {
  const [a, b] = [matrix64(2, 3, [1, 2, 3, 4, 5, 6]), matrix64(3, 2, [1, 0, 0, 1, 1, 1])];
  const expected = [4, 5, 10, 11];
  assert.deepEqual([...assertNoHandleLeak(() => matmul64(a, b)).data], expected);
  assert.deepEqual([...matmul64(transpose64(a), b, {transposeA: true}).data], expected);
  assert.deepEqual([...matmul64(a, transpose64(b), {transposeB: true}).data], expected);
});

test('matmul64 keeps what float32 would lose', () => {
  const {data} = matmul64(matrix64(1, 3, [1e7, 1, -1e7]), matrix64(3, 1, [1e7, 1, 1e7]));
  assert.equal(data[0], 1);
});

test('wrong sizes are named', () => {
  assert.throws(() => matrix64(2, 2, [1]),
      {name: 'RangeError', message: 'matrix64: expected 4 values for 2 x 2, got 1'});
  assert.throws(() => matmul64(matrix64(2, 3), matrix64(2, 3)),
      {message: 'matmul64: expected inner sizes to agree, got 2 x 3 times 2 x 3'});
});
