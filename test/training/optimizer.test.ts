import assert from 'node:assert/strict';
import {test} from 'node:test';
import {composeOps, fusedAdamEma, useFusedOps} from '../../src/backend/fused-ops';
import {tf} from '../../src/backend/tf';
import {createRng} from '../../src/backend/rng';
import {
  adamEmaStep, adamStep, emaBetaAt, emaStep, learningRateAt,
} from '../../src/training/optimizer';
import type {AdamOptions, AdamState} from '../../src/training/optimizer';
import {assertClose, assertNoLeak} from '../helpers';

const ADAM: AdamOptions = {learningRate: 0.1, rampImages: 0, beta1: 0.9, beta2: 0.999, eps: 1e-8};
const start = (...weights: number[]): AdamState => ({
  weights: tf.tensor1d(weights), momentum: tf.zeros([weights.length]),
  variance: tf.zeros([weights.length]),
});
const counters = (step: number, batchSize: number) =>
    ({step: tf.scalar(step, 'int32'), imagesSeen: tf.scalar(step * batchSize, 'int32')});
const valuesOf = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

test('the first step moves every weight by the rate against its gradient', () => tf.tidy(() => {
  const {weights, momentum, variance} =
      adamStep(start(1, 1, 1), tf.tensor1d([5, -0.01, 0]), counters(0, 4), ADAM);
  assertClose(valuesOf(weights), [0.9, 1.1, 1], {atol: 2e-7});
  assertClose(valuesOf(momentum), [0.5, -0.001, 0], {atol: 1e-7});
  assertClose(valuesOf(variance), [0.025, 1e-7, 0], {rtol: 1e-5});
}));

test('50 steps follow the algorithm in float64, with and without warm-up', () => tf.tidy(() => {
  const rng = createRng(0);
  const gradients = Array.from({length: 50}, () => [0, 1, 2].map(() => rng.uniform() - 0.3));
  for (const rampImages of [0, 100]) {
    const options = {...ADAM, learningRate: 0.01, rampImages, eps: 1e-3};
    const [w, m, v] = [[1, -2, 0.5], [0, 0, 0], [0, 0, 0]];
    let state = start(...w);
    gradients.forEach((g, step) => {
      const rate = rampImages === 0 ? 0.01 : 0.01 * Math.min(step * 4 / rampImages, 1);
      for (let i = 0; i < 3; i++) {
        m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
        v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2;
        const [mHat, vHat] = [m[i]! / (1 - 0.9 ** (step + 1)), v[i]! / (1 - 0.999 ** (step + 1))];
        w[i]! -= rate * mHat / (Math.sqrt(vHat) + 1e-3);
      }
      state = adamStep(state, tf.tensor1d(g), counters(step, 4), options);
    });
    assertClose(valuesOf(state.weights), w, {atol: 4e-6, what: `ramp ${rampImages}`});
    assertClose(valuesOf(state.momentum), m, {atol: 1e-7});
    assertClose(valuesOf(state.variance), v, {rtol: 1e-5});
  }
}));

test('with a warm-up the first step has rate 0, and the rate ends at the full one', () => {
  tf.tidy(() => {
    const options = {...ADAM, rampImages: 10};
    const moved = (step: number): number => {
      const {weights} = adamStep(start(0), tf.tensor1d([1]), {
        step: tf.scalar(0, 'int32'), imagesSeen: tf.scalar(step * 4, 'int32'),
      }, options);
      return -weights.dataSync()[0]!;
    };
    assertClose([0, 1, 2, 3, 100].map(moved), [0, 0.04, 0.08, 0.1, 0.1], {atol: 2e-6});
  });
});

test('the rate rises in proportion to the images seen, without a warm-up it is there at once', () => {
  const options = {...ADAM, rampImages: 20};
  assertClose([0, 5, 20, 100].map((seen) => learningRateAt(seen, options)),
      [0, 0.025, 0.1, 0.1], {rtol: 1e-15});
  assert.equal(learningRateAt(0, ADAM), 0.1);
});

