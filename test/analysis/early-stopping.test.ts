import assert from 'node:assert/strict';
import {test} from 'node:test';
import {earlyStopping} from '../../src/analysis/early-stopping';
import type {CurveStep} from '../../src/analysis/early-stopping';
import {createRng} from '../../src/backend/rng';
import type {Rng} from '../../src/types';

const STEPS = [1, 10, 30, 100, 300, 1000];

/** A curve with these means, with noise shared by the steps and noise of their own. */
function curveOf(means: number[], rng: Rng, count = 40): CurveStep[] {
  const shared = Array.from({length: count}, () => rng.uniform());
  return means.map((mean, k) => (
    {step: STEPS[k]!, values: shared.map((s) => mean + s + 0.2 * (rng.uniform() - 0.5))}));
}

test('earlyStopping finds the minimum of a U and measures both of its arms', () => {
  const curve = curveOf([1, 0.6, 0.3, 0.35, 0.5, 0.7], createRng(0));
  const result = earlyStopping(curve, {rng: createRng(0)});
  assert.equal(result.step.estimate, 30);
  assert.ok(result.step.low >= 30 && result.step.high <= 100);
  assert.ok(result.descent.low < 0.7 && 0.7 < result.descent.high);
  assert.ok(result.depth.low < 0.4 && 0.4 < result.depth.high);
  assert.ok(Math.abs(result.minimum.estimate - 0.8) < 0.15, 'mean .3 and shared noise of mean .5');
  assert.equal(result.uShaped, true);
});

test('earlyStopping sees no U in a curve that only falls or only rises', () => {
  const falling = earlyStopping(curveOf([6, 5, 4, 3, 2, 1], createRng(0)), {rng: createRng(0)});
  assert.deepEqual(
      [falling.step.estimate, falling.depth.estimate, falling.uShaped], [1000, 0, false]);
  const rising = earlyStopping(curveOf([1, 2, 3, 4, 5, 6], createRng(0)), {rng: createRng(0)});
  assert.deepEqual([rising.step.estimate, rising.descent.estimate, rising.uShaped], [1, 0, false]);
});

test('earlyStopping is not fooled by noise: a plateau has no depth, but for one in twenty', () => {
  let claimed = 0;
  for (let r = 0; r < 200; r++) {
    const curve = curveOf([1, 0, 0, 0, 0, 0], createRng(r));
    claimed += earlyStopping(curve, {rng: createRng(r), resamples: 200}).uShaped ? 1 : 0;
  }
  assert.ok(claimed <= 20, `${claimed} of 200`);
});

test('earlyStopping tells how uncertain a flat minimum is', () => {
  const curve = curveOf([1, 0.01, 0, 0.01, 0.02, 1], createRng(2));
  const {step, uShaped} = earlyStopping(curve, {rng: createRng(0)});
  assert.ok(step.low < step.high, `[${step.low}, ${step.high}]`);
  assert.equal(uShaped, true);
});

test('earlyStopping is the same for the same seed', () => {
  const curve = curveOf([1, 0.6, 0.3, 0.35, 0.5, 0.7], createRng(0));
  assert.deepEqual(
      earlyStopping(curve, {rng: createRng(5)}), earlyStopping(curve, {rng: createRng(5)}));
});

test('earlyStopping says what it expected', () => {
  const rng = createRng(0);
  const step = (at: number, count = 4): CurveStep =>
    ({step: at, values: new Array(count).fill(at)});
  const throws = (curve: CurveStep[], message: RegExp): void =>
    assert.throws(() => earlyStopping(curve, {rng}), {name: 'RangeError', message});
  throws([step(1), step(2)], /at least 3 checkpoints, got 2/);
  throws([step(1), step(3), step(2)], /increasing steps, got 2 after 3/);
  throws([step(1), step(2), step(3, 5)], /4 values at every step, got 5 at step 3/);
  throws([step(1, 3), step(2, 3), step(3, 3)], /`samples`.*>= 4, got 3/);
});
