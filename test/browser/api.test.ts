/** The reference of the API in a browser: built without a warning, whole, readable from a disk. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {after, before, test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {parse} from 'node-html-parser';
import type {Browser} from 'playwright-core';
import {publicNames} from '../docs/public-names';
import {ROOT} from '../paths';
import {launchChromium} from './chromium';

/** The first page, and one of each kind. */
const PAGES = [
  'index.html', 'functions/gaussianDenoiser.html', 'interfaces/TrainOptions.html',
  'types/EdmModelConfig.html', 'variables/DEFAULT_TRAIN_OPTIONS.html',
];

const out = mkdtempSync(path.join(os.tmpdir(), 'hidden-gaussian-api-'));
let browser: Browser;
before(async () => {
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  rmSync(out, {recursive: true, force: true});
});

test('every name, field and parameter is documented: the reference builds without a warning', () => {
  const {status, stderr, stdout} = spawnSync(
      process.execPath, [path.join('tools', 'api-docs', 'main.mjs'), out],
      {cwd: ROOT, encoding: 'utf8', env: {...process.env, NO_COLOR: '1'}});
  assert.equal(status, 0, stderr + stdout);
});

test('every public name has a page, and every link leads to one', () => {
  const files = readdirSync(out, {recursive: true, encoding: 'utf8'})
      .filter((name) => name.endsWith('.html'));
  const titles = new Set(files.map((name) => path.basename(name, '.html')));
  // TensorFlow itself has its own pages elsewhere; the package's own page is the first.
  const missing = publicNames().map(({name}) => name)
      .filter((name) => !titles.has(name) && !['tf', 'hidden-gaussian'].includes(name));
  assert.deepEqual(missing, []);
  const broken = files.flatMap((file) =>
    parse(readFileSync(path.join(out, file), 'utf8')).querySelectorAll('a[href], link[href]')
        .map((link) => link.getAttribute('href')!.split('#')[0]!)
        .filter((href) => href !== '' && !href.startsWith('https:'))
        .filter((href) => !existsSync(path.join(out, path.dirname(file), href)))
        .map((href) => `${file} -> ${href}`));
  assert.deepEqual(broken, []);
});

for (const name of PAGES) {
  test(`${name} loads from a disk, asks nothing of a network, and has no serious axe issue`, async () => {
    const page = await browser.newPage({viewport: {width: 1280, height: 900}});
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(path.join(out, name)).href);
    // The navigation is drawn by a script, from a file beside the pages.
    await page.waitForSelector('#tsd-nav-container li');
    await page.addScriptTag({path: require.resolve('axe-core/axe.min.js')});
    const issues = await page.evaluate(async () => {
      const {axe} = globalThis as unknown as {axe: typeof import('axe-core')};
      // It would ask for the style sheets once more, which a page from a disk may not.
      const {violations} = await axe.run({preload: false});
      return violations.map(({impact, id, nodes}) =>
        `${impact} ${id}: ${nodes.slice(0, 3).map(({html, any}) =>
          `${html.slice(0, 120)} (${any[0]?.message})`).join(' | ')}`);
    });
    await page.close();
    assert.deepEqual(complaints, []);
    assert.deepEqual(issues.filter((issue) => /^(serious|critical)/.test(issue)), []);
  });
}

test('the search finds a function by its name', async () => {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(path.join(out, 'index.html')).href);
  await page.click('#tsd-search-trigger');
  await page.fill('#tsd-search-input', 'karras');
  await page.waitForSelector('#tsd-search-results a[href*="karrasSchedule"]');
  await page.close();
});
