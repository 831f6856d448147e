/** `hidden-gaussian export`: a trained network of the run store as a model folder. */
import {exportRun} from '../experiments/export-run';
import {projectPaths} from '../paths';
import {openRunStore} from '../store/run-store';

export interface ExportCommandOptions {
  readonly output: string;
  /** A checkpoint (default the last). */
  readonly step?: string;
  readonly weights: string;
}

export async function exportCommand(
    run: string, {output, step, weights}: ExportCommandOptions): Promise<void> {
  if (weights !== 'average' && weights !== 'weights') {
    throw new RangeError(
        `export: expected --weights to be average or weights, got ${weights}`);
  }
  const exported = await exportRun(openRunStore(projectPaths().runs), run, output,
      {step: step === undefined ? undefined : Number(step), which: weights});
  console.log(`${output}: ${exported.id} after ${exported.step} steps (${weights})`);
}
