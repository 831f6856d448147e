/** What a person may want to do with a trained run, as commands. */
import {shortRunId} from '../store/run-name';

/** @param id of the run. */
export function nextSteps(id: string): string[] {
  const run = shortRunId(id);
  return [
    'next:',
    `  npx hidden-gaussian report ${run}    # a page: loss, samples, regimes, copies, advice`,
    `  npx hidden-gaussian advise ${run}    # which checkpoint to use`,
    `  npx hidden-gaussian novelty ${run}   # are its samples copies?`,
    `  npx hidden-gaussian export ${run} -o model`,
  ];
}
