import assert from 'node:assert/strict';
import {test} from 'node:test';
import {resourceLines, slurmOptions} from '../../src/sweeps/slurm-options';

test('options become lines, further lines come last and as they are', () => {
  const options = slurmOptions({
    partition: 'a100,v100', time: '1-12:00:00', memory: '8G', gpus: 'a100:1', cpus: '4',
    sbatch: ['--account=physics', '--comment="two words"'], maxRunning: '2',
  });
  assert.equal(options.maxRunning, 2);
  assert.deepEqual(resourceLines(options, 1e9), [
    '#SBATCH --partition=a100,v100', '#SBATCH --time=1-12:00:00', '#SBATCH --mem=8G',
    '#SBATCH --cpus-per-task=4', '#SBATCH --gpus=a100:1', '#SBATCH --account=physics',
    '#SBATCH --comment="two words"',
  ]);
});

test('memory is what the run needs and a quarter more, unless it is given', () =>
  assert.deepEqual(resourceLines({}, 800 * 2 ** 20),
      ['#SBATCH --mem=1000M', '#SBATCH --cpus-per-task=1']));

test('a value that Slurm would read as something else is refused by name', () => {
  const cases: readonly [given: Record<string, unknown>, message: RegExp][] = [
    [{partition: 'a b'}, /^sweep: --partition: expected a value without spaces or quotes, got "a b"$/],
    [{time: '1:00\n#SBATCH --uid=0'}, /--time: /], [{memory: ''}, /--memory: .* got ""/],
    [{gpus: '$(id)'}, /--gpus: /], [{cpus: '0'}, /--cpus: .* got "0"/],
    [{cpus: 'two'}, /--cpus: .* got "two"/], [{maxRunning: '1.5'}, /--max-running: /],
    [{sbatch: ['--nice', 'account=x']}, /--sbatch: expected an option of sbatch .* got "account=x"/],
    [{sbatch: ['--nice\nrm']}, /--sbatch: /],
  ];
  for (const [given, message] of cases) {
    assert.throws(() => slurmOptions(given), {name: 'RangeError', message});
  }
});
