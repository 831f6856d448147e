import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import test from 'node:test';
import sharp from 'sharp';
import {createFigureExporter} from '../../src/figures/export';
import type {ImageTrace, PlotlyFigure} from '../../src/figures/types';
import {createTable} from '../../src/tables/create-table';
import {SAMPLES} from './samples';

const dir = mkdtempSync(path.join(tmpdir(), 'figures-'));
const exporter = createFigureExporter({dir: path.join(dir, 'made')});
test.after(async () => {
  await exporter.close();
  rmSync(dir, {recursive: true, force: true});
});

/** Pixels of a picture as drawn: `at` takes layout pixels. */
async function pixels(png: Buffer): Promise<{width: number; height: number; share: number;
  at(x: number, y: number): number[];}> {
  const {data, info} = await sharp(png).toColourspace('srgb').raw()
      .toBuffer({resolveWithObject: true});
  let inked = 0;
  for (let i = 0; i < data.length; i += info.channels) {
    inked += data[i]! < 128 || data[i + 1]! < 128 || data[i + 2]! < 128 ? 1 : 0;
  }
  return {
    width: info.width, height: info.height, share: inked / (info.width * info.height),
    at: (x, y) => {
      const from = (Math.floor(2 * y) * info.width + Math.floor(2 * x)) * info.channels;
      return [...data.subarray(from, from + 3)];
    },
  };
}

test('a figure becomes four complete files and nothing else', async () => {
  const figure = SAMPLES['line-time']!();
  const files = await exporter.export('line-time', figure);
  assert.deepEqual(readdirSync(exporter.dir).sort(),
      ['csv', 'json', 'png', 'svg'].map((end) => `line-time.${end}`));
  assert.equal(readFileSync(files.json, 'utf8'), `${JSON.stringify(figure)}\n`);
  const svg = readFileSync(files.svg, 'utf8');
  assert.match(svg, /^<svg[^>]*width="900"/);
  assert.match(svg, /training steps/);
  const [header, first] = readFileSync(files.csv, 'utf8').split('\n');
  assert.equal(header, 'series,x,y,y low,y high');
  assert.match(first!, /^RMSE,25,0\.22008\d*,0\.21008\d*,0\.23008\d*$/);
});

test('the PNG has double density, a white ground and ink', async () => {
  const figure = SAMPLES['scatter-scores']!();
  const {pngBytes, png} = await exporter.export('scatter', figure);
  assert.deepEqual(readFileSync(png), pngBytes);
  const {width, height, share, at} = await pixels(pngBytes);
  assert.deepEqual([width, height], [2 * figure.layout.width, 2 * figure.layout.height]);
  assert.deepEqual(at(2, 2), [255, 255, 255]);
  assert.ok(share > 0.005 && share < 0.3, `${share} of the pixels are dark`);
});

test('the picture shows each point where its numbers say', async () => {
  const figure = SAMPLES['scatter-scores']!();
  const {layout} = figure;
  const {at} = await pixels((await exporter.export('scatter', figure)).pngBytes);
  const part = (value: number, [from, to]: readonly [number, number]): number =>
      (value - from) / (to - from);
  const x = layout.margin.l + part(0.094, layout.xaxis!.range!) *
      (layout.width - layout.margin.l - layout.margin.r);
  const y = layout.height - layout.margin.b - part(0.814, layout.yaxis!.range!) *
      (layout.height - layout.margin.t - layout.margin.b);
  assert.deepEqual(at(x, y), [0, 0x72, 0xb2]);
});

for (const name of ['grid-colour', 'grid-trajectory']) {
  test(`the picture of ${name} shows every image pixel sharp, to 1 of 255`, async () => {
    const figure = SAMPLES[name]!();
    const {layout} = figure;
    const source = (figure.data[0] as ImageTrace).source;
    const raster = await sharp(Buffer.from(source.split(',')[1]!, 'base64')).toColourspace('srgb')
        .raw().toBuffer({resolveWithObject: true});
    const {at} = await pixels((await exporter.export(name, figure)).pngBytes);
    const scale = (layout.width - layout.margin.l - layout.margin.r) / raster.info.width;
    for (let i = 0; i < raster.info.width * raster.info.height; i++) {
      const [column, row] = [i % raster.info.width, Math.floor(i / raster.info.width)];
      const expected = [...raster.data.subarray(i * raster.info.channels).subarray(0, 3)];
      // Both ends of the pixel: a smoothed image would differ there.
      for (const part of [0.1, 0.9]) {
        const seen = at(layout.margin.l + (column + part) * scale,
            layout.margin.t + (row + part) * scale);
        assert.ok(seen.every((value, c) => Math.abs(value - expected[c]!) <= 1),
            `pixel (${column}, ${row}) is ${seen}, expected ${expected}`);
      }
    }
  });
}

test('the same figure gives the same bytes again, also as SVG', async () => {
  const make = async (name: string): Promise<Buffer[]> => {
    const {png, svg, json, csv} = await exporter.export(name, SAMPLES['line-regimes']!());
    return [png, svg, json, csv].map((file) => readFileSync(file));
  };
  assert.deepEqual(await make('first'), await make('second'));
});

test('a given table is the CSV', async () => {
  const table = createTable([{N: 64, GL: {estimate: 0.09, low: 0.08, high: 0.1}}]);
  const {csv} = await exporter.export('with-table', SAMPLES['grid-colour']!(), table);
  assert.equal(readFileSync(csv, 'utf8'), 'N,GL,GL low,GL high\n64,0.09,0.08,0.1\n');
});

test('a failed picture leaves no file', async () => {
  const broken = {...SAMPLES['grid-colour']!(), data: [{type: 'scatter', meta: {}, x: 5}]};
  await assert.rejects(exporter.export('broken', broken as unknown as PlotlyFigure));
  assert.ok(readdirSync(exporter.dir).every((name) => !name.startsWith('broken')));
});

test('names that leave the folder are refused', () => assert.rejects(
    exporter.export('../outside', SAMPLES['grid-colour']!()),
    {name: 'RangeError', message: /lower-case letters, digits and hyphens, got "\.\.\/outside"/}));
