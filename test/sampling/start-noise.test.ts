import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng} from '../../src/backend/rng';
import {startNoise} from '../../src/sampling/start-noise';
import {assertNoHandleLeak} from '../handles';
import {assertNoLeak} from '../helpers';

test('the first images are the same for every count, and whatever was drawn before', () => {
  const rng = createRng(0);
  const few = assertNoLeak(() => assertNoHandleLeak(() => startNoise(3, [2, 2, 1], rng)));
  rng.uniform();
  const many = startNoise(150, [2, 2, 1], rng); // Three blocks.
  assert.equal(few.length, 12);
  assert.deepEqual([...few], [...many.subarray(0, 12)]);
  assert.deepEqual([...startNoise(100, [2, 2, 1], rng)], [...many.subarray(0, 400)]);
  assert.equal(new Set(many).size, 600, 'no value comes twice');
});

test('another seed gives other noise; mean 0 and variance 1 within 4 standard errors', () => {
  const [a, b] = [0, 1].map((seed) => startNoise(100, [10, 10, 1], createRng(seed)));
  assert.notDeepEqual([...a!.subarray(0, 9)], [...b!.subarray(0, 9)]);
  const mean = a!.reduce((sum, z) => sum + z, 0) / 1e4;
  const variance = a!.reduce((sum, z) => sum + z * z, 0) / 1e4;
  assert.ok(Math.abs(mean) < 0.04 && Math.abs(variance - 1) < 4 * Math.sqrt(2e-4));
});

test('a count below 1 is refused', () => assert.throws(
    () => startNoise(0, [2, 2, 1], createRng(0)),
    {message: 'startNoise: expected `count` to be an integer >= 1, got 0'}));
