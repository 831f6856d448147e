import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fitSpeed, measureSpeed, SPEED_PROBES, stepSeconds, stepWork}
  from '../../src/experiments/training-speed';
import type {StepWork, TrainingSpeed} from '../../src/experiments/training-speed';
import {networkCost, trainingFlops} from '../../src/networks/cost';
import {modelFor} from '../../src/training/model-for';
import {trainOptions} from '../../src/training/options';
import {assertClose} from '../helpers';

const speed: TrainingSpeed = {
  flops: 7e-12, activations: 4e-9, attentionScores: 9e-9, convolutions: 1.5e-4, parameters: 8e-9,
};
const probeWork = (): StepWork[] => SPEED_PROBES.map(({imageShape, train}) => {
  const options = trainOptions(train);
  return stepWork(networkCost(modelFor(options, imageShape).parameters), options.batchSize);
});

test('work is proportional to the batch, but for calls and parameters', () => {
  const {parameters} = modelFor(trainOptions({width: 8}), [8, 8, 1]);
  const cost = networkCost(parameters);
  const [one, six] = [stepWork(cost, 1), stepWork(cost, 6)];
  assert.equal(six.flops, trainingFlops(parameters, 6));
  assert.equal(six.flops, 6 * one.flops);
  assert.equal(six.activations, 6 * one.activations);
  assert.equal(six.attentionScores, 6 * one.attentionScores);
  assert.deepEqual([six.convolutions, six.parameters], [one.convolutions, one.parameters]);
});

test('the probes tell all kinds of work apart: their times give the speeds back', () => {
  const steps = probeWork().map((work) => ({work, seconds: stepSeconds(speed, work)}));
  const fitted = fitSpeed(steps);
  for (const kind of Object.keys(speed) as Array<keyof StepWork>) {
    assertClose([fitted[kind]], [speed[kind]], {rtol: 1e-3, what: kind});
  }
});

test('a kind of work that costs nothing gets 0, never a negative time', () => {
  const steps = probeWork().map((work, i) =>
    ({work, seconds: 7e-12 * work.flops * (i % 2 === 0 ? 1 : 1.3)}));
  for (const value of Object.values(fitSpeed(steps))) assert.ok(value >= 0);
});

test('too few timed steps are refused', () => assert.throws(() => fitSpeed([]),
    {name: 'RangeError', message: 'fitSpeed: expected at least 5 timed steps, got 0'}));

// Noisy measurements on a machine with other work: a third to three times the time tells a wrong
// unit from a right one; how good the prediction is on a quiet machine is said in the README.
test('measured on this machine, a step that took no part in the fit is predicted', async () => {
  const {speed: measured, checks, processBytes} = await measureSpeed();
  assert.ok(measured.flops > 0 && measured.activations >= 0);
  assert.ok(processBytes > 5e7 && processBytes < 4e9, `${processBytes}`);
  assert.equal(checks.length, 1);
  for (const {name, seconds, predicted} of checks) {
    assert.ok(predicted > seconds / 3 && predicted < 3 * seconds,
        `${name}: ${predicted} s predicted, ${seconds} s measured`);
  }
});
