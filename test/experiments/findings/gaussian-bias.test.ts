import assert from 'node:assert/strict';
import test from 'node:test';
import {
  controlFinding, directionFinding, distanceFinding, nearGaussianFinding, relativeFinding,
  spectrumFinding, structureFinding,
} from '../../../src/experiments/findings/gaussian-bias';
import {distance, interval} from './helpers';

const near = distance([[80, 0.01], [1.5, 0.02], [0.002, 0.001]]);
const mixed = distance([[80, 0.13], [1.5, 0.045], [0.002, 0.001]]);
const far = distance([[80, 0.13], [1.5, 0.2], [0.002, 0.06]]);

test('the network is said to be nearer where the paired difference is clear', () => {
  const gaps = [0.1, 0.005, -0.05].map((gap, i) =>
    ({sigma: i, rmse: interval(gap), nmse: interval(gap)}));
  assert.equal(distanceFinding({n: 60000, toLinear: far, gaps}),
      'The network of N = 60,000 leaves its linear fit most at σ = 1.5, by RMSE 0.20 ' +
      '[0.19, 0.21]; it is clearly nearer to D<sub>G</sub> at 1 and to D<sub>M</sub> at 1 of 3 ' +
      'noise levels');
});

test('the relative error is the largest of each kind of input', () => assert.equal(
    relativeFinding({n: 64, heldOut: far, trajectory: near}),
    'Relative to its output, the network of N = 64 differs from D<sub>L</sub> by at most NMSE ' +
    '0.020 [0.019, 0.021] on held-out images (σ = 1.5) and 0.0020 [0.0010, 0.0030] on its own ' +
    'trajectory (σ = 1.5)'));

test('the linear fit is the Gaussian everywhere, somewhere or nowhere, by the first network', () => {
  const make = (first: typeof near): string =>
    nearGaussianFinding([{n: 60000, distance: first}, {n: 64, distance: far}]);
  assert.equal(make(near), 'The linear fit is nearly the Gaussian (RMSE below 0.05) at every ' +
      'noise level: 3 of 3 noise levels for N = 60,000, 0 of 3 noise levels for N = 64');
  // 0.045 is below the bound, its interval is not.
  assert.match(make(mixed), /at some noise levels only: 1 of 3 noise levels for N = 60,000/);
  assert.match(make(far), /at no noise level: 0 of 3/);
});

test('directions are those of the data only when the interval says so', () => {
  const make = (overlap: number): string =>
    directionFinding(10, [{n: 60000, overlap: interval(overlap)}]);
  assert.match(make(0.9), /^The first 10 directions of W<sub>L<\/sub> are those of the principal/);
  assert.match(make(0.805), /are only partly those .*: overlap 0\.81 \[0\.80, 0\.82\] for N = 60,000/);
});

test('the control says whether even the multi-delta denoiser has a Gaussian fit', () => {
  const numbers = {deltaOnHeldOut: 1.3, deltaResidual: 0.24, networkResidual: 0.17};
  assert.match(controlFinding({deltaOnTraining: 0.03, ...numbers}),
      /^Even D<sub>M<\/sub> has nearly .*W 0\.030 on its .*, 1\.3 on .*; largest residual 0\.24 against 0\.17/);
  assert.match(controlFinding({deltaOnTraining: 0.5, ...numbers}),
      /^The linear fit of D<sub>M<\/sub> is not the Gaussian here/);
});

test('structure is shared when both correlations are above chance', () => {
  const make = (gaussian: number): string => structureFinding(
      {linear: interval(0.6), gaussian: interval(gaussian), copyRatio: interval(0.93)});
  assert.equal(make(0.5), 'Images from the same noise share their structure: correlation with ' +
      'the network’s +0.60 [0.59, 0.61] (D<sub>L</sub>) and +0.50 [0.49, 0.51] (D<sub>G</sub>) ' +
      'above chance; D<sub>M</sub> copies training images in 93 %');
  assert.match(make(0.005), /do not clearly share/);
});

test('the spectrum is summed up by the components of 90 % of the variance, and its rank', () => {
  assert.equal(spectrumFinding({eigenvalues: [8, 1, 0.5, 0.5, 0], rank: 4}),
      '2 of 5 principal components hold 90 % of the variance of the training images; beyond 4 ' +
      'there is none');
  assert.doesNotMatch(spectrumFinding({eigenvalues: [1, 1], rank: 2}), /beyond/);
});
