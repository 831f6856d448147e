import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  matmul64, matrix64, solveSpd64, symmetricEigen64, transpose64,
} from '../../src/backend/float64';
import type {Matrix64} from '../../src/backend/float64';
import {createRng} from '../../src/backend/rng';
import {assertNoHandleLeak, handleCount} from '../handles';
import {assertClose} from '../helpers';

function randomMatrix(rows: number, cols: number, seed: number): Matrix64 {
  const rng = createRng(seed);
  return matrix64(rows, cols, Float64Array.from({length: rows * cols}, () => rng.uniform() - 0.5));
}

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

test('symmetricEigen64 gives eigenvalues in falling order and unit columns', () => {
  const {values, vectors} =
      assertNoHandleLeak(() => symmetricEigen64(matrix64(2, 2, [2, 1, 1, 2])));
  assertClose(values, [3, 1], {atol: 1e-14});
  assertClose(vectors.data.map(Math.abs), new Array(4).fill(Math.SQRT1_2), {atol: 1e-14});
  assert.ok(vectors.data[0]! * vectors.data[2]! > 0, 'the first is (1, 1)');
});

test('symmetricEigen64 finds eigenvalues from 1e-9 to 1 to 1e-14', () => {
  const {vectors} = symmetricEigen64(matmul64(
      randomMatrix(20, 20, 1), randomMatrix(20, 20, 1), {transposeB: true}));
  const chosen = Float64Array.from({length: 20}, (_, i) => 10 ** (-9 * i / 19));
  const scaled = matrix64(20, 20, vectors.data.map((v, at) => v * chosen[at % 20]!));
  const again = symmetricEigen64(matmul64(scaled, vectors, {transposeB: true}));
  assertClose(again.values, chosen, {atol: 1e-14});
});

test('solveSpd64 solves to 1e-12 and reports the smallest pivot', () => {
  const factor = randomMatrix(12, 30, 2);
  const a = matmul64(factor, factor, {transposeB: true});
  const x = randomMatrix(12, 3, 3);
  const solved = assertNoHandleLeak(() => solveSpd64(a, matmul64(a, x)))!;
  assertClose(solved.solution.data, x.data, {atol: 1e-12});
  assert.ok(solved.smallestPivot > 0.01 && solved.smallestPivot <= 1);
  assertClose([solveSpd64(matrix64(2, 2, [1, 0.6, 0.6, 1]), matrix64(2, 1))!.smallestPivot],
      [0.64], {atol: 1e-15}); // 1 - 0.6²
});

test('solveSpd64 returns undefined for a matrix that is not positive definite', () => {
  const before = handleCount();
  assert.equal(solveSpd64(matrix64(2, 2, [1, 2, 2, 1]), matrix64(2, 1, [1, 1])), undefined);
  assert.equal(solveSpd64(matrix64(2, 2), matrix64(2, 1, [1, 1])), undefined);
  assert.equal(handleCount(), before);
});

test('wrong sizes and values are named', () => {
  assert.throws(() => matrix64(2, 2, [1]),
      {name: 'RangeError', message: 'matrix64: expected 4 values for 2 x 2, got 1'});
  assert.throws(() => matmul64(matrix64(2, 3), matrix64(2, 3)),
      {message: 'matmul64: expected inner sizes to agree, got 2 x 3 times 2 x 3'});
  assert.throws(() => symmetricEigen64(matrix64(2, 3)),
      {message: 'symmetricEigen64: expected a square matrix, got 2 x 3'});
  assert.throws(() => symmetricEigen64(matrix64(2, 2, [1, 0, NaN, 1])),
      {message: 'symmetricEigen64: expected finite values, got NaN at row 1, column 0'});
  assert.throws(() => solveSpd64(matrix64(2, 2), matrix64(3, 1)),
      {message: 'solveSpd64: expected `b` to have 2 rows like `a`, got 3'});
});
