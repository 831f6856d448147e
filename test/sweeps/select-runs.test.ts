import assert from 'node:assert/strict';
import {test} from 'node:test';
import {profileOf} from '../../src/experiments/profiles';
import {trainTasks} from '../../src/experiments/train-tasks';
import {selectRuns} from '../../src/sweeps/select-runs';

const smoke = profileOf('smoke');

test('without filters all runs are selected, in the order of training', () =>
  assert.deepEqual(selectRuns(smoke), trainTasks(smoke)));

test('a run must match every filter, with any of its values', () => {
  assert.deepEqual(selectRuns(smoke, ['N=16,512', 'width=8', 'seed=1']),
      [{n: 16, width: 8, seed: 1}, {n: 512, width: 8, seed: 1}]);
  assert.deepEqual(selectRuns(smoke, ['width=4,12']).map(({width}) => width), [12, 4]);
  assert.equal(selectRuns(smoke, ['width=8', 'seed=0']).length, 6);
});

test('a filter that cannot match says what there is', () => {
  const cases: readonly [filters: readonly string[], message: RegExp][] = [
    [['sizes=16'], /--runs: expected filters such as N=64,256 .*, got "sizes=16"/],
    [['n=16'], /got "n=16"/], [['N'], /got "N"/], [['N=1=2'], /got "N=1=2"/],
    [['toString=1'], /got "toString=1"/],
    [['N=17'], /expected N of profile smoke to be one of 16, 32, 64, 128, 256, 512, got "17"/],
    [['N=16,'], /one of 16, .*, got ""/], [['width= '], /one of 4, 8, 12, got " "/],
    [['seed=x'], /one of 0, 1, got "x"/],
    [['N=32', 'seed=1'], /no run of profile smoke matches N=32 and seed=1; there are N = 16, /],
  ];
  for (const [filters, message] of cases) {
    assert.throws(() => selectRuns(smoke, filters), {name: 'RangeError', message});
  }
});
