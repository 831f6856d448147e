/**
 * The site in Chromium: made from the notebooks as they are committed, and from two small ones with
 * a slider, so that what is tested does not depend on what the notebooks show.
 */
import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, before, test} from 'node:test';
import type {Browser, Page} from 'playwright-core';
import {buildSite, profileSite} from '../../src/site/build-site';
import {brokenLinks, readPages} from '../site/site-checks';
import {tinyProject} from '../site/tiny-site';
import {launchChromium} from './chromium';
import {axeFindings, drawFigures, openFile} from './site-browser';
import type {OpenOptions} from './site-browser';

const scratch = mkdtempSync(path.join(tmpdir(), 'site-browser-'));
const tiny = tinyProject();
const real = {...profileSite('quick'), out: path.join(scratch, 'site')};
let browser: Browser;

before(async () => {
  browser = await launchChromium();
  await buildSite(tiny.options);
  await buildSite(real);
});
after(async () => {
  await browser.close();
  tiny.remove();
  rmSync(scratch, {recursive: true});
});

const pagesOf = (folder: string): string[] => readdirSync(folder)
    .filter((name) => name.endsWith('.html')).map((name) => path.join(folder, name));
const allPages = (): string[] => [...pagesOf(tiny.options.out), ...pagesOf(real.out)];
const firstPage = (): string => path.join(tiny.options.out, '01-first.html');

/** How long a slider may take to move its image, on a busy machine. */
const SLIDER_MS = 10_000;

/** Shows the code: its colours are looked at too. */
const UNFOLD = 'document.querySelectorAll("details").forEach((each) => { each.open = true; })';

/** Opens a file, does something with the page, and asserts that nothing was complained about. */
async function inPage<T>(
    file: string, body: (page: Page) => Promise<T>, options: OpenOptions = {}): Promise<T> {
  const {page, complaints} = await openFile(browser, file, options);
  try {
    const result = await body(page);
    assert.deepEqual(complaints, [], file);
    return result;
  } finally {
    await page.context().close();
  }
}

test('every page loads from a disk without complaint or request, draws its figures, and axe-core ' +
    'finds nothing serious on it', async () => {
  let figures = 0;
  for (const file of allPages()) {
    figures += await inPage(file, async (page) => {
      const drawn = await drawFigures(page);
      const missing = await page.evaluate(`Array.from(document.images)
          .filter((image) => image.loading !== 'lazy' && image.naturalWidth === 0)
          .map((image) => image.src)`);
      assert.deepEqual(missing, [], file);
      await page.evaluate(UNFOLD);
      assert.deepEqual(await axeFindings(page), [], file);
      return drawn;
    });
  }
  const expected = [tiny.options.out, real.out].flatMap((folder) => [...readPages(folder).values()])
      .reduce((sum, document) => sum + document.querySelectorAll('.figure').length, 0);
  assert.ok(expected >= 25, `${expected} figures`);
  assert.equal(figures, expected);
});

test('figures are drawn when they come near the window, not before', async () => {
  const file = path.join(real.out, '03-gaussian-bias.html');
  await inPage(file, async (page) => {
    await page.waitForTimeout(1000);
    const drawn = (): Promise<number> => page.locator('.is-live').count();
    const atFirst = await drawn();
    const all = await drawFigures(page);
    assert.ok(atFirst < all, `${atFirst} of ${all} drawn at first`);
    assert.equal(await drawn(), all);
  });
});

test('every link of the committed notebooks\' site resolves', () => {
  const broken = brokenLinks(real.out)
      // Files of the project: from the site's place in figures/, not from this test's.
      .filter((problem) => !/: (\.\.\/)+/.test(problem));
  assert.deepEqual(broken, []);
});

test('the slider of a figure moves its image on, and back', async () => {
  await inPage(firstPage(), async (page) => {
    await drawFigures(page);
    const figure = page.locator('#figure-01-slider');
    const image = figure.locator('.imagelayer image');
    const rail = (await figure.locator('.slider-rail-touch-rect').boundingBox())!;
    const shownAt = async (fraction: number): Promise<string> => {
      const before = await image.getAttribute('href');
      await page.mouse.click(rail.x + 5 + fraction * (rail.width - 10), rail.y + rail.height / 3);
      // Of XLink's namespace, where no selector finds it.
      const end = Date.now() + SLIDER_MS;
      while (Date.now() < end) {
        const now = await image.getAttribute('href');
        if (now !== null && now !== before) return now;
        await page.waitForTimeout(20);
      }
      throw new Error('the slider moved no image');
    };
    const first = await image.getAttribute('href');
    const last = await shownAt(1);
    assert.notEqual(last, first);
    assert.equal(await shownAt(0), first);
  });
});

test('at 360 pixels no page scrolls sideways, figures are scaled to the width, and axe-core ' +
    'finds nothing serious', async () => {
  for (const file of allPages()) {
    await inPage(file, async (page) => {
      await drawFigures(page);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      assert.equal(width, 360, file);
      for (const figure of await page.locator('.figure-frame').all()) {
        const frame = (await figure.boundingBox())!;
        const drawing = (await figure.locator('.svg-container').boundingBox())!;
        assert.ok(Math.abs(drawing.width - frame.width) < 1 && drawing.width <= 360, file);
        assert.ok(Math.abs(drawing.height - frame.height) < 2, file);
      }
      await page.evaluate(UNFOLD);
      assert.deepEqual(await axeFindings(page), [], file);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, file);
    }, {width: 360});
  }
});

test('no button of a figure leads to a server', async () => {
  await inPage(firstPage(), async (page) => {
    await drawFigures(page);
    const titles = await page.locator('#figure-01-line .modebar-btn').evaluateAll(
        (buttons) => buttons.map((button) => button.getAttribute('data-title') ?? ''));
    assert.ok(titles.length >= 4, `buttons: ${titles.join(', ')}`);
    assert.deepEqual(titles.filter((title) => /share|cloud|edit|plotly/i.test(title)), []);
  });
});

test('hovering a scaled figure finds the point under the pointer', async () => {
  await inPage(firstPage(), async (page) => {
    await drawFigures(page);
    const figure = page.locator('#figure-01-line');
    const point = figure.locator('.scatterlayer .point, .js-line').first();
    await point.scrollIntoViewIfNeeded();
    const box = (await point.boundingBox())!;
    await page.mouse.move(box.x + 1, box.y + box.height - 1);
    await figure.locator('.hoverlayer .hovertext, .hoverlayer .legend').first()
        .waitFor({timeout: 5000});
  }, {width: 360});
});

test('in print each figure is its picture, code and navigation are left out', async () => {
  for (const file of [firstPage(), path.join(real.out, '04-capacity-and-early-stopping.html')]) {
    await inPage(file, async (page) => {
      await drawFigures(page);
      await page.emulateMedia({media: 'print'});
      for (const figure of await page.locator('.figure-frame').all()) {
        assert.ok(await figure.locator('img').isVisible(), 'the picture is hidden');
        assert.ok(!await figure.locator('.figure-live').isVisible(), 'the live figure is shown');
      }
      for (const hidden of ['details.code', '.banner nav', '.steps', '.toc']) {
        assert.ok(!await page.locator(hidden).first().isVisible(), hidden);
      }
      assert.ok(await page.locator('h1').isVisible());
    });
  }
});

test('without scripts each figure is its picture', async () => {
  await inPage(firstPage(), async (page) => {
    assert.ok(await page.locator('#figure-01-line img').isVisible());
  }, {scripts: false});
});
