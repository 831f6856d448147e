import assert from 'node:assert/strict';
import test from 'node:test';
import {copiesFinding, linearityFinding, noveltyFinding, togetherFinding, weightFinding}
  from '../../../src/experiments/findings/linearity';
import type {SizeTrends} from '../../../src/experiments/findings/linearity';
import {interval, trend} from './helpers';

const trends = (change: Partial<Record<'score' | 'centred' | 'novelty' | 'copies', number>>) => {
  const made = (key: keyof typeof change, half: number) => trend(interval(change[key] ?? 0, half));
  return {
    sizes: [64, 60000], score: made('score', 0.001), centred: made('centred', 0.01),
    novelty: made('novelty', 0.1), copies: made('copies', 0.05),
  } satisfies SizeTrends;
};

test('a rise of both scores is a finding, with its numbers and sizes', () => assert.equal(
    linearityFinding(trends({score: 0.006, centred: 0.05})),
    'With more training images denoisers become more linear: LS +0.0060 [0.0050, 0.0070], ' +
    'centred LS +0.050 [0.040, 0.060] from N = 64 to 60,000'));

test('no rise, a fall, and a rise of one score only have titles of their own', () => {
  assert.match(linearityFinding(trends({})), /^No rise of linearity with N: LS 0\.0000 \[−0\.0010, 0\.0010\]/);
  assert.match(linearityFinding(trends({score: -0.006, centred: -0.05})),
      /^With more training images denoisers become less linear: LS −0\.0060/);
  assert.match(linearityFinding(trends({score: 0.006})), /^Only the plain linearity score rises/);
  assert.match(linearityFinding(trends({centred: 0.05})), /^Only the centred linearity score rises/);
  assert.match(linearityFinding(trends({score: -0.006})), /^No rise of linearity with N/);
});

test('novelty is said to rise only when it does, copies to fall only when they do', () => {
  assert.match(noveltyFinding(trends({novelty: 0.9, copies: -0.2})),
      /^Generated images become newer and copies fewer with N: GL .* \+0\.90 .*copy ratio −0\.20/);
  assert.match(noveltyFinding(trends({novelty: 0.9})), /^Generated images become newer with N: /);
  assert.match(noveltyFinding(trends({novelty: -0.9})), /^Generated images become less new/);
  assert.match(noveltyFinding(trends({copies: -0.2})), /^No clear change of novelty/);
});

test('linearity and novelty rise together, one alone, or neither', () => {
  assert.match(togetherFinding(trends({centred: 0.05, novelty: 0.9})), /^Linearity and novelty rise tog/);
  assert.match(togetherFinding(trends({centred: 0.05})), /^Linearity rises with N, novelty does not/);
  assert.match(togetherFinding(trends({novelty: 0.9})), /^Novelty rises with N, linearity does not/);
  assert.match(togetherFinding(trends({centred: -0.05})), /^Neither linearity nor novelty rises/);
});

test('copies by N are compared by their intervals', () => {
  const make = (small: number, large: number): string => copiesFinding([
    {n: 64, copyRatio: interval(small, 0.05)}, {n: 60000, copyRatio: interval(large, 0.05)}]);
  assert.equal(make(0.19, 0), 'Few training images are copied, many are not: copy ratio 0.19 ' +
      '[0.14, 0.24] at N = 64, 0.00 [−0.05, 0.05] at N = 60,000');
  assert.match(make(0, 0.19), /^Many training images are copied more than few/);
  assert.match(make(0.1, 0.08), /^The share of copies does not differ clearly/);
});

test('the hardest weight is named, equal or not', () => {
  const scores = {score: interval(0.983, 0.002), equal: interval(0.99, 0.002)};
  assert.equal(weightFinding({alpha: Math.SQRT1_2, ...scores}),
      'Equal weights are the hardest: LS is lowest, 0.983 [0.981, 0.985], at α = 0.71');
  assert.equal(weightFinding({alpha: 0.5, ...scores}), 'The hardest combination is not that of ' +
      'equal weights: LS 0.983 [0.981, 0.985] at α = 0.50, 0.990 [0.988, 0.992] at equal weights');
});
