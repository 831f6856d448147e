import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {pathToFileURL} from 'node:url';
import {after, before, test} from 'node:test';
import type {Browser, Page} from 'playwright-core';
import {openRunStudy} from '../../src/experiments/run-study';
import {noveltyPage} from '../../src/reports/novelty-report';
import {createPictures} from '../../src/reports/pictures';
import {runPage} from '../../src/reports/run-page';
import {measureRun} from '../../src/reports/run-report';
import {TINY_MEASURES, tinyRun} from '../reports/tiny-run';
import {launchChromium} from './chromium';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
const root = mkdtempSync(path.join(tmpdir(), 'report-browser-'));
const at = (name: string): string => path.join(root, name);
let browser: Browser;

before(async () => {
  const {stored} = await tinyRun(root);
  const report = await measureRun(await openRunStudy(stored.id, {
    profile: 'smoke', runs: at('runs'), measures: TINY_MEASURES, warn: () => {},
  }));
  const pictures = createPictures((message) => assert.fail(message));
  writeFileSync(at('run.html'), await runPage(report, pictures));
  writeFileSync(at('novelty.html'), await noveltyPage(report.novelty, pictures));
  await pictures.close();
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  rmSync(root, {recursive: true});
});

/** Opens a page of the disk; `wrong` fills with what a page must not do. */
async function open(name: string, width: number): Promise<{page: Page; wrong: string[]}> {
  const page = await browser.newPage({viewport: {width, height: 900}});
  const wrong: string[] = [];
  const address = pathToFileURL(at(name)).href;
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (url !== address && !/^(data|blob):/.test(url)) wrong.push(url);
  });
  await page.goto(address);
  return {page, wrong};
}

for (const [name, figures] of [['run.html', 7], ['novelty.html', 2]] as const) {
  for (const width of [1280, 390]) {
    test(`${name} draws its figures at ${width} px, loads nothing and is accessible`, async () => {
      const {page, wrong} = await open(name, width);
      const frames = await page.locator('.figure-frame').all();
      assert.equal(frames.length, figures);
      for (const frame of frames) {
        await frame.scrollIntoViewIfNeeded();
        await frame.locator('xpath=self::*[contains(@class, "is-live")]').waitFor();
        assert.ok(await frame.locator('.main-svg').count() > 0);
      }
      assert.ok(await page.evaluate<number>('document.documentElement.scrollWidth') <= width,
          'nothing is wider than the window');
      await page.locator('summary').first().click();
      await page.evaluate(AXE);
      const {violations} = await page.evaluate(() =>
        (globalThis as unknown as {axe: {run(): Promise<AxeResult>}}).axe.run());
      const serious = violations.filter(({impact}) => ['serious', 'critical'].includes(impact));
      assert.deepEqual(serious.map(({id, nodes}) => [id, nodes.map(({html}) => html)]), []);
      assert.deepEqual(wrong, []);
      await page.close();
    });
  }
}

test('the pointer finds a sample\'s nearest training image by its file', async () => {
  const {page} = await open('novelty.html', 1280);
  const sheet = page.locator('#figure-nearest');
  await sheet.scrollIntoViewIfNeeded();
  await sheet.locator('.is-live').waitFor();
  const image = (await sheet.locator('.imagelayer.mlayer').boundingBox())!;
  await page.mouse.move(image.x + 20, image.y + 20);
  const hover = sheet.locator('.hoverlayer text');
  await hover.first().waitFor();
  assert.match((await hover.allTextContents()).join(' '),
      /training image \d+ \(image-\d+\.png\),.*distance [\d.]+, ratio [\d.]+/);
  await page.close();
});

/** What axe-core finds. */
interface AxeResult {
  readonly violations: ReadonlyArray<{
    readonly id: string; readonly impact: string;
    readonly nodes: ReadonlyArray<{readonly html: string}>;
  }>;
}
