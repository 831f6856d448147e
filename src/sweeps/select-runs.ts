/** Which runs of a profile a sweep has: all, or those that match filters like `N=64,256`. */
import {taskTitle, trainTasks} from '../experiments/train-tasks';
import type {TrainTask} from '../experiments/train-tasks';
import type {Profile} from '../experiments/profiles';

const FIELDS: Readonly<Record<string, keyof TrainTask>> = {N: 'n', width: 'width', seed: 'seed'};

/**
 * @param filters each a field (N, width or seed), `=` and values with commas between; a run must
 *     match all of them. No filters: all runs.
 * @returns the runs, the longest first.
 * @throws RangeError for a field or a value that no run of the profile has, and when no run matches
 *     all filters; each says what there is.
 */
export function selectRuns(profile: Profile, filters: readonly string[] = []): TrainTask[] {
  const all = trainTasks(profile);
  const selected = filters.map((filter) => parseFilter(filter, profile, all))
      .reduce((tasks, matches) => tasks.filter(matches), all);
  if (selected.length === 0) {
    throw new RangeError(`--runs: no run of profile ${profile.name} matches ` +
        `${filters.join(' and ')}; there are ${all.map(taskTitle).join('; ')}`);
  }
  return selected;
}

function parseFilter(
    filter: string, {name}: Profile, all: readonly TrainTask[]): (task: TrainTask) => boolean {
  const [key = '', text, ...rest] = filter.split('=');
  if (!Object.hasOwn(FIELDS, key) || text === undefined || rest.length > 0) {
    throw new RangeError('--runs: expected filters such as N=64,256 width=16 seed=0, got ' +
        JSON.stringify(filter));
  }
  const field = FIELDS[key]!;
  const there = [...new Set(all.map((task) => task[field]))].sort((a, b) => a - b);
  const values = text.split(',').map((part) => {
    const value = Number(part);
    if (part.trim() !== '' && there.includes(value)) return value;
    throw new RangeError(`--runs: expected ${key} of profile ${name} to be one of ` +
        `${there.join(', ')}, got ${JSON.stringify(part)}`);
  });
  return (task) => values.includes(task[field]);
}
