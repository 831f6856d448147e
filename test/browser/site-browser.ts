/** Pages from a disk in Chromium: what they ask for, what they complain about, what they draw. */
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import type {Browser, Page} from 'playwright-core';

const axeFile = createRequire(__filename).resolve('axe-core/axe.min.js');

export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts, messages of the console but the debugging ones, requests to elsewhere. */
  readonly complaints: string[];
}

export interface OpenOptions {
  /** Width of the window in CSS pixels (default 1280). */
  readonly width?: number;
  /** Whether scripts run (default true). */
  readonly scripts?: boolean;
}

/** Opens a file; the caller closes the page's context. */
export async function openFile(
    browser: Browser, file: string,
    {width = 1280, scripts = true}: OpenOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: {width, height: 900}, javaScriptEnabled: scripts,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'debug') complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  await page.goto(pathToFileURL(file).href);
  return {page, complaints};
}

/** Scrolls to each figure and waits until it is drawn. @returns how many there are. */
export async function drawFigures(page: Page): Promise<number> {
  const frames = await page.locator('.figure-frame').all();
  for (const frame of frames) {
    await frame.scrollIntoViewIfNeeded();
    await frame.locator('xpath=self::*[contains(@class, "is-live")]')
        .locator('.js-plotly-plot svg.main-svg').first().waitFor();
  }
  return frames.length;
}

/** Serious and critical findings of axe-core; it cannot judge the inside of drawings. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(axeFile, 'utf8'));   // The page's policy forbids a script tag.
  const found = await page.evaluate(`axe
      .run({exclude: ['.main-svg']}, {resultTypes: ['violations'], preload: false})
      .then(({violations}) => violations
          .filter(({impact}) => impact === 'serious' || impact === 'critical')
          .map(({id, nodes}) => id + ': ' + nodes.slice(0, 3).map((node) => node.target + ' ' +
              node.html.slice(0, 120) + ' ' + node.failureSummary).join(' | ')))`);
  return found as string[];
}
