/**
 * A program of its own: trains each of `SPEED_PROBES` for some steps and prints their times as one
 * line of JSON. `measureSpeed` runs it in a child process, with the environment of training runs.
 */
import {createDataset} from '../data/dataset';
import {networkCost} from '../networks/cost';
import {modelFor} from '../training/model-for';
import {trainOptions} from '../training/options';
import {train} from '../training/train';
import {SPEED_PROBES, stepWork} from './training-speed';
import type {SpeedProbe, TimedStep} from './training-speed';

/** Timed stretches of a probe; the first is not counted, because it records the graph. */
const STRETCHES = 9;

/** Best time of a step among the stretches: what others add is disturbance. */
async function timeSteps({imageShape, steps, train: overrides}: SpeedProbe): Promise<TimedStep> {
  const size = imageShape.reduce((a, b) => a * b, 1);
  // One image: a step's time does not depend on their number, and their fixed losses are cheap.
  const dataset = createDataset({name: 'probe', images: new Uint8Array(size), imageShape});
  const checkpoints = Array.from({length: STRETCHES}, (_, i) => 1 + i * steps);
  const options = trainOptions({...overrides, steps: checkpoints.at(-1)!, checkpoints});
  const seconds: number[] = [];
  await train(dataset, dataset, options, {
    onCheckpoint: (_, row) => void seconds.push(row.seconds / steps),
  });
  const cost = networkCost(modelFor(options, imageShape).parameters);
  return {work: stepWork(cost, options.batchSize), seconds: Math.min(...seconds.slice(1))};
}

async function main(): Promise<void> {
  const processBytes = process.memoryUsage().rss;
  const steps: TimedStep[] = [];
  for (const probe of SPEED_PROBES) steps.push(await timeSteps(probe));
  console.log(JSON.stringify({processBytes, steps}));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
