import assert from 'node:assert/strict';
import {test} from 'node:test';
import {profileImageCounts, profileImageShape} from '../../src/experiments/profile-data';
import {logSteps, profileOf, profilesOf} from '../../src/experiments/profiles';
import {trainOptions} from '../../src/training/options';
import {modelFor} from '../../src/training/model-for';

const NAMES = ['smoke', 'quick', 'full', 'paper', 'paper-cifar10'];
const isRising = (values: readonly number[]): boolean =>
    values.every((value, i) => i === 0 || value > values[i - 1]!);

test('an unknown profile is refused with the list of those there are', () => {
  for (const name of ['qick', '', 'toString', '__proto__']) {
    assert.throws(() => profileOf(name), {name: 'RangeError',
      message: `unknown profile ${JSON.stringify(name)}: expected one of ` +
          'smoke, quick, full, paper, paper-cifar10'});
  }
});

test('a profile comes with its parts', () => {
  assert.deepEqual(profilesOf('paper').map(({name}) => name), ['paper', 'paper-cifar10']);
  assert.deepEqual(profilesOf('quick').map(({name}) => name), ['quick']);
});

for (const name of NAMES) {
  test(`the profile ${name} keeps the promises of its fields`, () => {
    const profile = profileOf(name);
    assert.equal(profile.name, name);
    const {sizes, widths, width, smallSize, timeCheckpoints, seed, moreSeeds} = profile;
    assert.ok(isRising(sizes) && sizes.length >= 6);
    assert.ok(sizes.at(-1)! <= profileImageCounts(profile.data).train);
    assert.ok(isRising(widths) && widths.includes(width));
    assert.ok(sizes.includes(smallSize));
    assert.equal(new Set([seed, ...moreSeeds]).size, 1 + moreSeeds.length);
    const options = trainOptions(
        {...profile.train, width, checkpoints: timeCheckpoints, seed: profile.seed});
    assert.ok(isRising(timeCheckpoints));
    assert.deepEqual(options.checkpoints, timeCheckpoints, 'the last step is among them');
    for (const key of ['linearityPoints', 'pairs', 'comparisonImages', 'samples', 'samplingSteps',
      'linearFitSamples', 'adamEpochs'] as const) {
      assert.ok(Number.isInteger(profile[key]) && profile[key] >= 1, key);
    }
  });

  test(`every network of the profile ${name} can be built`, () => {
    const {widths, width, data, train} = profileOf(name);
    for (const each of [width, ...widths]) {
      const {parameters} =
          modelFor(trainOptions({...train, width: each}), profileImageShape(data));
      assert.ok(parameters.length > 0);
    }
  });
}

test('logSteps are whole numbers, rising, from first to last, evenly in the logarithm', () => {
  assert.deepEqual(logSteps(1, 1000, 4), [1, 10, 100, 1000]);
  assert.deepEqual(logSteps(1, 4, 10), [1, 2, 3, 4], 'each number once');
  assert.equal(logSteps(30, 2000, 15).length, 15);
});
