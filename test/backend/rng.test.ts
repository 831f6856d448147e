import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createRng, randomNormal, randomUniform} from '../../src/backend/rng';
import type {tf} from '../../src/backend/tf';
import {assertNoLeak} from '../helpers';

const take = (tensor: tf.Tensor): number[] => {
  const values = [...tensor.dataSync()];
  tensor.dispose();
  return values;
};
const times = <T>(count: number, make: () => T): T[] => Array.from({length: count}, make);

test('the same seed gives the same values, another seed others', () => {
  const draw = (seed: number): unknown[] => {
    const rng = createRng(seed);
    return [rng.uniform(), rng.int(1000), [...rng.permutation(20)], rng.seedPair()];
  };
  for (const seed of [0, 1, -7, Number.MAX_SAFE_INTEGER]) assert.deepEqual(draw(seed), draw(seed));
  assert.notDeepEqual(draw(0), draw(1));
  assert.notDeepEqual(draw(7), draw(-7));
});

test('the values of a seed are the same on every machine', () => {
  const rng = createRng(0);
  assert.deepEqual(times(5, () => rng.int(1000)), [412, 750, 959, 247, 377]);
  assert.deepEqual(rng.fork('weights').seedPair(), [1944172919, 2065357748]);
});

test('a fork depends on its path of labels, not on what was drawn', () => {
  const [rng, drawn] = [createRng(5), createRng(5)];
  times(10, () => drawn.uniform());
  const first = (from: typeof rng): number[] => times(4, () => from.int(1e6));
  assert.deepEqual(first(rng.fork('a')), first(drawn.fork('a')));
  assert.deepEqual(first(rng.fork('a')), first(rng.fork('a')));
  const others = ['a', 'b', 'a/b', 'b/a'].map((label) => first(rng.fork(label)).join());
  assert.equal(new Set([...others, first(createRng(5)).join()]).size, 5);
  assert.deepEqual(first(rng.fork('a').fork('b')), first(drawn.fork('a').fork('b')));
});

test('uniform values fill [0, 1) evenly', () => {
  const rng = createRng(1);
  const values = times(20_000, () => rng.uniform());
  assert.ok(values.every((value) => value >= 0 && value < 1));
  const mean = values.reduce((a, b) => a + b) / values.length;
  assert.ok(Math.abs(mean - 0.5) < 0.01, `mean ${mean}`); // 5 standard errors
  const low = values.filter((value) => value < 0.1).length / values.length;
  assert.ok(Math.abs(low - 0.1) < 0.011, `share below .1: ${low}`);
});

test('int covers 0..n-1 evenly; n = 1 is always 0', () => {
  const rng = createRng(2);
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 14_000; i++) counts[rng.int(7)]!++;
  for (const count of counts) assert.ok(Math.abs(count - 2000) < 210, `${counts}`);
  assert.equal(rng.int(1), 0);
});

test('a permutation has every number once, and every position is equally likely', () => {
  const rng = createRng(3);
  assert.deepEqual([...rng.permutation(100)].sort((a, b) => a - b), [...Array(100).keys()]);
  assert.equal(rng.permutation(0).length, 0);
  const firsts = new Array<number>(4).fill(0);
  for (let i = 0; i < 4000; i++) firsts[rng.permutation(4)[0]!]!++;
  for (const count of firsts) assert.ok(Math.abs(count - 1000) < 140, `${firsts}`);
});

test('bad seeds and ranges are named', () => {
  for (const seed of [0.5, NaN, Infinity, 2 ** 53]) {
    assert.throws(() => createRng(seed), {name: 'RangeError',
      message: `createRng: expected \`seed\` to be an integer, got ${seed}`});
  }
  for (const n of [0, -1, 1.5, NaN]) {
    assert.throws(() => createRng(0).int(n), {name: 'RangeError',
      message: `Rng.int: expected an integer >= 1, got ${n}`});
  }
});

test('randomNormal is standard normal, seeded, and leaves one tensor', () => {
  const noise = assertNoLeak(() => randomNormal<tf.Rank.R4>([10, 20, 20, 5], createRng(4)), 1);
  assert.deepEqual(noise.shape, [10, 20, 20, 5]);
  const values = take(noise);
  const moment = (power: number): number =>
      values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  [0, 1, 0, 3].forEach((expected, i) => { // 4 standard errors or more
    assert.ok(Math.abs(moment(i + 1) - expected) < [0.03, 0.04, 0.12, 0.3][i]!,
        `moment ${i + 1} is ${moment(i + 1)}`);
  });
  assert.deepEqual(take(randomNormal([3], createRng(4))), take(randomNormal([3], createRng(4))));
});

test('every draw takes a new seed pair, a uniform one lies in [0, 1)', () => {
  const rng = createRng(5);
  const [first, second] = times(2, () => take(randomUniform([1000], rng)));
  assert.notDeepEqual(first, second);
  assert.ok([...first!, ...second!].every((value) => value >= 0 && value < 1));
  const mean = first!.reduce((a, b) => a + b) / 1000;
  assert.ok(Math.abs(mean - 0.5) < 0.05, `mean ${mean}`);
});
