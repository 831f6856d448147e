import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  basisOverlap, leftSingularVectors, principalBasis, weightNmse,
} from '../../src/analysis/spectra';
import {matmul64, matrix64} from '../../src/backend/float64';
import {symmetricEigen64} from '../../src/backend/symmetric-eigen';
import type {Matrix64} from '../../src/backend/float64';
import {createRng} from '../../src/backend/rng';
import {tf} from '../../src/backend/tf';
import {wienerWeights} from '../../src/denoisers/gaussian';
import {gaussianStats} from '../../src/denoisers/gaussian-stats';
import {assertClose} from '../helpers';
import {byteImages} from './fixtures';

/** A random rotation of D dimensions. */
function rotation(D: number, seed: number): Matrix64 {
  const rng = createRng(seed);
  const symmetric = matrix64(D, D);
  for (let r = 0; r < D; r++) {
    for (let c = 0; c <= r; c++) {
      symmetric.data[r * D + c] = symmetric.data[c * D + r] = rng.uniform() - 0.5;
    }
  }
  return symmetricEigen64(symmetric).vectors;
}

/** U diag(values) Vᵀ. */
function compose(U: Matrix64, values: number[], V: Matrix64): Matrix64 {
  const scaled = U.data.map((u, at) => u * values[at % U.cols]!);
  return matmul64(matrix64(U.rows, U.cols, scaled), V, {transposeB: true});
}

test('weightNmse is the squared Frobenius distance over the squared norm', () => {
  assert.equal(weightNmse([3, 0, 0, 4], [3, 0, 0, 4]), 0);
  assert.equal(weightNmse([0, 0, 0, 0], [3, 0, 0, 4]), 1);
  assert.equal(weightNmse([3, 0, 5, 4], [3, 0, 0, 4]), 1);
  assert.throws(() => weightNmse([1], [1, 2]), {name: 'RangeError', message: /2 weights.*got 1/});
  assert.throws(() => weightNmse([1], [0]), {name: 'RangeError', message: /other than zero/});
});

test('leftSingularVectors recovers U and the singular values of U S Vᵀ', () => {
  const D = 12;
  const values = Array.from({length: D}, (_, i) => 2 ** -i);
  const U = rotation(D, 1);
  const found = leftSingularVectors(compose(U, values, rotation(D, 2)).data, 6);
  assertClose(found.values, values.slice(0, 6), {rtol: 1e-10});
  for (let i = 0; i < 6; i++) {
    let dot = 0;
    for (let r = 0; r < D; r++) dot += U.data[r * D + i]! * found.vectors.data[r * 6 + i]!;
    assertClose([Math.abs(dot)], [1], {atol: 1e-10, what: `vector ${i}`});
  }
});

test('principalBasis of a data set matches the singular vectors of its Wiener filter', () => {
  const stats = gaussianStats(byteImages(40, [3, 3, 1], createRng(0)));
  const before = tf.memory().numTensors;
  const principal = principalBasis(stats, 0.3, 5);
  const found = leftSingularVectors(wienerWeights(stats, 0.3).weight, 5);
  const {overlap, subspace} = basisOverlap(found, principal);
  assert.equal(tf.memory().numTensors, before);
  assertClose(found.values, principal.values, {rtol: 1e-12});
  overlap.forEach((row, i) =>
    assertClose(row, row.map((_, j) => i === j ? 1 : 0), {atol: 1e-9}));
  assertClose(subspace, [1, 1, 1, 1, 1], {atol: 1e-12});
});

test('basisOverlap of a rotated plane has the cosines of the angle', () => {
  const angle = 0.4;
  const values = Float64Array.of(2, 1);
  const plane = (turn: number) => ({values, vectors: matrix64(3, 2,
      [Math.cos(turn), -Math.sin(turn), Math.sin(turn), Math.cos(turn), 0, 0])});
  const {overlap, subspace, nearlyDegenerate} = basisOverlap(plane(0), plane(angle));
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  assertClose(overlap.flat(), [c, s, s, c], {atol: 1e-14});
  assertClose(subspace, [c * c, 1], {atol: 1e-14, what: 'within the plane only the first turns'});
  assert.deepEqual(nearlyDegenerate, []);
});

test('basisOverlap of unrelated subspaces is m / D on average', () => {
  const D = 60;
  const basis = (seed: number) =>
    leftSingularVectors(compose(rotation(D, seed), new Array(D).fill(1).map((_, i) => 1 / (i + 1)),
        rotation(D, seed + 100)).data, 30);
  const {subspace} = basisOverlap(basis(1), basis(2));
  assert.ok(Math.abs(subspace[29]! - 0.5) < 0.05, `${subspace[29]}`);
});

test('basisOverlap notes singular values that are nearly equal in either matrix', () => {
  const eye = matrix64(4, 4, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  const a = {values: Float64Array.of(1, 0.999, 0.5, 0.2), vectors: eye};
  const b = {values: Float64Array.of(1, 0.8, 0, 0), vectors: eye};
  assert.deepEqual(basisOverlap(a, b).nearlyDegenerate, [0, 2]);
  assert.deepEqual(basisOverlap(a, b, {tolerance: 1e-4}).nearlyDegenerate, [2]);
});

test('spectra functions say what they expected', () => {
  const throws = (body: () => unknown, message: RegExp): void =>
    assert.throws(body, {name: 'RangeError', message});
  throws(() => leftSingularVectors([1, 2, 3], 1), /square matrix, got 3/);
  throws(() => leftSingularVectors([1, 2, 3, 4], 3), /k <= 2, the number of pixels, got 3/);
  const stats = gaussianStats(byteImages(4, [2, 2, 1], createRng(0)));
  throws(() => principalBasis(stats, 0, 1), /> 0, got 0/);
  throws(() => principalBasis(gaussianStats(byteImages(2, [2, 2, 1], createRng(0))), 1, 2),
      /k <= 1, the number of directions in which the 2 images vary, got 2/);
  throws(() => basisOverlap(principalBasis(stats, 1, 2), principalBasis(stats, 1, 3)),
      /2 vectors of 4 values in both, got 3 of 4/);
});
