/**
 * `make figures`: trains what is missing, executes the notebooks in a fresh kernel each, then
 * gathers the claims and refreshes the README's table. A notebook is
 * replaced only once it has run without an error.
 */
import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync}
  from 'node:fs';
import * as path from 'node:path';
import {projectPaths} from '../paths';
import {jupyterCommand, jupyterEnvironment} from '../setup/jupyter';
import type {OnProgress} from '../types';
import {exitOf} from './child-exit';
import type {Claim} from './claims';
import {gatherClaims} from './claims';
import {claimsMarkdown} from './claims-table';
import {profileOf} from './profiles';
import type {Profile} from './profiles';
import {trainAll} from './train-pool';
import {TENSORFLOW_TUNING} from './training-environment';
import {figuresDir} from './workspace';
import {interruptedError, interruptible, isInterrupted} from '../store/interruption';
import {writeFile} from '../store/write-file';

export interface FiguresRunOptions {
  /** One of `PROFILE_NAMES`. */
  readonly profile: string;
  /** Told about each notebook (default: a line on the console). */
  readonly report?: (message: string) => void;
  readonly onProgress?: OnProgress;
}

/** An executed notebook and what a reader would object to in it. */
export interface ExecutedNotebook {
  readonly file: string;
  readonly seconds: number;
  /** Cells that printed to stderr. */
  readonly stderrCells: number;
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
  const notebooks: ExecutedNotebook[] = [];
  for (const file of notebookNames()) {
    const executed = await executeNotebook(file, profile);
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

/** The notebooks in their order. */
export const notebookNames = (): string[] => readdirSync(projectPaths().notebooks)
    .filter((name) => /^\d\d-.*\.ipynb$/.test(name)).sort();

export interface ExecuteNotebookOptions {
  /**
   * Folder of the executed notebook (default: the notebooks' own for `quick`, else
   * `figures/<profile>/notebooks/`).
   */
  readonly outputs?: string;
  /** Further environment variables of the kernel (default none). */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Executes one notebook with the kernel of `.venv`, in its own folder. */
export async function executeNotebook(
    file: string, profile: Profile, options: ExecuteNotebookOptions = {}):
    Promise<ExecutedNotebook> {
  const paths = projectPaths();
  const started = Date.now();
  const {
    environment = {},
    outputs = profile.name === 'quick' ?
      paths.notebooks : path.join(figuresDir(profile), 'notebooks'),
  } = options;
  mkdirSync(outputs, {recursive: true});
  const temporary = mkdtempSync(path.join(outputs, '.executing-'));
  try {
    await nbconvert(file, temporary, profile, environment);
    const result = path.join(temporary, file);
    const stderrCells = tidyNotebook(result);
    renameSync(result, path.join(outputs, file));
    return {file: path.join(outputs, file), seconds: (Date.now() - started) / 1000, stderrCells};
  } finally {
    rmSync(temporary, {recursive: true, force: true});
  }
}

async function nbconvert(
    file: string, output: string, profile: Profile,
    environment: Readonly<Record<string, string>>): Promise<void> {
  const paths = projectPaths();
  const command = jupyterCommand(paths);
  if (!existsSync(command)) {
    throw new Error(`${command}: not found; run \`make setup\` first`);
  }
  const child = spawn(command, [
    'nbconvert', '--to', 'notebook', '--execute', '--log-level=ERROR',
    '--ExecutePreprocessor.timeout=-1', '--ExecutePreprocessor.shutdown_kernel=immediate',
    '--output-dir', output, file,
  ], {
    cwd: paths.notebooks,
    env: {
      ...jupyterEnvironment(paths), ...TENSORFLOW_TUNING, ...environment, PROFILE: profile.name,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const {status, complaint} = await interruptible(async (signal) => {
    signal.addEventListener('abort', () => child.kill('SIGINT')); // SIGTERM would leave its kernel.
    const end = await exitOf(child, 4000);
    if (isInterrupted(signal.reason)) {
      throw interruptedError(signal.reason.interrupt,
          `notebooks/${file} was not finished; the runs that were are kept`);
    }
    return end;
  }, () => child.kill('SIGKILL'));
  if (status !== 0) {
    throw new Error(`notebooks/${file} failed with profile ${profile.name}:\n${complaint}`);
  }
}

interface NotebookFile {
  metadata: Record<string, unknown>;
  cells: Array<{
    cell_type: string;
    metadata: Record<string, unknown>;
    outputs?: Array<{name?: string}>;
  }>;
}

/** Removes what changes from run to run (execution times), and counts cells with stderr. */
function tidyNotebook(file: string): number {
  const notebook = JSON.parse(readFileSync(file, 'utf8')) as NotebookFile;
  for (const cell of notebook.cells) delete cell.metadata['execution'];
  writeFile(file, `${JSON.stringify(notebook, null, 1)}\n`);
  return notebook.cells.filter(({outputs = []}) =>
    outputs.some((output) => output.name === 'stderr')).length;
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
