import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {GaussianStats} from '../../src/denoisers/gaussian-stats';
import {gaussianPath} from '../../src/sampling/gaussian-path';
import {assertNoHandleLeak} from '../handles';
import {assertClose} from '../helpers';

const axes: GaussianStats = {
  imageShape: [1, 2, 1], count: 9, rank: 1,
  mean: Float64Array.of(1, 0), covariance: Float64Array.of(3, 0, 0, 0),
  eigenvectors: Float64Array.of(1, 0, 0, 1), eigenvalues: Float64Array.of(3, 0),
};

test('gaussianPath scales each component by sqrt((sigma_t² + l) / (sigma_T² + l))', () => {
  const {states, sigmas, count} =
      assertNoHandleLeak(() => gaussianPath(axes, Float64Array.of(1, 1, 2, -1), [3, 1, 0]));
  assert.deepEqual([...sigmas], [3, 1, 0]);
  assert.equal(count, 2);
  assertClose(states[0]!, [3, 3, 6, -3], {atol: 1e-14});
  const [half, end] = [Math.sqrt(4 / 12), Math.sqrt(3 / 12)];
  assertClose(states[1]!, [1 + half * 2, 1, 1 + half * 5, -1], {atol: 1e-14});
  assertClose(states[2]!, [1 + end * 2, 0, 1 + end * 5, 0], {atol: 1e-14});
});

test('gaussianPath shrinks directions without an eigenvector like those of variance 0', () => {
  const short = {...axes, eigenvectors: Float64Array.of(1, 0), eigenvalues: Float64Array.of(3)};
  const noise = Float64Array.of(1, 1, 2, -1);
  const [a, b] = [axes, short].map((each) => gaussianPath(each, noise, [3, 1, 0.2, 0]).states);
  a!.forEach((state, k) => assertClose(b![k]!, state, {atol: 1e-15, what: `state ${k}`}));
});

test('bad noise and schedules are named', () => {
  assert.throws(() => gaussianPath(axes, new Float32Array(3), [1, 0]),
      /gaussianPath: expected noise of whole images of shape \[1, 2, 1\] .* got 3 values/);
  assert.throws(() => gaussianPath(axes, new Float32Array(2), [1, 0.5]),
      {message: 'gaussianPath: expected a schedule that ends with 0, got 0.5'});
});
