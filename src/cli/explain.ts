/** `hidden-gaussian explain`: notebook 05 on one's own model and images. */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {profileOf} from '../experiments/profiles';
import {executeNotebook} from '../notebooks/execute-notebook';
import {terminalProgress} from '../progress/terminal-progress';
import {checkFree} from '../store/write-folder';

export interface ExplainCommandOptions {
  readonly train: string;
  readonly heldOut?: string;
  readonly output: string;
  readonly profile: string;
}

const NOTEBOOK = '05-bring-your-own.ipynb';

/**
 * Executes the notebook; figures, tables, claims and the notebook itself go to the output folder.
 * @throws Error naming an input that is not there, an output that is not empty, or what the
 *     notebook's kernel said.
 */
export async function explain(
    model: string, {train, heldOut, output, profile}: ExplainCommandOptions): Promise<void> {
  for (const file of [model, train, ...(heldOut === undefined ? [] : [heldOut])]) {
    if (!existsSync(file)) throw new Error(`${file}: there is no such file or folder`);
  }
  checkFree(output);
  const folder = path.resolve(output);
  profileOf(profile);
  const {file, seconds} = await executeNotebook(NOTEBOOK, {
    outputs: folder, onProgress: terminalProgress(),
    values: {
      PROFILE: profile, MODEL: path.resolve(model), TRAIN: path.resolve(train), FIGURES: folder,
      ...(heldOut !== undefined && {HELD_OUT: path.resolve(heldOut)}),
    },
  });
  console.log(`${path.relative(process.cwd(), file)}: executed in ${seconds.toFixed(0)} s; ` +
      `figures and claims are beside it`);
}