test('the average copies the first weights and then forgets by half every half-life', () => {
  tf.tidy(() => {
    const ema = {halfLifeImages: 40, rampRatio: null};
    const average = (from: tf.Tensor1D, steps: number): tf.Tensor1D => {
      let value = from;
      for (let step = 0; step < steps; step++) {
        value = emaStep(value, tf.tensor1d([0]), tf.scalar(1000 + step * 4, 'int32'), 4, ema);
      }
      return value;
    };
    assertClose(valuesOf(average(tf.tensor1d([8]), 10)), [4], {rtol: 1e-6});
    assertClose(valuesOf(average(tf.tensor1d([8]), 30)), [1], {rtol: 1e-6});
    const ramped = {halfLifeImages: 40, rampRatio: 0.05};
    const first = emaStep(tf.tensor1d([8]), tf.tensor1d([3]), tf.scalar(0, 'int32'), 4, ramped);
    assert.deepEqual(valuesOf(first), [3]);
  });
});

test('with a ramp-up the half-life is a share of the images seen, up to its limit', () => {
  tf.tidy(() => {
    const ema = {halfLifeImages: 40, rampRatio: 0.5};
    const [one, zero] = [tf.tensor1d([1]), tf.tensor1d([0])];
    const kept = (seen: number): number =>
        emaStep(one, zero, tf.scalar(seen, 'int32'), 4, ema).dataSync()[0]!;
    const halfLives = [8, 40, 80, 1000].map((seen) => Math.min(seen * 0.5, 40));
    assertClose([8, 40, 80, 1000].map(kept), halfLives.map((h) => 0.5 ** (4 / h)), {rtol: 1e-6});
    assertClose([8, 40, 80, 1000].map((seen) => emaBetaAt(seen, 4, ema)),
        halfLives.map((h) => 0.5 ** (4 / h)), {rtol: 1e-15});
    assert.equal(emaBetaAt(0, 4, ema), 0);
    assert.equal(emaBetaAt(0, 4, {...ema, rampRatio: null}), 0.5 ** 0.1);
  });
});

test('a half-life of 0 keeps nothing', () => tf.tidy(() => {
  const average = emaStep(tf.tensor1d([1]), tf.tensor1d([2]), tf.scalar(100, 'int32'), 4,
      {halfLifeImages: 0, rampRatio: null});
  assert.deepEqual(valuesOf(average), [2]);
}));

test('Adam leaves its three tensors, the average one', () => {
  const [state, gradient, at] = [start(1, 2), tf.tensor1d([1, 1]), counters(3, 4)];
  const next = assertNoLeak(() => adamStep(state, gradient, at, {...ADAM, rampImages: 100}), 3);
  const ema = {halfLifeImages: 10, rampRatio: 0.05};
  const average = assertNoLeak(
      () => emaStep(state.weights, next.weights, at.imagesSeen, 4, ema), 1);
  tf.dispose([average, gradient]);
  tf.dispose([state, next, at].flatMap((tensors) => Object.values(tensors)));
});

test('the fused step is Adam\'s step and then the average\'s', () => tf.tidy(() => {
  assert.ok(useFusedOps());
  const size = 1003; // No whole number of vectors.
  const rng = createRng(1);
  const vector = (label: string): tf.Tensor1D =>
    tf.tensor1d(Float32Array.from({length: size}, (_, i) => rng.fork(`${label} ${i}`).uniform()));
  const state = {
    weights: vector('w'), momentum: vector('m'), variance: vector('v'), average: vector('a'),
  };
  const options = {
    batchSize: 4, adam: {...ADAM, rampImages: 100}, ema: {halfLifeImages: 40, rampRatio: 0.05},
  };
  for (const step of [0, 1, 1000]) {
    const run = () => adamEmaStep(state, vector('g'), counters(step, 4), options);
    const [fused, composed] = [run(), composeOps(run)];
    for (const key of ['weights', 'momentum', 'variance', 'average'] as const) {
      assertClose(fused[key].dataSync(), composed[key].dataSync(),
          // Steps move these weights by up to 3: a few roundings of that.
          {rtol: 1e-6, atol: 4e-6, what: `${key} at step ${step}`});
    }
  }
}));

test('the fused step refuses vectors of other sizes, and a scalar that is none', () => tf.tidy(() => {
  const [p, q, one] = [tf.zeros([4]), tf.zeros([5]), tf.scalar(1)];
  const options = {beta1: 0.9, beta2: 0.999, eps: 1e-8};
  assert.throws(() => fusedAdamEma([p, p, q, p, p], [one, one, one], options),
      /expected five vectors of one shape, got \[4\] and \[5\]/);
  assert.throws(() => fusedAdamEma([p, p, p, p, p], [one, q, one], options),
      /expected a scalar as input 6, got shape \[5\]/);
}));
