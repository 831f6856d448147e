/**
 * Figures live in a browser against their pictures, and what only live ones can do: sliders that
 * move images, words at the pointer.
 *
 * The page draws the JSON with the Plotly that pages carry and kaleido's own Lato; the picture
 * comes from kaleido, whose browser is years older. What differs is text, set a fraction of a
 * pixel apart by the two browsers, and ticks, which one of them rounds to whole pixels. Inside of
 * the axes hardly anything does.
 */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {after, before, test} from 'node:test';
import type {Browser, Page} from 'playwright-core';
import sharp from 'sharp';
import {createKaleido} from '../../src/figures/kaleido';
import {findKaleido} from '../../src/figures/kaleido-process';
import type {ImageTrace, PlotlyFigure} from '../../src/figures/types';
import {pixelDifference} from '../figures/pixel-difference';
import {SAMPLES} from '../figures/samples';
import {launchChromium} from './chromium';

/** Shares of pixels that may differ: about twice what the worst figure shows. */
const ALLOWED = {
  whole: {lato2: 0.009, fontsource: 0.035}, inside: {lato2: 0.004, fontsource: 0.008},
} as const;
type Font = keyof typeof ALLOWED.whole;

const kaleido = createKaleido();
let browser: Browser;
let pages: Readonly<Record<Font, Promise<Page>>>;
before(async () => {
  browser = await launchChromium();
  pages = {lato2: openPage('lato2'), fontsource: openPage('fontsource')};
});
after(async () => {
  await browser.close();
  await kaleido.close();
});

/** Lato as kaleido has it (2.0, with Greek), or as pages embed it (Latin only). */
function fontRules(font: Font): string {
  const lato = path.join(findKaleido(), 'xdg', 'fonts', 'truetype', 'lato');
  const web = path.join(path.dirname(require.resolve('@fontsource/lato/package.json')), 'files');
  const files = font === 'lato2' ?
    {400: path.join(lato, 'Lato-Regular.ttf'), 700: path.join(lato, 'Lato-Bold.ttf')} :
    {400: path.join(web, 'lato-latin-400-normal.woff2'),
      700: path.join(web, 'lato-latin-700-normal.woff2')};
  return Object.entries(files).map(([weight, file]) => '@font-face{font-family:Lato;' +
      `font-weight:${weight};src:url(data:font/any;base64,${readFileSync(file, 'base64')})}`).join('');
}

declare const Plotly: {
  newPlot(node: string, figure: PlotlyFigure): Promise<unknown>;
  purge(node: string): void;
};

/** A page with a font and Plotly, for many figures. */
async function openPage(font: Font): Promise<Page> {
  const page = await browser.newPage({viewport: {width: 1000, height: 1000}});
  await page.setContent(`<style>${fontRules(font)}body{margin:0}</style><div id="figure"></div>`);
  await page.addScriptTag(
      {path: require.resolve('plotly.js-cartesian-dist-min/plotly-cartesian.min.js')});
  await page.evaluate('Promise.all(["16px Lato", "bold 16px Lato"].map((f) => document.fonts.load(f)))');
  return page;
}

/** Draws a figure at the upper left corner of the page of that font. */
async function draw(figure: PlotlyFigure, font: Font = 'lato2'): Promise<Page> {
  const page = await pages[font];
  await page.mouse.move(990, 990);
  await page.evaluate(async (drawn) => {
    Plotly.purge('figure');
    await Plotly.newPlot('figure', drawn);
  }, figure);
  return page;
}

/** The slider's words, such as `σ = 1.5`. */
const sliderLabel = async (page: Page): Promise<string> =>
    (await page.locator('.slider-label').first().textContent())!;

async function clickLast(page: Page): Promise<void> {
  const rail = (await page.locator('.slider-rail-touch-rect').boundingBox())!;
  await page.mouse.click(rail.x + rail.width - 4, rail.y + rail.height / 2);
}

/** Waits until the slider says so. */
const untilLabel = (page: Page, condition: string): Promise<unknown> =>
    page.waitForFunction(`document.querySelector('.slider-label').textContent ${condition}`);

const shot = (page: Page, {layout: {width, height}}: PlotlyFigure): Promise<Buffer> =>
    page.screenshot({clip: {x: 0, y: 0, width, height}});

/** The part of a picture inside of the axes. */
const inside = (png: Buffer, {layout: {width, height, margin}}: PlotlyFigure): Promise<Buffer> =>
    sharp(png).extract({
      left: margin.l + 2, top: margin.t + 2,
      width: width - margin.l - margin.r - 4, height: height - margin.t - margin.b - 4,
    }).png().toBuffer();

