/** Checks of what was brought and computed so far: data sets and runs. */
import {FASHION_MNIST_FILES, readFashionMnistFile} from '../data/fashion-mnist-files';
import type {Check} from './check';
import {fail, ok, warn} from './check';
import type {RunEntry} from './list-runs';
import {listRuns} from './list-runs';
import type {ProjectPaths} from '../paths';

/** Whether Fashion-MNIST is there, with the right SHA-256 sums. */
export function checkData({fashionMnist}: ProjectPaths): Check {
  const name = 'data';
  const missing: string[] = [];
  for (const file of Object.values(FASHION_MNIST_FILES)) {
    try {
      if (readFashionMnistFile(fashionMnist, file) === undefined) missing.push(file.name);
    } catch (error) {
      return fail(name, (error as Error).message, 'run `make data`: it replaces damaged files');
    }
  }
  return missing.length === 0 ? ok(name, 'Fashion-MNIST: 4 files, SHA-256 right') :
    warn(name, `Fashion-MNIST lacks ${missing.join(', ')}`, 'run `make data`');
}

/** How many runs the run store holds. */
export function checkRuns({runs}: ProjectPaths): Check {
  const entries = listRuns(runs);
  const count = (state: RunEntry['state']): number =>
      entries.filter((entry) => entry.state === state).length;
  const [unfinished, damaged] = [count('unfinished'), count('damaged')];
  const value = [`${count('finished')} finished`, unfinished > 0 && `${unfinished} unfinished`,
    damaged > 0 && `${damaged} damaged`].filter(Boolean).join(', ');
  return damaged === 0 ? ok('runs', value) : warn('runs', value,
      '`npx hidden-gaussian runs` names them; their folders in runs/ can be deleted');
}
