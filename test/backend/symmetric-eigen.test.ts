import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import * as path from 'node:path';
import {test} from 'node:test';
import {matmul64, matrix64} from '../../src/backend/float64';
import type {Matrix64} from '../../src/backend/float64';
import {composeOps, useFusedOps} from '../../src/backend/fused-ops';
import {lapackConfig, useLapack} from '../../src/backend/lapack';
import {symmetricEigen64, symmetricEigen64Async} from '../../src/backend/symmetric-eigen';
import {assertNoHandleLeak} from '../handles';
import {assertClose} from '../helpers';
import {randomSymmetric} from './random-matrix';

/** LAPACK, which this set-up has brought, and TensorFlow's own op. */
const forms = {
  lapack: symmetricEigen64,
  tensorflow: (matrix: Matrix64) => composeOps(() => symmetricEigen64(matrix)),
};

/** What TensorFlow's op does not do: not on a GPU, nor with HIDDEN_GAUSSIAN_NATIVE=0. */
const WITH_LAPACK = {skip: !useLapack()};

/** U diag(l) Uᵀ. */
function compose(values: Float64Array, vectors: Matrix64): Matrix64 {
  const n = values.length;
  const scaled = matrix64(n, n, vectors.data.map((v, at) => v * values[at % n]!));
  return matmul64(scaled, vectors, {transposeB: true});
}

test('the set-up brings LAPACK, which says what it is', {skip: !useFusedOps()}, () => {
  assert.ok(useLapack());
  assert.equal(composeOps(useLapack), false);
  assert.match(lapackConfig(), /^OpenBLAS 0\.3\.\d+.* USE64BITINT /);
});

for (const [form, eigen] of Object.entries(forms)) {
  test(`${form}: eigenvalues in falling order and unit columns`, () => {
    const {values, vectors} = assertNoHandleLeak(() => eigen(matrix64(2, 2, [2, 1, 1, 2])));
    assertClose(values, [3, 1], {atol: 1e-14});
    assertClose(vectors.data.map(Math.abs), new Array(4).fill(Math.SQRT1_2), {atol: 1e-14});
    assert.ok(vectors.data[0]! * vectors.data[2]! > 0, 'the first is (1, 1)');
  });

  test(`${form}: a single value, zeros, and equal eigenvalues`, () => {
    const one = eigen(matrix64(1, 1, [-4]));
    assert.deepEqual([...one.values, Math.abs(one.vectors.data[0]!)], [-4, 1]);
    assert.deepEqual([...eigen(matrix64(3, 3)).values], [0, 0, 0]);
    const {values, vectors} = eigen(matrix64(3, 3, [2, 0, 0, 0, 2, 0, 0, 0, 2]));
    assert.deepEqual([...values], [2, 2, 2]);
    assertClose(matmul64(vectors, vectors, {transposeA: true}).data, [1, 0, 0, 0, 1, 0, 0, 0, 1],
        {atol: 1e-15});
  });

  test(`${form}: eigenvalues from 1e-9 to 1 are found to 1e-14`, () => {
    const {vectors} = eigen(randomSymmetric(20, 1));
    const chosen = Float64Array.from({length: 20}, (_, i) => 10 ** (-9 * i / 19));
    assertClose(eigen(compose(chosen, vectors)).values, chosen, {atol: 1e-14});
  });
}

test('both forms rebuild a matrix of 150 rows, from orthonormal vectors, to 1e-12', () => {
  const matrix = randomSymmetric(150, 2);
  const found = Object.values(forms).map((eigen) => eigen(matrix));
  for (const {values, vectors} of found) {
    assertClose(compose(values, vectors).data, matrix.data, {atol: 1e-12});
    const unit = matmul64(vectors, vectors, {transposeA: true}).data;
    assertClose(unit, unit.map((_, at) => at % 151 === 0 ? 1 : 0), {atol: 1e-12});
  }
  assertClose(found[0]!.values, found[1]!.values, {atol: 1e-12});
});

test('the matrix is left as it is, unless its memory may be used', WITH_LAPACK, () => {
  const matrix = randomSymmetric(8, 3);
  const before = matrix.data.slice();
  const {vectors} = symmetricEigen64(matrix);
  assert.deepEqual(matrix.data, before);
  const again = symmetricEigen64(matrix, {overwrite: true});
  assert.equal(again.vectors.data, matrix.data);
  assert.deepEqual(again.vectors.data, vectors.data);
});

test('the asynchronous form gives the same bytes, and timers go on', WITH_LAPACK, async () => {
  const matrix = randomSymmetric(700, 4);
  const expected = symmetricEigen64(matrix);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const {values, vectors} = await symmetricEigen64Async(matrix);
  clearInterval(timer);
  assert.ok(ticks > 0);
  assert.deepEqual(values, expected.values);
  assert.deepEqual(vectors.data, expected.vectors.data);
});

test('a process may end while eigenvectors are computed, and afterwards', () => {
  const modules = path.resolve(__dirname, '../../src/backend');
  const program = (end: string): string => `
    const {matrix64} = require(${JSON.stringify(path.join(modules, 'float64'))});
    const {symmetricEigen64Async} =
        require(${JSON.stringify(path.join(modules, 'symmetric-eigen'))});
    const n = 900;
    const data = Float64Array.from({length: n * n}, (_, at) =>
      Math.exp(-Math.abs(Math.floor(at / n) - at % n) / 9));
    const running = symmetricEigen64Async(matrix64(n, n, data));
    ${end}`;
  for (const end of ['process.exit(7);', 'running.then(() => process.exit(7));']) {
    const {status, signal} = spawnSync(process.execPath, ['-e', program(end)], {timeout: 60_000});
    assert.deepEqual([status, signal], [7, null], end);
  }
});

test('matrices that are not square, finite and symmetric are named', async () => {
  assert.throws(() => symmetricEigen64(matrix64(2, 3)),
      {message: 'symmetricEigen64: expected a square matrix, got 2 x 3'});
  assert.throws(() => symmetricEigen64(matrix64(2, 2, [1, 0, NaN, 1])),
      {message: 'symmetricEigen64: expected finite values, got NaN at row 1, column 0'});
  const message = 'symmetricEigen64: expected a symmetric matrix, got 2 at row 0, column 1 and 3 ' +
      'at row 1, column 0';
  const crooked = matrix64(2, 2, [1, 2, 3, 1]);
  assert.throws(() => symmetricEigen64(crooked), {name: 'RangeError', message});
  await assert.rejects(symmetricEigen64Async(crooked), {message});
});