for (const name of ['line-regimes', 'line-pair', 'grid-samples', 'grid-trajectory',
  'heatmap-overlap', 'scatter-scores', 'slider-grid', 'slider-heatmap']) {
  test(`${name} looks live as in its picture`, async () => {
    const figure = SAMPLES[name]!();
    const {data, layout} = figure;
    const picture = await kaleido.render({data, layout}, {format: 'png', scale: 1});
    for (const font of ['lato2', 'fontsource'] as const) {
      const page = await draw(figure, font);
      const live = await shot(page, figure);
      const shares = {
        whole: (await pixelDifference(picture, live)).share,
        inside: (await pixelDifference(
            await inside(picture, figure), await inside(live, figure))).share,
      };
      for (const part of ['whole', 'inside'] as const) {
        assert.ok(shares[part] <= ALLOWED[part][font], `${part}, ${font}: ` +
            `${(100 * shares[part]).toFixed(2)} % of the pixels differ`);
      }
    }
  });
}

test('a live image is sharp: both ends of each of its pixels have that pixel’s colour', async () => {
  const figure = SAMPLES['grid-colour']!();
  const page = await draw(figure);
  const {margin, width} = figure.layout;
  const source = (figure.data[0] as ImageTrace).source;
  const raster = await sharp(Buffer.from(source.split(',')[1]!, 'base64')).toColourspace('srgb')
      .raw().toBuffer({resolveWithObject: true});
  const seen = await sharp(await shot(page, figure)).removeAlpha().raw()
      .toBuffer({resolveWithObject: true});
  const scale = (width - margin.l - margin.r) / raster.info.width;
  for (let i = 0; i < raster.info.width * raster.info.height; i++) {
    const [column, row] = [i % raster.info.width, Math.floor(i / raster.info.width)];
    const expected = [...raster.data.subarray(i * raster.info.channels).subarray(0, 3)];
    for (const part of [0.1, 0.9]) {
      const [x, y] = [Math.floor(margin.l + (column + part) * scale),
        Math.floor(margin.t + (row + part) * scale)];
      const got = [...seen.data.subarray((y * seen.info.width + x) * 3).subarray(0, 3)];
      assert.ok(got.every((value, c) => Math.abs(value - expected[c]!) <= 1),
          `pixel (${column}, ${row}) is ${got}, expected ${expected}`);
    }
  }
});

/** What the pointer reads at a place of the figure. */
async function hover(page: Page, x: number, y: number): Promise<string> {
  await page.mouse.move(x - 3, y - 3);
  await page.mouse.move(x, y);
  const label = page.locator('.hoverlayer .hovertext');
  await label.first().waitFor({state: 'attached'});
  return (await label.allTextContents()).join(' ');
}

test('the slider moves images and their words, the buttons play and stop', async () => {
  const figure = SAMPLES['slider-grid']!();
  const {margin} = figure.layout;
  const page = await draw(figure);
  const sources = figure.frames!.map(({data}) => (data[0] as Partial<ImageTrace>).source!);
  const shown = async (): Promise<number> => sources.indexOf((await page.locator('#figure image')
      .first().evaluate((image) => image.getAttribute('href') ?? image.getAttribute('xlink:href')))!);
  assert.equal(await shown(), 5);
  assert.match(await hover(page, margin.l + 40, margin.t + 40),
      /network, 0.*nearest: training image 5, Sneaker/);
  const first = await shot(page, figure);
  await clickLast(page);
  await untilLabel(page, "=== 'σ = 0.002'");
  assert.equal(await shown(), 9);
  assert.match(await hover(page, margin.l + 40, margin.t + 40), /training image 9, Sneaker/);
  await page.mouse.move(1, 1);
  const last = await shot(page, figure);
  const moved = (await pixelDifference(
      await inside(first, figure), await inside(last, figure))).share;
  assert.ok(moved > 0.1, `only ${moved} of the pixels changed`);
  await page.getByText('Play').click();
  await untilLabel(page, "!== 'σ = 0.002'");    // starts again after the last
  await page.getByText('Stop').click();
  const stopped = [await shown(), await sliderLabel(page)];
  assert.notEqual(stopped[0], 9);
  await page.waitForTimeout(2000);
  assert.deepEqual([await shown(), await sliderLabel(page)], stopped);
});

test('the slider of heat maps moves them, the pointer reads vector, component and overlap',
    async () => {
  const figure = SAMPLES['slider-heatmap']!();
  const {margin} = figure.layout;
  const page = await draw(figure);
  const side = 360 / 12;
  const at = (): Promise<string> => hover(page, margin.l + 3.5 * side, margin.t + 2.5 * side);
  assert.match(await at(), /N = 60,000.*singular vector 3 · component 4: 0\.74/);
  await clickLast(page);
  await untilLabel(page, "=== 'σ = 0.1'");
  assert.match(await at(), /singular vector 3 · component 4: 0\.85/);
});
