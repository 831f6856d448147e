/** What a person may want to do with a trained run, as commands. */

/** As much of a run's id as nobody else's begins with, nearly always. */
export const shortId = (id: string): string => id.slice(0, id.lastIndexOf('-') + 9);

/** @param id of the run. */
export const nextSteps = (id: string): string[] => [
  'next:',
  `  npx hidden-gaussian report ${shortId(id)}    # a page: loss, samples, regimes, copies, advice`,
  `  npx hidden-gaussian advise ${shortId(id)}    # which checkpoint to use`,
  `  npx hidden-gaussian novelty ${shortId(id)}   # are its samples copies?`,
  `  npx hidden-gaussian export ${shortId(id)} -o model`,
];
