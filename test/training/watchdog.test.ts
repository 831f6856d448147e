import assert from 'node:assert/strict';
import {test} from 'node:test';
import {tf} from '../../src/backend/tf';
import {NOTHING_YET} from '../../src/training/checkpoint';
import {batchSigmas} from '../../src/training/train-step';
import {createWatchdog} from '../../src/training/watchdog';
import {assertNoLeak} from '../helpers';

const options = {
  checkpoints: [6, 20], batchSize: 16, pMean: -1.2, pStd: 1.2,
  adam: {learningRate: 0.01, rampImages: 160, beta1: 0.9, beta2: 0.999, eps: 1e-8},
  streams: {batch: 1, sigma: 2, noise: 3, dropout: 4},
};
const watchdog = createWatchdog(options);
const vector = (...values: number[]): Float32Array => Float32Array.from(values);
const state = {
  step: 7, weights: vector(1, 2), average: vector(1, 2), momentum: vector(0, -1),
  variance: vector(0, 3e38), sinceRow: NOTHING_YET,
};

test('finite losses and states pass', () => assertNoLeak(() => {
  for (const loss of [0, -1, 3e300]) watchdog.checkLoss(loss, 3);
  watchdog.checkState(state);
}));

test('a loss that is not finite is told with the noise levels and the rate of its step', () => {
  const sigmas = tf.tidy(() => batchSigmas(options, tf.scalar(4, 'int32')).dataSync());
  const [low, high] = [Math.min(...sigmas), Math.max(...sigmas)];
  assert.ok(low < 0.3 && high > 0.3 && new Set(sigmas).size === 16);
  // Step 5 of a ramp over 10 steps: 4/10 of the rate.
  const end = `at step 5 (sigma of its batch ${low.toPrecision(3)} to ${high.toPrecision(3)}, ` +
      'learning rate 0.004); lower the learning rate or lengthen the warm-up. No ' +
      'checkpoint was reached';
  for (const loss of [NaN, Infinity, -Infinity]) {
    assertNoLeak(() => assert.throws(() => watchdog.checkLoss(loss, 4),
        {message: `train: the loss became ${loss} ${end}`}));
  }
});

test('a state with NaN or an infinity anywhere is not to be kept', () => {
  for (const name of ['weights', 'average', 'momentum', 'variance'] as const) {
    for (const [bad, words] of [[NaN, 'NaN'], [Infinity, 'a value that is not finite']] as const) {
      assert.throws(() => watchdog.checkState({...state, [name]: vector(0, bad)}), {
        message: new RegExp(`^train: the state's ${name} contains ${words} \\(1 of 2 values, the ` +
            'first at 1\\) at step 7 \\(sigma of its batch'),
      });
    }
  }
});
