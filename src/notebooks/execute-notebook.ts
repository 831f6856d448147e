/** Executes a notebook with values for its parameters, in a fresh kernel of `.venv`. */
import {spawn} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync}
  from 'node:fs';
import * as path from 'node:path';
import {createInterface} from 'node:readline';
import {stripVTControlCharacters} from 'node:util';
import {exitOf} from '../experiments/child-exit';
import {TENSORFLOW_TUNING} from '../experiments/training-environment';
import {projectPaths} from '../paths';
import {jupyterEnvironment, venvPython} from '../setup/jupyter';
import {interruptedError, interruptible, isInterrupted} from '../store/interruption';
import {writeFile} from '../store/write-file';
import type {OnProgress} from '../types';
import {injectParameters} from './inject-parameters';
import type {Notebook} from './notebook-file';
import {cellTitle, notebookText, readNotebook} from './notebook-file';
import type {ParameterValues} from './parameter-values';

/** An executed notebook and what a reader would object to in it. */
export interface ExecutedNotebook {
  readonly file: string;
  readonly seconds: number;
  /** Cells that printed to stderr. */
  readonly stderrCells: number;
}

export interface ExecuteNotebookOptions {
  /** Folder for the executed notebook, which keeps its name; made when it is missing. */
  readonly outputs: string;
  /** Values for the notebook's parameters; others stay as its parameters cell has them. */
  readonly values?: ParameterValues;
  /** Told of each cell: what it shows, and how far its own computation is. */
  readonly onProgress?: OnProgress | undefined;
}

/** A line of `tools/execute_notebook.py`. */
interface Report {
  /** Position among all cells. */
  readonly cell: number;
  readonly progress?: string;
  readonly failed?: string;
}

/**
 * Executes a notebook of `notebooks/` there. Only a notebook that ran to its end is written.
 * @param name its file name.
 * @throws Error naming notebook and cell, with the kernel's message; an `AbortError` after an
 *     interruption.
 */
export async function executeNotebook(
    name: string, {outputs, values = {}, onProgress}: ExecuteNotebookOptions):
    Promise<ExecutedNotebook> {
  const started = Date.now();
  const notebook = injectParameters(name, readNotebook(name), values);
  mkdirSync(outputs, {recursive: true});
  const temporary = mkdtempSync(path.join(outputs, '.executing-'));
  try {
    const [input, result] = ['input', 'result'].map((part) =>
      path.join(temporary, `${part}.ipynb`)) as [string, string];
    writeFileSync(input, notebookText(notebook));
    await runCells({name, notebook, input, result, onProgress});
    const stderrCells = tidyNotebook(result);
    const file = path.join(outputs, name);
    renameSync(result, file);
    return {file, seconds: (Date.now() - started) / 1000, stderrCells};
  } finally {
    rmSync(temporary, {recursive: true, force: true});
  }
}

interface CellsRun extends Pick<ExecuteNotebookOptions, 'onProgress'> {
  readonly name: string;
  readonly notebook: Notebook;
  /** The notebook as a file, and where it goes when executed, both in a folder for this alone. */
  readonly input: string;
  readonly result: string;
}

async function runCells({name, notebook, input, result, onProgress}: CellsRun): Promise<void> {
  const paths = projectPaths();
  const python = venvPython(paths);
  if (!existsSync(python)) throw new Error(`${python}: not found; run \`make setup\` first`);
  const child = spawn(
      python, [path.join(paths.root, 'tools', 'execute_notebook.py'), input, result, paths.notebooks],
      {
        cwd: paths.notebooks, env: {...jupyterEnvironment(paths), ...TENSORFLOW_TUNING},
        stdio: ['ignore', 'pipe', 'pipe'],
      });
  const failure = followCells(child, name, notebook, onProgress);
  const {status, complaint} = await interruptible(async (signal) => {
    signal.addEventListener('abort', () => child.kill('SIGINT')); // SIGTERM would leave its kernel.
    const end = await exitOf(child, 4000);
    if (isInterrupted(signal.reason)) {
      throw interruptedError(signal.reason.interrupt,
          `notebooks/${name} was not finished; the runs that were are kept`);
    }
    return end;
  }, () => {
    child.kill('SIGKILL');
    rmSync(path.dirname(input), {recursive: true, force: true});
  });
  if (status !== 0) throw new Error(failure() ?? `notebooks/${name} failed:\n${complaint}`);
}

/** Passes on how far the notebook is. Returns what says where it failed, if it did. */
function followCells(
    child: ChildProcess, name: string, notebook: Notebook, onProgress: OnProgress = () => {}):
    () => string | undefined {
  const isCode = notebook.cells.map(({cell_type: type}) => type === 'code');
  const total = isCode.filter(Boolean).length;
  const codeBefore = (cell: number): number => isCode.slice(0, cell).filter(Boolean).length;
  const label = path.parse(name).name;
  let failure: string | undefined;
  createInterface({input: child.stdout!}).on('line', (line) => {
    const {cell, progress, failed} = JSON.parse(line) as Report;
    const title = cellTitle(notebook.cells[cell]!);
    if (failed !== undefined) {
      failure = `notebooks/${name}, code cell ${codeBefore(cell) + 1} of ${total} (${title}):\n` +
          kernelWords(failed);
      return;
    }
    const detail = [title, progress?.split('\n').at(-1)].filter(Boolean).join(' · ');
    onProgress({label, done: codeBefore(cell), total, detail});
  });
  child.on('close', (status) => {
    if (status === 0) onProgress({label, done: total, total});
  });
  return () => failure;
}

/** Frames of a stack that are shown. */
const FRAMES = 3;

/** The kernel's error without colours, and without most of its stack. */
export function kernelWords(text: string): string {
  let frames = 0;
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.filter((line) => {
    frames = /^\s+at /.test(line) ? frames + 1 : 0;
    return frames <= FRAMES;
  }).join('\n').trim();
}

/** Removes what changes from run to run (execution times), and counts cells with stderr. */
function tidyNotebook(file: string): number {
  const notebook = JSON.parse(readFileSync(file, 'utf8')) as Notebook;
  for (const cell of notebook.cells) delete cell.metadata['execution'];
  writeFile(file, notebookText(notebook));
  return notebook.cells.filter(({outputs = []}) =>
    outputs.some((output) => output.name === 'stderr')).length;
}
