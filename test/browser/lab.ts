/** JupyterLab for tests: the project's own command, on a copy of the notebooks, and its pages. */
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {createServer} from 'node:net';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import type {Page} from 'playwright-core';
import {notebookNames} from '../../src/notebooks/notebook-file';
import {ROOT} from '../paths';

/** Loading JupyterLab, starting a kernel and TensorFlow in it, on a busy machine. */
const START_MS = 120_000;

export interface Lab {
  /** Address of a notebook's page, all others closed. */
  url(notebook: string): string;
  /** Ends the kernels that run. */
  endKernels(): Promise<void>;
  /** Where the notebooks write figures in these tests. */
  readonly figures: string;
  close(): Promise<void>;
}

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const server = createServer().on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const {port} = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
});

/** Starts `hidden-gaussian lab` on copies of the notebooks, with a run store of its own. */
export async function startLab(): Promise<Lab> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'lab-'));
  const notebooks = path.join(scratch, 'notebooks');
  for (const name of notebookNames()) {
    cpSync(path.join(ROOT, 'notebooks', name), path.join(notebooks, name));
  }
  mkdirSync(path.join(scratch, 'node_modules'));
  symlinkSync(ROOT, path.join(scratch, 'node_modules', 'hidden-gaussian'));
  const [port, token] = [await freePort(), randomBytes(16).toString('hex')];
  const child = spawn(process.execPath, [
    path.join(ROOT, 'bin', 'hidden-gaussian.js'), 'lab', '--', '--no-browser', `--port=${port}`,
    `--ServerApp.root_dir=${notebooks}`, '--LabApp.expose_app_in_browser=True',
  ], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {...process.env, JUPYTER_TOKEN: token, HIDDEN_GAUSSIAN_RUNS: path.join(scratch, 'runs')},
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log = (log + text.toString()).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ask = (address: string, method = 'GET'): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/api/${address}`,
        {method, headers: {authorization: `token ${token}`}});
  const isUp = (): Promise<boolean> => ask('status').then(({ok}) => ok, () => false);
  for (const end = Date.now() + START_MS; !await isUp();) {
    assert.ok(Date.now() < end && child.exitCode === null, `JupyterLab did not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    figures: path.join(scratch, 'figures'),
    url: (notebook) => `http://127.0.0.1:${port}/lab/tree/${notebook}?reset&token=${token}`,
    async endKernels() {
      const kernels = await (await ask('kernels')).json() as Array<{id: string}>;
      await Promise.all(kernels.map(({id}) => ask(`kernels/${id}`, 'DELETE')));
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(scratch, {recursive: true, force: true});
    },
  };
}

/** Opens a notebook and waits until its cells are there and its kernel is idle. */
export async function openNotebook(page: Page, lab: Lab, notebook: string): Promise<void> {
  await page.goto(lab.url(notebook));
  await page.locator('.jp-Notebook .cm-line', {hasText: 'let PROFILE'}).waitFor({timeout: START_MS});
  await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
      .waitFor({timeout: START_MS});
}

/** Rewrites a line of the parameters cell, as a user does: mark it, type another. */
export async function setParameter(page: Page, name: string, value: string): Promise<void> {
  await page.locator('.jp-Notebook .cm-line', {hasText: `let ${name}`}).first().click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.insertText(`let ${name} = ${value};`);
}

export async function runAllCells(page: Page): Promise<void> {
  await page.getByRole('menuitem', {name: 'Run', exact: true}).click();
  await page.getByRole('menuitem', {name: 'Run All Cells', exact: true}).click();
  await page.mouse.move(0, 0); // A figure that appears under the pointer would be live at once.
}

/** A code cell as JupyterLab knows it. */
export interface CellState {
  /** The number in brackets; null while it waits or runs. */
  readonly count: number | null;
  readonly running: boolean;
  /** What it printed as an error. */
  readonly complaint: string;
}

/** What is used of JupyterLab's application in the page. */
interface JupyterApp {
  shell: {currentWidget: {content: {model: {cells: Iterable<{
    type: string;
    executionState: string;
    executionCount: number | null;
    outputs: {toJSON(): Array<{output_type: string; name?: string; text?: string | string[];
      ename?: string; evalue?: string;}>;};
  }>;};};};};
}

/** The code cells of the notebook that is shown. */
export const cellStates = (page: Page): Promise<CellState[]> => page.evaluate(() => {
  const {jupyterapp} = globalThis as unknown as {jupyterapp: JupyterApp};
  return [...jupyterapp.shell.currentWidget.content.model.cells]
      .filter(({type}) => type === 'code')
      .map(({executionState, executionCount, outputs}) => ({
        count: executionCount, running: executionState === 'running',
        complaint: outputs.toJSON()
            .filter(({output_type: kind, name}) => kind === 'error' || name === 'stderr')
            .map(({text = '', ename, evalue}) => `${[text].flat().join('')}${ename ?? ''} ${evalue ?? ''}`)
            .join(''),
      }));
});

/** Waits until no cell runs or waits any more; fails at the first complaint. */
export async function waitForLastCell(page: Page, limitMs: number): Promise<void> {
  for (const end = Date.now() + limitMs; ;) {
    const cells = await cellStates(page);
    const complaint = cells.find((cell) => cell.complaint !== '');
    assert.equal(complaint?.complaint ?? '', '', 'a cell printed an error');
    if (cells.every(({count, running}) => count !== null && !running)) return;
    assert.ok(Date.now() < end, `cells after ${limitMs / 1000} s: ${JSON.stringify(cells)}`);
    await page.waitForTimeout(500);
  }
}
