/** Figures in JupyterLab: a picture until the pointer enters, then a live plot. */
import assert from 'node:assert/strict';
import type {Locator, Page} from 'playwright-core';

const HOVER_LABELS = '.hoverlayer .hovertext, .hoverlayer .legend';
/** Parts of an image area that are tried until one shows a label. */
const TRIED = [0.5, 0.25, 0.75];
/** Data points of curves that are tried. */
const POINTS = 6;
/** How long Plotly may take to answer to a pointer at rest, on a busy machine. */
const ANSWER_MS = 1500;
/** How long JupyterLab may take to place what it draws. */
const PLACED_MS = 20_000;

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

/**
 * Brings every figure of the notebook to life with the pointer, and asks each for a hover label.
 * @param seen told the number of each figure, while its label is shown.
 * @returns how many figures there are.
 */
export async function hoverFigures(
    page: Page, seen: (name: string) => Promise<void>): Promise<number> {
  const figures = page.locator('.jp-RenderedPlotly');
  const count = await figures.count();
  for (let i = 0; i < count; i++) {
    const figure = figures.nth(i);
    await page.mouse.move(0, 0); // No figure scrolls under the pointer.
    await figure.scrollIntoViewIfNeeded();
    const {width} = await boxOf(figure.locator('.plot-img'));
    await figure.hover();
    await figure.locator('.main-svg').first().waitFor();
    const live = await boxOf(figure.locator('.main-svg').first());
    assert.ok(Math.abs(live.width - width) < 2, `${width} wide as a picture, ${live.width} live`);
    assert.ok(await showsLabel(page, figure), `figure ${i + 1} of ${count} shows no hover label`);
    await seen(`figure-${i + 1}`);
    await moveSlider(page, figure);
  }
  return count;
}

/** Where something is, once it has a place: JupyterLab draws outputs anew while cells run. */
async function boxOf(part: Locator): Promise<Box> {
  const end = Date.now() + PLACED_MS;
  for (;;) {
    await part.waitFor();
    const box = await part.boundingBox();
    if (box !== null) return box;
    assert.ok(Date.now() < end, `${String(part)} has no place after ${PLACED_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Moves the pointer over the figure until a label appears. */
async function showsLabel(page: Page, figure: Locator): Promise<boolean> {
  const area = figure.locator('.nsewdrag').first();
  await area.waitFor({state: 'attached'});
  await area.scrollIntoViewIfNeeded();
  const box = await boxOf(area);
  const places = [
    ...await dataPoints(figure),
    ...TRIED.flatMap((x) => TRIED.map((y) => [box.x + x * box.width, box.y + y * box.height])),
  ];
  for (const [x, y] of places) {
    await page.mouse.move(x! - 2, y!);
    await page.mouse.move(x!, y!);
    const appeared = figure.locator(HOVER_LABELS).first()
        .waitFor({state: 'attached', timeout: ANSWER_MS});
    if (await appeared.then(() => true, () => false)) return true;
  }
  return false;
}

/** Where the window has data points of the figure's curves: a vertex in the middle of each. */
const dataPoints = (figure: Locator): Promise<number[][]> =>
  figure.locator('.scatterlayer path.js-line').evaluateAll((paths, most) => {
    interface Curve {getAttribute(name: string): string; getScreenCTM(): Record<string, number>}
    return (paths as unknown as Curve[]).slice(0, most).flatMap((path) => {
      const vertices = path.getAttribute('d').match(/-?[\d.]+,-?[\d.]+/g) ?? [];
      const vertex = vertices[Math.floor(vertices.length / 2)];
      if (vertex === undefined) return [];
      const [x, y] = vertex.split(',').map(Number) as [number, number];
      const {a, d, e, f} = path.getScreenCTM() as {a: number; d: number; e: number; f: number};
      return [[a * x + e, d * y + f]];
    });
  }, POINTS);

/** Drags a figure's slider from one end to the other, if it has one: the images must change. */
async function moveSlider(page: Page, figure: Locator): Promise<void> {
  const grip = figure.locator('.slider-grip-rect');
  if (await grip.count() === 0) return;
  const state = (): Promise<string> => figure.locator('.imagelayer, .slider-labels, .slider-group')
      .evaluateAll((nodes) => nodes.map((node) => node.outerHTML).join(''));
  const before = await state();
  const [from, rail] = [await boxOf(grip), await boxOf(figure.locator('.slider-rail-touch-rect'))];
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  const start = from.x < rail.x + rail.width / 2;
  await page.mouse.move(rail.x + (start ? 0.95 : 0.05) * rail.width, from.y + from.height / 2,
      {steps: 8});
  await page.mouse.up();
  await page.waitForTimeout(500);
  assert.notEqual(await state(), before, 'the slider changed nothing');
}
