/** A trained network of the run store as a model folder, for other software to load. */
import {saveModel} from '../models/model-folder';
import type {Json} from '../store/canonical';
import type {RunStore} from '../store/run-store';
import {modelFor} from '../training/model-for';
import {checkpointParameters, openTrainRun} from './train-run';
import type {CheckpointChoice} from './train-run';

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
 * @throws Error as `openTrainRun` does; RangeError listing the checkpoints there are.
 * @example
 * const workspace = await hg.openWorkspace({profile: 'smoke'});
 * const {stored} = await workspace.trainRun(16);
 * const {step} = await hg.exportRun(workspace.store, stored.id, 'my-model');
 * console.log(step, hg.loadModel('my-model').model.imageShape); // 60 [ 8, 8, 1 ]
 */
export async function exportRun(
    store: RunStore, name: string, dir: string, choice: CheckpointChoice = {}):
    Promise<ExportedRun> {
  const {stored, options, imageShape, dataset} = openTrainRun(store, name);
  const {step = options.steps, which = 'average'} = choice;
  await saveModel(dir, {
    model: modelFor(options, imageShape),
    parameters: checkpointParameters(store, stored, options, {step, which}),
    provenance: {
      run: stored.id, step, weights: which, dataset: {...dataset},
      train: options as unknown as Json,
      version: stored.provenance.version, commit: stored.provenance.commit,
    },
  });
  return {id: stored.id, step};
}
