import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import {encodePng} from '../../src/figures/encode-images';
import {imageGrid} from '../../src/figures/image-grid';
import {imageMosaic} from '../../src/figures/image-mosaic';
import type {ImageTrace, ScatterTrace} from '../../src/figures/types';

const GAPS = {column: 1, row: 1, group: 3};

for (const channels of [1, 3] as const) {
  test(`encodePng keeps every byte of ${channels} channels`, async () => {
    const [width, height] = [37, 23];
    const pixels = Uint8Array.from({length: width * height * channels},
        (_, i) => i < 300 ? i * 91 % 256 : Math.floor(i / 5) % 256);
    const {data, info} = await sharp(encodePng({width, height, channels, pixels}))
        .toColourspace(channels === 1 ? 'b-w' : 'srgb').raw().toBuffer({resolveWithObject: true});
    assert.deepEqual([info.width, info.height, info.channels], [width, height, channels]);
    assert.deepEqual(new Uint8Array(data), pixels);
  });
}

test('encodePng says how many pixels it wants', () => assert.throws(
    () => encodePng({width: 2, height: 2, channels: 3, pixels: new Uint8Array(4)}),
    {name: 'RangeError', message: 'encodePng: expected `pixels` to hold 2·2·3 values, got 4'}));

test('a mosaic sets images out row by row with white between', () => {
  const {raster, xCentres, yCentres, counts} = imageMosaic([
    {label: 'a', images: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])},     // two images of 2x2
    {label: 'b', images: Uint8Array.from([9, 10, 11, 12])},
  ], [2, 2, 1], GAPS);
  assert.deepEqual([raster.width, raster.height], [5, 5]);
  assert.deepEqual([...raster.pixels], [
    1, 2, 255, 5, 6,
    3, 4, 255, 7, 8,
    255, 255, 255, 255, 255,
    9, 10, 255, 255, 255,
    11, 12, 255, 255, 255,
  ]);
  assert.deepEqual(xCentres, [0.5, 3.5]);
  assert.deepEqual(yCentres, [0.5, 3.5]);
  assert.deepEqual(counts, [2, 1]);
});

test('floats in [-1, 1] become bytes 0 to 255, what lies beyond is clipped', () => {
  const {raster} = imageMosaic(
      [{label: 'a', images: Float32Array.from([-1, 0, 1, -3, 7, 0.5])}], [1, 6, 1], GAPS);
  assert.deepEqual([...raster.pixels], [0, 128, 255, 0, 255, 191]);
});

test('a new group of rows stands further off, in colour too', () => {
  const row = {label: 'a', images: Uint8Array.from([10, 20, 30])};
  const {raster} = imageMosaic([row, {...row, newGroup: true}], [1, 1, 3], GAPS);
  assert.deepEqual([...raster.pixels],
      [10, 20, 30, ...new Array(9).fill(255), 10, 20, 30]);
});

const grid = (extra: object = {}) => imageGrid({
  title: 'finding', imageShape: [4, 4, 1],
  rows: [{label: 'network', images: new Float32Array(48), hover: ['d = 0.1', 'd = 0.2', 'd = 0.3']},
    {label: 'nearest', images: new Uint8Array(32)}], ...extra});

test('an image pixel takes a whole number of layout pixels, the same in both directions', () => {
  const {layout} = grid();
  const [x, y] = [layout.xaxis!.range!, layout.yaxis!.range!];
  const across = (layout.width - layout.margin.l - layout.margin.r) / (x[1] - x[0]);
  const down = (layout.height - layout.margin.t - layout.margin.b) / (y[0] - y[1]);
  assert.equal(across, down);
  assert.ok(Number.isInteger(across) && across > 1);
});

test('a grid too wide for the page takes half pixels, which double density shows whole', () => {
  const {layout} = imageGrid({title: 'finding', imageShape: [64, 64, 3],
    rows: [{label: 'a', images: new Uint8Array(16 * 64 * 64 * 3)}]});
  const across = (layout.width - layout.margin.l - layout.margin.r) /
      (layout.xaxis!.range![1] - layout.xaxis!.range![0]);
  assert.equal(across, 0.5);
});

test('images are drawn without smoothing and each has its hover text', () => {
  const {data} = grid({columnLabels: ['80', '1', '0.1']});
  const [image, points] = data as [ImageTrace, ScatterTrace];
  assert.equal(image.zsmooth, false);
  assert.match(image.source, /^data:image\/png;base64,/);
  assert.equal(points.x.length, 5);
  assert.deepEqual(points.customdata![1], ['network', '1', 'd = 0.2']);
  assert.deepEqual(points.customdata![4], ['nearest', '1', '']);
  assert.equal(points.marker!.opacity, 0);
});

test('sigma columns are a trajectory grid: labels above, leaning where they are wide', () => {
  const flat = grid({columnLabels: ['80', '1', '0.1'], columnTitle: 'σ'}).layout.xaxis!;
  assert.equal(flat.side, 'top');
  assert.equal(flat.tickangle, 0);
  assert.equal(flat.title!.text, 'σ');
  assert.equal(flat.tickvals!.length, 3);
  const wide = 'a label wider than its image'.repeat(2);
  assert.equal(grid({columnLabels: [wide, '1', '0.1']}).layout.xaxis!.tickangle, -45);
});

test('a hundred images of 28x28 take less than 200 kB', () => {
  const noise = Uint8Array.from({length: 100 * 784}, (_, i) => (i * 7919 ^ i >> 3) % 256);
  const rows = Array.from({length: 10}, (_, r) =>
      ({label: `row ${r}`, images: noise.subarray(r * 7840, (r + 1) * 7840)}));
  const size = JSON.stringify(imageGrid({title: 'finding', imageShape: [28, 28, 1], rows})).length;
  assert.ok(size < 200_000, `${size} bytes`);
});

test('imageGrid names the row that does not fit, and one that holds a NaN', () => {
  const rows = (images: Float32Array): object => ({rows: [{label: 'N = 64', images}]});
  assert.throws(() => grid(rows(new Float32Array(17))),
      /imageGrid: expected row "N = 64" to hold whole images of 16 values, got 17 values/);
  assert.throws(() => grid(rows(new Float32Array(32).fill(NaN, 20))),
      /row "N = 64", got NaN in image 1; the model that made it has diverged/);
  assert.throws(() => grid({columnLabels: ['1']}), /`columnLabels` to hold 3 labels.*got 1/);
  assert.throws(() => grid({rows: []}), /at least one row/);
  assert.throws(() => grid({imageShape: [4, 4, 2]}), /1 or 3 channels, got 2/);
  assert.throws(() => grid({rows: [{label: 'a', images: new Uint8Array(16), hover: []}]}),
      /`hover` of row "a" to hold 1 texts, got 0/);
});
