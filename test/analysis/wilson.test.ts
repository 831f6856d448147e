import assert from 'node:assert/strict';
import {test} from 'node:test';
import {wilsonInterval} from '../../src/analysis/wilson';
import {createRng} from '../../src/backend/rng';
import {assertClose} from '../helpers';

test('wilsonInterval has the values of the formula by hand', () => {
  // z² = 3.8415: centre .5, half width 1.96/(1 + .38415)·sqrt(.025 + .0096036)
  const half = wilsonInterval(5, 10);
  assertClose([half.estimate, half.low, half.high], [0.5, 0.236593, 0.763407], {atol: 1e-6});
  const none = wilsonInterval(0, 10);
  assertClose([none.low, none.high], [0, 0.277533], {atol: 1e-6}); // z²/(n + z²)
});

test('wilsonInterval mirrors successes and failures, and narrows with the count', () => {
  const [a, b, large] = [wilsonInterval(3, 40), wilsonInterval(37, 40), wilsonInterval(300, 4000)];
  assertClose([b.low, b.high], [1 - a.high, 1 - a.low], {atol: 1e-12});
  assert.ok(large.high - large.low < 0.2 * (a.high - a.low));
  assert.equal(wilsonInterval(10, 10).high, 1);
});

test('wilsonInterval covers a small share 95 times in 100', () => {
  const rng = createRng(0);
  let covered = 0;
  for (let r = 0; r < 1000; r++) {
    let successes = 0;
    for (let i = 0; i < 100; i++) successes += rng.uniform() < 0.06 ? 1 : 0;
    const {low, high} = wilsonInterval(successes, 100);
    covered += low <= 0.06 && 0.06 <= high ? 1 : 0;
  }
  assert.ok(covered > 920 && covered < 985, `covered ${covered} of 1000`);
});

test('wilsonInterval refuses more successes than trials', () => {
  const throws = (body: () => unknown, message: RegExp): void =>
    assert.throws(body, {name: 'RangeError', message});
  throws(() => wilsonInterval(3, 2), /<= `count` \(2\), got 3/);
  throws(() => wilsonInterval(0, 0), /`count`.*>= 1, got 0/);
  throws(() => wilsonInterval(1, 2, {level: 95}), /`level` in \(0, 1\), got 95/);
});
