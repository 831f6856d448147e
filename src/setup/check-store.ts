/** Checks of what was brought and computed so far: data sets and runs. */
import {FASHION_MNIST_FILES, readFashionMnistFile} from '../data/fashion-mnist-files';
import type {Check} from './check';
import {fail, ok, warn} from './check';
import {setupCommand} from '../paths';
import type {ProjectPaths} from '../paths';
import {listStore} from '../store/list-runs';
import type {RunStateName} from '../store/list-runs';

/** Whether Fashion-MNIST is there, with the right SHA-256 sums. */
export function checkData({fashionMnist}: ProjectPaths): Check {
  const name = 'data';
  const remedy = `run \`${setupCommand('data')}\``;
  const missing: string[] = [];
  for (const file of Object.values(FASHION_MNIST_FILES)) {
    try {
      if (readFashionMnistFile(fashionMnist, file) === undefined) missing.push(file.name);
    } catch (error) {
      return fail(name, (error as Error).message, `${remedy}: it replaces damaged files`);
    }
  }
  return missing.length === 0 ? ok(name, 'Fashion-MNIST: 4 files, SHA-256 right') :
    warn(name, `Fashion-MNIST lacks ${missing.join(', ')}`, remedy);
}

/** How many runs the run store holds. */
export function checkRuns({runs: root}: ProjectPaths): Check {
  const {runs, setAside} = listStore(root);
  const count = (state: RunStateName): number => runs.filter((run) => run.state === state).length;
  const damaged = count('damaged') + setAside.length;
  const value = [`${count('finished')} finished`, ...(['running', 'unfinished'] as const)
      .filter((state) => count(state) > 0).map((state) => `${count(state)} ${state}`),
  damaged > 0 && `${damaged} damaged`].filter(Boolean).join(', ');
  return damaged === 0 ? ok('runs', value) : warn('runs', value,
      '`npx hidden-gaussian runs verify` names them; `runs gc` removes what was set aside');
}
