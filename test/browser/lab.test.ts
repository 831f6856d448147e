/**
 * JupyterLab in Chromium, as a researcher uses it: change the parameters, run all cells, look at the
 * live figures, stop a training and go on. Takes minutes.
 */
import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import * as path from 'node:path';
import test from 'node:test';
import type {Browser, Page} from 'playwright-core';
import {notebookNames} from '../../src/notebooks/notebook-file';
import {launchChromium} from './chromium';
import {hoverFigures} from './lab-figures';
import type {Lab} from './lab';
import {
  cellStates, openNotebook, runAllCells, setParameter, startLab, waitForLastCell,
} from './lab';

/** The longest notebook, its trainings included, on a busy machine. */
const NOTEBOOK_MS = 900_000;
/** A click, a key, an answer of the kernel. */
const ACTION_MS = 60_000;
/** `LAB_SCREENSHOTS=folder` keeps pictures. */
const SCREENSHOTS = process.env['LAB_SCREENSHOTS'];

let [lab, browser, page] = [] as unknown as [Lab, Browser, Page];
test.before(async () => {
  [lab, browser] = await Promise.all([startLab(), launchChromium()]);
});
test.beforeEach(async () => {
  page = await browser.newPage({viewport: {width: 1400, height: 1000}});
  page.setDefaultTimeout(ACTION_MS);
});
test.afterEach(async () => {
  await page.close();
  await lab.endKernels();
});
test.after(async () => {
  await browser?.close();
  await lab?.close();
});

async function screenshot(name: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  mkdirSync(SCREENSHOTS, {recursive: true});
  await page.screenshot({path: path.join(SCREENSHOTS, `${name}.png`)});
}

/** Opens a notebook with the smoke profile, its figures apart from the project's. */
async function openSmoke(notebook: string): Promise<void> {
  await openNotebook(page, lab, notebook);
  await setParameter(page, 'PROFILE', '\'smoke\'');
  await setParameter(page, 'FIGURES', `'${path.join(lab.figures, notebook)}'`);
}

/** Steps done, by the bar of a training; 0 without one. */
async function stepsDone(): Promise<number> {
  const [bar = ''] = await page.locator('.jp-OutputArea div:has(> progress)').allTextContents();
  const done = /^train .*: ([\d,]+) of/.exec(bar.trim())?.[1];
  return done === undefined ? 0 : Number(done.replaceAll(',', ''));
}

async function waitForSteps(least: number): Promise<number> {
  for (const end = Date.now() + NOTEBOOK_MS; ;) {
    const done = await stepsDone();
    if (done >= least) return done;
    assert.ok(Date.now() < end, `no training reached step ${least}`);
    await page.waitForTimeout(50);
  }
}

for (const notebook of notebookNames()) {
  test(`${notebook}: Run All comes to the last cell, and all figures are live`, async () => {
    await openSmoke(notebook);
    await runAllCells(page);
    await waitForLastCell(page, NOTEBOOK_MS);
    const figures = await hoverFigures(page, (name) => screenshot(`${notebook.slice(0, 2)}-${name}`));
    assert.ok(figures >= 4, `${figures} figures`);
  });
}

test('a training shows its progress, stops at the stop button, says so, and goes on', async () => {
  const [, notebook] = notebookNames() as [string, string];
  await openNotebook(page, lab, notebook);
  await setParameter(page, 'SEED', '7');
  await setParameter(page, 'FIGURES', `'${lab.figures}'`);
  await runAllCells(page);
  const first = await waitForSteps(1);
  assert.ok(await waitForSteps(first + 1) > first);
  await page.locator('.jp-CodeCell').nth(1).scrollIntoViewIfNeeded(); // The bar comes and goes.
  await screenshot('training');
  await page.locator('[data-jp-item-name="interrupt"]').click();
  const note = page.locator('.jp-OutputArea', {hasText: /stopped; .* is kept as it was after step/});
  await note.first().waitFor({state: 'attached'});
  await note.first().scrollIntoViewIfNeeded();
  await screenshot('stopped');
  const text = (await note.first().textContent())!;
  const kept = Number(/after step (\d+) of 2000/.exec(text)?.[1]);
  assert.ok(kept >= first, text);
  assert.match(text, /Interrupted asynchronously/);
  assert.ok((await cellStates(page)).every(({running}) => !running), 'cells wait for nothing');

  await runAllCells(page);
  const again = await waitForSteps(1);
  assert.ok(again >= kept, `began again at step ${again}, kept was ${kept}`);
});

test('Restart and Run All gives the same notebook again; completion and hover know the types',
    async () => {
  const [notebook] = notebookNames() as [string];
  await openSmoke(notebook);
  await runAllCells(page);
  await waitForLastCell(page, NOTEBOOK_MS);
  await page.locator('[data-jp-item-name="restart-and-run"]').click();
  await page.getByRole('button', {name: 'Confirm Kernel Restart'}).click();
  // Until the new kernel is there, the cells still have their results.
  while (!(await cellStates(page)).some(({running}) => running)) await page.waitForTimeout(50);
  await waitForLastCell(page, NOTEBOOK_MS);
  const counts = (await cellStates(page)).map(({count}) => count);
  assert.deepEqual(counts, counts.map((_, i) => i + 1), 'numbered by a new kernel');

  await page.locator('.jp-CodeCell .cm-content').last().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('\nhg.gaussianDen');
  const item = page.locator('.jp-Completer-item', {hasText: 'gaussianDenoiser'});
  for (let tries = 0; tries < 4 && !await item.isVisible(); tries++) {
    await page.keyboard.press('Tab'); // The first answer may come too late for JupyterLab.
    await item.waitFor({timeout: 25_000}).catch(() => {});
  }
  await screenshot('completion');
  await page.keyboard.press('Enter');
  await page.locator('.cm-line', {hasText: /^hg\.gaussianDenoiser$/}).waitFor();
  await page.keyboard.press('Shift+Tab');
  const help = page.locator('.jp-Tooltip');
  await help.waitFor();
  await screenshot('hover');
  const words = (await help.textContent())!;
  assert.match(words, /gaussianDenoiser\(stats: GaussianStats/);
  assert.match(words, /Makes the Gaussian denoiser of `stats`/);
});
