/** `hidden-gaussian notebook`: one notebook with one's own values for its parameters. */
import * as path from 'node:path';
import {executeNotebook} from '../notebooks/execute-notebook';
import {findNotebook, notebookNames, readNotebook, sourceOf} from '../notebooks/notebook-file';
import {describeParameters, parameterValues} from '../notebooks/parameter-values';
import {parametersOf} from '../notebooks/parameters-cell';
import {projectPaths} from '../paths';
import {terminalProgress} from '../progress/terminal-progress';

export interface NotebookCommandOptions {
  readonly set: readonly string[];
  readonly profile?: string;
  readonly output?: string;
  readonly list?: boolean;
}

/** Parameters that name files: a shell's are relative to its own folder. */
const PATHS: readonly string[] = ['DATASET', 'MODEL', 'TRAIN', 'HELD_OUT', 'FIGURES'];

/**
 * Lists the notebooks (without a name) or a notebook's parameters, or executes it into a folder.
 * @param wanted its number or name.
 * @throws RangeError for an unknown notebook, parameter or value; Error of the execution.
 */
export async function notebook(
    wanted: string | undefined, {set, profile, output, list}: NotebookCommandOptions):
    Promise<void> {
  if (wanted === undefined) {
    for (const name of notebookNames()) console.log(`${name}  ${titleOf(name)}`);
    return;
  }
  const name = findNotebook(wanted);
  const parameters = parametersOf(name, readNotebook(name));
  if (list === true) {
    console.log(describeParameters(parameters));
    return;
  }
  if (output === undefined) {
    throw new Error('notebook: expected `-o <folder>`, where the executed notebook and its ' +
        'figures go');
  }
  const outputs = path.resolve(output);
  if (outputs === projectPaths().notebooks) {
    throw new Error('notebook: expected a folder of its own after `-o`, got the notebooks\' own; ' +
        '`make figures` executes them in place');
  }
  const words = [...(profile === undefined ? [] : [`PROFILE=${profile}`]), ...set];
  const given = parameterValues(name, parameters, words);
  const values = Object.fromEntries(Object.entries({FIGURES: outputs, ...given}).map(
      ([key, value]) => [key, PATHS.includes(key) ? path.resolve(value as string) : value]));
  const {file, seconds, stderrCells} =
      await executeNotebook(name, {outputs, values, onProgress: terminalProgress()});
  const complaints = stderrCells === 0 ? '' :
    `; ${stderrCells} cells printed to stderr, look at them`;
  console.log(`${path.relative(process.cwd(), file)}: executed in ${seconds.toFixed(0)} s; ` +
      `figures and claims are beside it${complaints}`);
}

/** The notebook's headline. */
const titleOf = (name: string): string =>
    sourceOf(readNotebook(name).cells[0]!).split('\n')[0]!.replace(/^#+ /, '');
