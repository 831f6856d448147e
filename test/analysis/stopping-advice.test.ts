import assert from 'node:assert/strict';
import {test} from 'node:test';
import {stoppingAdvice} from '../../src/analysis/stopping-advice';
import type {CheckpointEvidence} from '../../src/analysis/stopping-advice';
import {createRng} from '../../src/backend/rng';

const rng = createRng(0);
const offsets = Array.from({length: 30}, (_, i) => 0.2 * (i / 29 - 0.5));
/** Values of 30 images with this mean, alike at every checkpoint but for a little noise. */
function around(mean: number, step: number): number[] {
  const noise = offsets.map((_, i) => 0.05 * Math.sin(step * (i + 1)));
  const off = noise.reduce((sum, value) => sum + value, 0) / noise.length;
  return offsets.map((offset, i) => mean + offset + noise[i]! - off);
}

/** Checkpoints 10, 20, …: mean distance to D_G, mean loss, copies of 100. */
const points = (
    distances: readonly number[], losses: readonly (number | undefined)[],
    copies: readonly number[] = distances.map(() => 0)): CheckpointEvidence[] =>
  distances.map((distance, i) => {
    const [step, loss] = [10 * (i + 1), losses[i]];
    return {
      step, toGaussian: around(distance, step),
      heldOutLoss: loss === undefined ? undefined : around(loss, step + 1),
      copies: {successes: copies[i]!, count: 100},
    };
  });
const advice = (...args: Parameters<typeof points>) =>
    stoppingAdvice(points(...args), {rng, calibration: {successes: 0, count: 100}});

test('a loss that rises again: its minimum is advised, with intervals of all three', () => {
  const found = advice([3, 1, 2, 3], [3, 2, 1, 2], [0, 0, 0, 40]);
  assert.equal(found.situation, 'passed the best');
  assert.equal(found.recommended, 30);
  assert.equal(found.criterion, 'held-out loss');
  assert.deepEqual(found.closestToGaussian!.step, {estimate: 20, low: 20, high: 20});
  assert.equal(found.lowestHeldOutLoss!.step.estimate, 30);
  assert.ok(found.lowestHeldOutLoss!.depth.low > 0.9);
  assert.equal(found.firstCopies!.step, 40);
  assert.ok(found.firstCopies!.copyRatio.low > 0.3 && found.firstCopies!.above.low > 0.3);
});

test('copies at the minimum: the best step before them is advised', () => {
  const found = advice([3, 1, 2, 3], [4, 3, 2, 3], [0, 0, 20, 40]);
  assert.deepEqual([found.situation, found.recommended, found.firstCopies!.step],
      ['copies', 20, 30]);
});

test('copies at the first checkpoint leave no good step', () => {
  const found = advice([3, 1, 2], [3, 2, 1], [50, 60, 70]);
  assert.deepEqual([found.situation, found.recommended], ['copies from the beginning', 10]);
});

test('a loss that only falls: the last step, and training was too short', () => {
  const found = advice([3, 2, 1], [3, 2, 1]);
  assert.deepEqual([found.situation, found.recommended], ['still falling', 30]);
  assert.equal(found.firstCopies, undefined);
});

test('a loss that stays where it is has levelled off', () => {
  const found = advice([3, 2, 2], [3, 1, 1.005]);
  assert.deepEqual([found.situation, found.recommended], ['levelled off', 20]);
});

test('fewer than three checkpoints give no curve, but still a step', () => {
  for (const count of [1, 2]) {
    const found = advice([3, 2].slice(0, count), [3, 2].slice(0, count));
    assert.deepEqual([found.situation, found.recommended], ['too few checkpoints', 10 * count]);
    assert.equal(found.closestToGaussian ?? found.lowestHeldOutLoss, undefined);
  }
  assert.equal(advice([3, 2], [3, 2], [0, 90]).recommended, 10, 'copies count all the same');
  assert.throws(() => advice([], []),
      {name: 'RangeError', message: /expected at least one checkpoint, got none/});
});

test('without held-out images the distance to D_G decides', () => {
  const found = advice([3, 1, 2, 3], [undefined, undefined, undefined, undefined]);
  assert.deepEqual([found.criterion, found.situation, found.recommended],
      ['distance to D_G', 'passed the best', 20]);
  assert.equal(found.lowestHeldOutLoss, undefined);
});

test('copies count when they are more than held-out images show, beyond chance', () => {
  const evidence = points([3, 1, 2], [3, 2, 1], [0, 4, 5]);
  const none = stoppingAdvice(evidence, {rng});
  assert.equal(none.firstCopies!.step, 30, '4 of 100 may be chance, 5 are not');
  const real = stoppingAdvice(evidence, {rng, calibration: {successes: 5, count: 100}});
  assert.equal(real.firstCopies, undefined);
});
