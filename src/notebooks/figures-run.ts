/**
 * `make figures`: trains what is missing, executes the notebooks in a fresh kernel each, then
 * gathers the claims and refreshes the README's table. A notebook is replaced only once it has run
 * without an error.
 */
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {gatherClaims} from '../experiments/claims';
import type {Claim} from '../experiments/claims';
import {claimsMarkdown} from '../experiments/claims-table';
import {profileOf} from '../experiments/profiles';
import {trainAll} from '../experiments/train-pool';
import {figuresDir} from '../experiments/workspace';
import {projectPaths} from '../paths';
import {writeFile} from '../store/write-file';
import type {OnProgress} from '../types';
import {executeNotebook} from './execute-notebook';
import type {ExecutedNotebook} from './execute-notebook';
import {notebookNames} from './notebook-file';

export interface FiguresRunOptions {
  /** One of `PROFILE_NAMES`. */
  readonly profile: string;
  /** Told about each notebook (default: a line on the console). */
  readonly report?: (message: string) => void;
  readonly onProgress?: OnProgress;
}

const CLAIMS_START = '<!-- claims: written by make figures -->';
const CLAIMS_END = '<!-- end of claims -->';

/**
 * Runs all notebooks of a profile. `quick` replaces the notebooks themselves; other profiles write
 * to `figures/<profile>/notebooks/`.
 * @throws Error naming the notebook that failed, with its kernel's message.
 */
export async function runFigures(
    {profile: name, report = console.log, onProgress}: FiguresRunOptions):
    Promise<{readonly notebooks: ExecutedNotebook[]; readonly claims: Claim[]}> {
  const profile = profileOf(name);
  const paths = projectPaths();
  await trainAll(profile, {...(onProgress && {onProgress})});
  const outputs =
      name === 'quick' ? paths.notebooks : path.join(figuresDir(profile), 'notebooks');
  const notebooks: ExecutedNotebook[] = [];
  for (const file of notebookNames()) {
    const executed = await executeNotebook(
        file, {outputs, values: {PROFILE: name}, ...(onProgress && {onProgress})});
    notebooks.push(executed);
    if (executed.stderrCells > 0) {
      report(`${file}: ${executed.stderrCells} cells printed to stderr; look at them`);
    }
    report(`${file}: ${executed.seconds.toFixed(0)} s`);
  }
  const claims = gatherClaims(figuresDir(profile));
  if (profile.name === 'quick') {
    writeBetweenMarks(path.join(paths.root, 'README.md'), claimsMarkdown(claims));
  }
  return {notebooks, claims};
}

function writeBetweenMarks(file: string, text: string): void {
  const content = readFileSync(file, 'utf8');
  const [start, end] = [content.indexOf(CLAIMS_START), content.indexOf(CLAIMS_END)];
  if (start < 0 || end < start) {
    throw new Error(`${file}: expected the marks ${CLAIMS_START} and ${CLAIMS_END}`);
  }
  const updated = content.slice(0, start + CLAIMS_START.length) +
      `\n\n${text}\n${content.slice(end)}`;
  if (updated !== content) writeFile(file, updated);
}
