import assert from 'node:assert/strict';
import {test} from 'node:test';
import {matmul64, matrix64} from '../../src/backend/float64';
import {composeOps} from '../../src/backend/fused-ops';
import {solveSpd64} from '../../src/backend/solve-spd';
import {assertNoHandleLeak, handleCount} from '../handles';
import {assertClose} from '../helpers';
import {randomMatrix} from './random-matrix';

/** LAPACK, and TensorFlow's own ops. */
const forms = {
  lapack: solveSpd64,
  tensorflow: (...args: Parameters<typeof solveSpd64>) => composeOps(() => solveSpd64(...args)),
};

for (const [form, solve] of Object.entries(forms)) {
  test(`${form}: solveSpd64 solves X a = b to 1e-12 and reports the smallest pivot`, () => {
    const factor = randomMatrix(12, 30, 2);
    const a = matmul64(factor, factor, {transposeB: true});
    const x = randomMatrix(3, 12, 3);
    const b = matmul64(x, a);
    const before = [a, b].map(({data}) => data.slice());
    const solved = assertNoHandleLeak(() => solve(a, b))!;
    assert.deepEqual([solved.solution.rows, solved.solution.cols], [3, 12]);
    assertClose(solved.solution.data, x.data, {atol: 1e-12});
    assert.ok(solved.smallestPivot > 0.01 && solved.smallestPivot <= 1);
    assert.deepEqual([a, b].map(({data}) => data), before);
    assertClose(solve(a, b, {overwrite: true})!.solution.data, x.data, {atol: 1e-12});
    assert.deepEqual(b.data, before[1]);
  });

  test(`${form}: a correlation of 0.6 leaves a pivot of 1 - 0.6²`, () => {
    const [a, b] = [matrix64(2, 2, [1, 0.6, 0.6, 1]), matrix64(1, 2, [1, 1])];
    const solved = solve(a, b)!;
    assertClose([solved.smallestPivot], [0.64], {atol: 1e-15});
    assertClose(solved.solution.data, [0.625, 0.625], {atol: 1e-15});
    assert.notEqual(solve(a, b, {minPivot: 0.6}), undefined);
    assert.equal(solve(a, b, {minPivot: 0.7}), undefined);
  });

  test(`${form}: a matrix that is not positive definite gives undefined`, () => {
    const before = handleCount();
    assert.equal(solve(matrix64(2, 2, [1, 2, 2, 1]), matrix64(1, 2, [1, 1])), undefined);
    assert.equal(solve(matrix64(2, 2), matrix64(1, 2, [1, 1])), undefined);
    assert.equal(handleCount(), before);
  });
}

test('wrong sizes and values are named', () => {
  assert.throws(() => solveSpd64(matrix64(2, 2), matrix64(1, 3)),
      {message: 'solveSpd64: expected `b` to have 2 columns like `a`, got 3'});
  assert.throws(() => solveSpd64(matrix64(1, 1, [Infinity]), matrix64(1, 1)),
      {message: 'solveSpd64: expected finite values, got Infinity at row 0, column 0'});
});
