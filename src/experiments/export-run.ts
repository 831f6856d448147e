/** A trained network of the run store as a model folder, for other software to load. */
import {z} from 'zod';
import {saveModel} from '../models/model-folder';
import type {Json} from '../store/canonical';
import {REQUEST} from '../store/run-layout';
import type {RunStore} from '../store/run-store';
import {modelFor} from '../training/model-for';
import {trainOptions} from '../training/options';
import type {TrainOptions} from '../training/options';
import {checkpointParameters} from './train-run';
import type {CheckpointChoice} from './train-run';

const requestSchema = z.object({
  options: z.object({
    dataset: z.record(z.string(), z.json()), train: z.record(z.string(), z.json()),
  }),
});
const shapeSchema = z.tuple([z.int(), z.int(), z.int()]);

/** What was exported. */
export interface ExportedRun {
  /** The run's id. */
  readonly id: string;
  /** The checkpoint's step. */
  readonly step: number;
}

/**
 * Writes the network of a training run as the model folder `dir`.
 * @param store that has the run.
 * @param name of the run, as `RunStore.named` takes it.
 * @param dir where the model folder is made; must be empty or not there.
 * @param choice the checkpoint (default: the averaged weights of the last step).
 * @throws Error when there is no such run, it is no training run, or it comes from a version that
 *     did not note the shape of the images; RangeError listing the checkpoints there are.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const {stored} = await workspace.trainRun(16);
 * const {step} = await hg.exportRun(workspace.store, stored.id, 'my-model');
 * console.log(step, hg.loadModel('my-model').model.imageShape); // 60 [ 8, 8, 1 ]
 */
export async function exportRun(
    store: RunStore, name: string, dir: string, choice: CheckpointChoice = {}):
    Promise<ExportedRun> {
  const run = store.named(name);
  if (!run.id.startsWith('train-')) {
    throw new Error(`${run.id}: expected a training run; only these have a network`);
  }
  const request =
      requestSchema.parse(JSON.parse(store.file(run, REQUEST).toString('utf8')));
  const {dataset, train} = request.options;
  const options = trainOptions(train as Partial<TrainOptions>);
  const imageShape = shapeSchema.safeParse(run.values['imageShape']);
  if (!imageShape.success) {
    throw new Error(`${run.id}: an older version made this run and did not note the shape of its ` +
        'images; delete its folder and train it again');
  }
  const {step = options.steps, which = 'average'} = choice;
  await saveModel(dir, {
    model: modelFor(options, imageShape.data),
    parameters: checkpointParameters(store, run, options, {step, which}),
    provenance: {
      run: run.id, step, weights: which, dataset: dataset as Json, train: train as Json,
      version: run.provenance.version, commit: run.provenance.commit,
    },
  });
  return {id: run.id, step};
}
