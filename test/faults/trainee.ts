/**
 * A process that asks for one small training run: the one that the tests here kill, stop, rob and
 * starve of disk.
 *
 *     node trainee.js '{"runs": "…", "steps": 100}'
 *
 * It tells its parent of its progress, of warnings, and at last where the run is.
 */
import {trainRun} from '../../src/experiments/train-run';
import {isInterrupted} from '../../src/store/interruption';
import {LOCK_TIMES} from '../../src/store/run-lock';
import type {LockTimes} from '../../src/store/run-lock';
import {openRunStore} from '../../src/store/run-store';
import {trainOptions} from '../../src/training/options';
import type {TrainOptions} from '../../src/training/options';
import type {Progress} from '../../src/types';
import {tinyDataset} from '../tiny-dataset';

export interface TraineeRequest {
  /** Folder of the run store. */
  readonly runs: string;
  readonly train: Partial<TrainOptions>;
  readonly saveEveryMs?: number;
  readonly lock?: Partial<LockTimes>;
}

/** What it tells its parent. */
export type TraineeMessage =
    {readonly kind: 'progress'; readonly progress: Progress} |
    {readonly kind: 'warning'; readonly message: string} |
    {readonly kind: 'done'; readonly folder: string; readonly loaded: boolean};

/** The run that the request describes. */
export const traineeRun = ({train}: Pick<TraineeRequest, 'train'>) => ({
  dataset: tinyDataset(12, [8, 8, 1], 1), heldOut: tinyDataset(4, [8, 8, 1], 2),
  options: trainOptions(
      {width: 4, channelMult: [1], batchSize: 4, warmupSteps: 5, ...train}),
});

async function main(request: TraineeRequest): Promise<void> {
  const tell = (message: TraineeMessage): void => void process.send?.(message);
  const store = openRunStore(request.runs, {
    warn: (message) => tell({kind: 'warning', message}),
    onProgress: (progress) => tell({kind: 'progress', progress}),
    lock: {...LOCK_TIMES, ...request.lock},
  });
  const {stored} = await trainRun(store, {
    ...traineeRun(request),
    ...(request.saveEveryMs !== undefined && {saveEveryMs: request.saveEveryMs}),
  });
  tell({kind: 'done', folder: stored.folder, loaded: stored.loaded});
}

if (require.main === module) {
  main(JSON.parse(process.argv[2]!) as TraineeRequest).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = isInterrupted(error) ? 130 : 1;
  }).finally(() => process.disconnect?.());
}
