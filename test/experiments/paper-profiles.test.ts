import assert from 'node:assert/strict';
import {test} from 'node:test';
import {PAPER_METHODS} from '../../src/experiments/paper-profiles';
import {planOf} from '../../src/experiments/plan';
import {profileOf} from '../../src/experiments/profiles';
import {karrasSchedule} from '../../src/sampling/schedule';
import {paperLearningRate} from '../../src/training/fit-linear-adam';
import {assertClose} from '../helpers';

const speed = {flops: 1, activations: 1, attentionScores: 1, convolutions: 1, parameters: 1};
const plan = (name: string) => planOf(profileOf(name), {speed, processBytes: 0});

test('the networks have the sizes that the paper states', () => {
  const sizes = plan('paper').runs.filter(({n}) => n === 1094)
      .map(({width, parameters}) => [width, Math.floor(parameters / 1000)]);
  // Widths 4, 8, 16: 64k, 251k, 992k; then 4M, 16M, 64M, which are four times the one before.
  assert.deepEqual(sizes, [[128, 62_758], [64, 15_716], [32, 3942], [16, 992], [8, 251], [4, 64]]);
});

test('the last step is the paper\'s snapshot of 70,246 kimg, at epoch 64,210 of N = 1094', () => {
  const {imagesSeen, options} = plan('paper').runs.find(({n}) => n === 1094)!;
  assert.equal(Math.floor(imagesSeen / 1000), 70_246);
  assert.equal(Math.floor(imagesSeen / 1094), 64_210);
  const epochs = options.checkpoints.map((step) => Math.floor(step * options.batchSize / 1094));
  assert.ok(epochs.includes(841), `the early stop of the paper is kept: ${epochs}`);
});

test('sizes are the full sets halved k times, the same k for both', () => {
  for (const name of ['paper', 'paper-cifar10']) {
    const {sizes} = profileOf(name);
    assert.deepEqual(sizes, [10, 9, 6, 3, 1, 0].map((k) => Math.round(sizes.at(-1)! / 2 ** k)));
  }
});

test('EDM\'s training settings are the records\'', () => {
  for (const name of ['paper', 'paper-cifar10']) {
    for (const {options} of plan(name).runs) {
      const {batchSize, warmupSteps} = options;
      assert.ok(Math.abs(warmupSteps * batchSize - 10_000_000) < batchSize, '10 Mimg');
      assert.deepEqual(
          [options.pMean, options.pStd, options.sigmaData, options.learningRate,
            options.emaHalfLifeImages, options.emaRampRatio, options.numBlocks],
          [-1.2, 1.2, 0.5, 1e-3, 500_000, 0.05, 4]);
    }
  }
});

test('the methods that profiles do not choose are the defaults of their functions', () => {
  const {sigmaGrid, sampler, distillation} = PAPER_METHODS;
  const {steps, ...ends} = sigmaGrid;
  const sigmas = [...karrasSchedule({steps})].slice(0, -1);
  assert.deepEqual(sigmas, [...karrasSchedule({steps, ...ends})].slice(0, -1));
  // As printed in the paper's figures.
  assertClose(sigmas, [80, 42.415, 21.109, 9.723, 4.066, 1.502, 0.470, 0.117, 0.0204, 0.002],
      {rtol: 5e-3});
  assert.deepEqual(sigmas.map(paperLearningRate), distillation.learningRates);
  assert.equal(sampler.steps, steps);
});
