import assert from 'node:assert/strict';
import {test} from 'node:test';
import {calibrateOnHeldOut, memorizationScores} from '../../src/analysis/memorization';
import type {MemorizationResult} from '../../src/analysis/memorization';
import {copiesOf, judgeNovelty} from '../../src/analysis/novelty';
import {shareDifference, wilsonInterval} from '../../src/analysis/wilson';
import {createRng} from '../../src/backend/rng';
import {imagesToFloat32} from '../../src/data/dataset';
import {assertClose} from '../helpers';
import {tinyDataset} from '../tiny-dataset';

const train = tinyDataset(30, [4, 4, 1], 1);
const heldOut = tinyDataset(20, [4, 4, 1], 2);
const rng = createRng(0);
const scoresOf = (samples: Float32Array): Promise<MemorizationResult> => memorizationScores(
    train, {samples, count: samples.length / 16, imageShape: [4, 4, 1]}, {rng});
const calibration = calibrateOnHeldOut(train, heldOut, {rng, count: 20});

/** Scores of `count` samples, `copies` of them copies, each at this distance. */
const made = (count: number, copies: number, gl: number): MemorizationResult => ({
  gl: {estimate: gl, low: gl, high: gl}, copyRatio: wilsonInterval(copies, count),
  perSample: Array.from({length: count}, (_, i) => ({
    nearest: {index: 0, distance: gl}, gl: gl * (1 + 0.01 * (i % 3 - 1)),
    ratio: i < copies ? 0.1 : 0.9, copied: i < copies,
  })),
});

test('samples that are training images: copy ratio 1, GL 0, and the verdict says so', async () => {
  const {verdict, gl, copyRatio, relativeGl, copiesAboveHeldOut} =
      judgeNovelty(await scoresOf(imagesToFloat32(train)), await calibration);
  assert.equal(verdict, 'copies');
  assert.deepEqual([gl.estimate, gl.low, gl.high], [0, 0, 0]);
  assert.deepEqual([copyRatio.estimate, copyRatio.high], [1, 1]);
  assert.deepEqual(relativeGl, {estimate: 0, low: 0, high: 0});
  assert.ok(copiesAboveHeldOut!.low > 0.5);
});

test('noise far from all images: copy ratio 0, farther than held-out images, new', async () => {
  const noise = Float32Array.from({length: 16 * 40}, () => (rng.uniform() < 0.5 ? -1 : 1) * 3);
  const {verdict, copyRatio, relativeGl} = judgeNovelty(await scoresOf(noise), await calibration);
  assert.equal(verdict, 'new');
  assert.deepEqual([copyRatio.estimate, copyRatio.low], [0, 0]);
  assert.ok(copyRatio.high < 0.09 && relativeGl!.low > 0);
});

test('held-out images judged against themselves are as new as held-out images', async () => {
  const {verdict, relativeGl, copiesAboveHeldOut} =
      judgeNovelty(await scoresOf(imagesToFloat32(heldOut)), await calibration);
  assert.equal(verdict, 'new');
  assertClose([relativeGl!.estimate, copiesAboveHeldOut!.estimate], [1, 0], {atol: 1e-12});
  assert.ok(relativeGl!.low < 1 && relativeGl!.high > 1);
});

test('each verdict has its side of the line', () => {
  const real = made(100, 0, 0.5);
  const verdict = (scores: MemorizationResult, yardstick?: MemorizationResult) =>
    judgeNovelty(scores, yardstick).verdict;
  assert.equal(verdict(made(100, 61, 0.1), real), 'copies');
  assert.equal(verdict(made(100, 59, 0.1), real), 'some copies', 'the interval reaches 1/2');
  assert.equal(verdict(made(100, 5, 0.5), real), 'some copies');
  assert.equal(verdict(made(100, 4, 0.5), real), 'new', 'no more than chance');
  assert.equal(verdict(made(100, 5, 0.5), made(100, 5, 0.5)), 'new', 'as many as real images');
  assert.equal(verdict(made(100, 90, 0.5), made(100, 90, 0.5)), 'new');
  assert.equal(verdict(made(100, 0, 0.4), real), 'close');
  assert.equal(verdict(made(100, 4, 0.01)), 'new, as far as seen');
  assert.equal(verdict(made(100, 5, 0.01)), 'some copies');
  assert.equal(verdict(made(100, 90, 0.01)), 'copies');
});

test('a yardstick of distance 0 gives no ratio', () => {
  const novelty = judgeNovelty(made(10, 0, 0.5), made(10, 10, 0));
  assert.equal(novelty.relativeGl, undefined);
});

test('the ratio of means has the interval of the delta method', () => {
  // log ratio: sd² = 2·(0.01² · 2/3 · n/(n-1)) / n for both samples alike
  const {relativeGl} = judgeNovelty(made(30, 0, 0.4), made(30, 0, 0.5));
  const error = Math.sqrt(2 * 0.0001 * (2 / 3) * (30 / 29) / 30);
  assertClose([relativeGl!.estimate, Math.log(relativeGl!.high / relativeGl!.estimate)],
      [0.8, 1.959964 * error], {rtol: 1e-6});
});

test('the difference of shares is Newcombe\'s method 10', () => {
  // Newcombe 1998, table II, (a) 56/70 - 48/80 and (b) 9/10 - 3/10.
  const of = (a: number, m: number, b: number, n: number) => {
    const {estimate, low, high} =
        shareDifference({successes: a, count: m}, {successes: b, count: n});
    return [estimate, low, high];
  };
  assertClose(of(56, 70, 48, 80), [0.2, 0.0524, 0.3339], {atol: 5e-5});
  assertClose(of(9, 10, 3, 10), [0.6, 0.1705, 0.8090], {atol: 5e-5});
  assert.deepEqual(copiesOf(made(7, 2, 1)), {successes: 2, count: 7});
});
