import assert from 'node:assert/strict';
import test from 'node:test';
import {
  likenessFinding, lossFinding, sizeFinding, stoppedCopiesFinding, stoppingFinding, widthFinding,
} from '../../../src/experiments/findings/capacity';
import {interval, trend} from './helpers';

test('the order of widths is told for both stretches of noise', () => {
  const make = (middle: number, high: number): string => widthFinding({widths: [4, 16],
    middle: trend(interval(middle, 0.002)), high: trend(interval(high, 0.002))});
  assert.equal(make(0.009, -0.012), 'Wider networks are farther from D<sub>G</sub> for σ from 0.4 ' +
      'to 2 (RMSE +0.0090 [0.0070, 0.0110] from width 4 to 16) and nearer to it for σ above 9 ' +
      '(NMSE −0.012 [−0.014, −0.010])');
  assert.match(make(0, 0.012), /are not clearly nearer to or farther from D.* and farther from it/);
});

test('the effect of N is told as it is', () => {
  const make = (middle: number): string =>
    sizeFinding({sizes: [64, 60000], middle: trend(interval(middle))});
  assert.match(make(-0.03), /the network is nearer to D<sub>G<\/sub>: RMSE −0\.030 .*64 to 60,000$/);
  assert.match(make(0.03), /the network is farther from/);
  assert.match(make(0), /not clearly nearer to or farther from/);
});

test('likeness is ordered only when the intervals are apart', () => {
  const make = (first: number, last: number): string => likenessFinding(
      {name: 'width 4', correlation: interval(first, 0.05)},
      {name: 'width 16', correlation: interval(last, 0.05)});
  assert.match(make(0.6, 0.4), /^Images are more like the Gaussian’s at width 4 than at width 16/);
  assert.match(make(0.4, 0.6), /^Images are less like/);
  assert.match(make(0.4, 0.45), /^Images are about as like .*0\.40 \[0\.35, 0\.45\] at width 4/);
});

test('a U, a fall without a rise, and no fall are different findings', () => {
  const make = (descent: number, depth: number): string => stoppingFinding({
    step: interval(446, 100), minimum: interval(0.153), descent: interval(descent),
    depth: interval(depth), uShaped: descent > 0.01 && depth > 0.01}, 2000);
  assert.equal(make(0.2, 0.016), 'The distance to D<sub>G</sub> is U-shaped over training: closest ' +
      'at step 446 (RMSE 0.15 [0.14, 0.16]), +0.016 [0.006, 0.026] at step 2,000');
  assert.match(make(0.2, 0), /falls and does not clearly rise again: .*, 0\.000 \[−0\.010, 0\.010\]/);
  assert.match(make(0, 0), /^Training does not bring the network clearly nearer/);
});

test('the loss on unseen images turns, or falls to the end', () => {
  const log = [[30, 1, 1], [446, 0.22, 0.31], [2000, 0.08, 0.51]].map(
      ([step, trainLoss, heldOutLoss]) =>
        ({step: step!, trainLoss: trainLoss!, heldOutLoss: heldOutLoss!}));
  assert.equal(lossFinding(log), 'The loss on unseen images is lowest at step 446 (0.31) and ends ' +
      'at 0.51; that on training images ends at 0.080');
  assert.match(lossFinding(log.slice(0, 2)), /falls to the end of training \(0\.31\)/);
});

test('stopping early copies less, does not clearly, or was no stop at all', () => {
  const at = (step: number, copies: number) => ({step, copyRatio: interval(copies, 0.05)});
  assert.match(stoppedCopiesFinding(at(446, 0), at(2000, 0.19)),
      /the network copies less: copy ratio 0\.00 \[.*\] at step 446, 0\.19 \[0\.14, 0\.24\] at step 2,000$/);
  assert.match(stoppedCopiesFinding(at(446, 0.1), at(2000, 0.12)), /does not clearly change/);
  assert.match(stoppedCopiesFinding(at(2000, 0.1), at(2000, 0.1)), /at the end of training, step 2,000/);
});
