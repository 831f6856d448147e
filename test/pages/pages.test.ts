import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {test} from 'node:test';
import * as vm from 'node:vm';
import {parse} from 'node-html-parser';
import {figureAltText} from '../../src/figures/alt-text';
import {lineFigure} from '../../src/figures/line-figure';
import type {PlotlyFigure} from '../../src/figures/types';
import {writePageAssets} from '../../src/pages/assets';
import {escapeHtml, scriptCode, scriptJson} from '../../src/pages/escape';
import {figureBlock} from '../../src/pages/figure-block';
import {FIGURE_SCRIPT} from '../../src/pages/figure-script';
import {htmlPage} from '../../src/pages/page';

const HOSTILE = '</script><script>alert("x")</script><!-- \u2028 & \'"';
const figure = (title = 'A line'): PlotlyFigure => lineFigure({
  title, xTitle: 'x', yTitle: 'y', series: [{name: HOSTILE, x: [1, 2], y: [3, 4]}],
});
const page = (body: string, assets: 'inline' | {folder: string} = {folder: './assets'}): string =>
  htmlPage({title: HOSTILE, description: HOSTILE, body, assets});

test('hostile text stays text in titles, attributes and the JSON of a figure', () => {
  const html = page(figureBlock(figure(HOSTILE), {id: HOSTILE, png: HOSTILE, alt: HOSTILE}));
  const document = parse(html, {comment: true});
  assert.equal(document.querySelector('title')!.text, HOSTILE);
  assert.equal(document.querySelector('img')!.getAttribute('alt'), HOSTILE);
  assert.equal(document.querySelector('img')!.getAttribute('src'), HOSTILE);
  const scripts = document.querySelectorAll('script');
  assert.deepEqual(scripts.map((script) => script.getAttribute('src') ?? 'data'),
      ['data', './assets/plotly-cartesian.min.js', './assets/figures.js']);
  assert.deepEqual(JSON.parse(scripts[0]!.innerHTML), figure(HOSTILE));
  assert.equal(html.match(/<\/script/g)!.length, 3);
});

test('scriptJson gives the value back and holds no tag, comment or line separator', () => {
  const json = scriptJson({HOSTILE});
  assert.deepEqual(JSON.parse(json), {HOSTILE});
  assert.doesNotMatch(json, /[<>&\u2028\u2029]/);
});

test('scriptCode keeps what code does, without the end of its element', () => {
  const code = scriptCode('`</script><!--${/<\\/SCRIPT>/.test("</SCRIPT>")}`');
  assert.doesNotMatch(code, /<\/script|<!--/i);
  assert.equal(vm.runInNewContext(code), '</script><!--true');
});

test('escapeHtml escapes what ends a text or an attribute', () => {
  assert.equal(escapeHtml('<a href="x">\'&amp;'), '&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;');
});

test('a figure says what it shows, in place of its picture and of the live figure', () => {
  const block = parse(figureBlock(figure(), {id: 'f', png: 'f.png'}));
  const {width, height} = figure().layout;
  assert.equal(block.querySelector('img')!.getAttribute('alt'), figureAltText(figure()));
  assert.equal(block.querySelector('img')!.getAttribute('width'), `${width}`);
  assert.equal(block.querySelector('img')!.getAttribute('height'), `${height}`);
  assert.equal(block.querySelector('[role=group]')!.getAttribute('aria-label'),
      figureAltText(figure()));
  const bare = parse(figureBlock(figure(), {id: 'f', alt: 'words'}));
  assert.equal(bare.querySelector('noscript')!.innerHTML, '<p>words</p>');
});

test('a page in one file loads nothing, and brings Plotly only for a figure', () => {
  const plain = page('<p>no figure</p>', 'inline');
  const live = page(figureBlock(figure(), {id: 'f'}), 'inline');
  for (const html of [plain, live]) {
    const document = parse(html, {comment: true, blockTextElements: {script: true, style: true}});
    assert.equal(document.querySelectorAll('[src], link[rel=stylesheet]').length, 0);
    const style = document.querySelector('style')!.innerHTML;
    const addresses = [...style.matchAll(/url\((.{0,30})/g)].map((match) => match[1]!);
    assert.ok(addresses.length >= 3);
    assert.deepEqual(addresses.filter((address) => !address.startsWith('data:font/')), []);
  }
  assert.ok(plain.length < 150_000, `${plain.length} bytes without a figure`);
  assert.ok(live.length > 1_000_000 && live.length < 2_000_000, `${live.length} bytes with one`);
});

test('a page takes the styles of maths only where it has some', () => {
  assert.doesNotMatch(page('<p>1 + 1</p>'), /maths\.css/);
  assert.match(page('<span class="katex">1</span>'), /href="\.\/assets\/maths\.css"/);
  assert.match(page('<span class="katex">1</span>', 'inline'), /KaTeX_Main/);
});

test('the assets\' folder holds what its styles and the pages ask for, and nothing else', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'page-assets-'));
  try {
    writePageAssets(path.join(folder, 'assets'));
    const assets = path.join(folder, 'assets');
    const names = readdirSync(assets);
    const body = `<span class="katex"></span>${figureBlock(figure(), {id: 'f'})}`;
    const asked = new Set(parse(page(body)).querySelectorAll('script[src], link[rel=stylesheet]')
        .map((node) => path.basename(node.getAttribute('src') ?? node.getAttribute('href')!)));
    for (const name of names.filter((file) => file.endsWith('.css'))) {
      const css = readFileSync(path.join(assets, name), 'utf8');
      for (const [, address] of css.matchAll(/url\(([^)]+)\)/g)) asked.add(path.basename(address!));
    }
    assert.deepEqual([...names].sort(), [...asked].sort());
    const bytes = names.reduce((sum, name) => sum + statSync(path.join(assets, name)).size, 0);
    assert.ok(bytes < 2.2e6, `${bytes} bytes`);
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test('the script of the figures is a classic script', () => {
  assert.doesNotThrow(() => new vm.Script(FIGURE_SCRIPT));
  assert.doesNotMatch(FIGURE_SCRIPT, /\bfetch\(|\bimport\b|https?:/);
});
