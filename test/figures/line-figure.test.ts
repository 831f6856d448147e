import assert from 'node:assert/strict';
import test from 'node:test';
import {lineFigure, linePanels} from '../../src/figures/line-figure';
import type {LineFigureOptions} from '../../src/figures/line-figure';
import {DENOISER_STYLES} from '../../src/figures/theme';
import type {PlotlyFigure, ScatterTrace} from '../../src/figures/types';

const one = (options: Partial<LineFigureOptions>): PlotlyFigure =>
    lineFigure({title: 'finding', series: [], ...options});
const traces = ({data}: PlotlyFigure): ScatterTrace[] => data as ScatterTrace[];

test('a band goes along the upper ends and back along the lower ones, under the line', () => {
  const [band, line] = traces(one({series: [
    {name: 'a', x: [1, 2, 3], y: [5, 6, 7], low: [4, 5, 6], high: [6, 7, 8]}]}));
  assert.deepEqual(band!.x, [1, 2, 3, 3, 2, 1]);
  assert.deepEqual(band!.y, [6, 7, 8, 6, 5, 4]);
  assert.equal(band!.legendgroup, line!.legendgroup);
  assert.deepEqual(line!.customdata, [[4, 6], [5, 7], [6, 8]]);
});

test('a NaN leaves a gap in the line and splits its band', () => {
  const [band, line] = traces(one({series: [{name: 'a', x: [1, 2, 3, 4, 5],
    y: [1, 1, NaN, 1, 1], low: [0, 0, NaN, 0, 0], high: [2, 2, NaN, 2, 2]}]}));
  assert.deepEqual(line!.y, [1, 1, null, 1, 1]);
  assert.deepEqual(band!.x, [1, 2, 2, 1, null, 4, 5, 5, 4]);
});

test('on a log axis a band that reaches below zero ends at the axis', () => {
  const figure = one({yLog: true, series: [
    {name: 'a', x: [1, 2], y: [0.1, 1], low: [-1, 0.5], high: [0.2, 2]}]});
  const [band] = traces(figure);
  const bottom = 10 ** figure.layout.yaxis!.range![0];
  assert.ok(band!.y.every((value) => value! >= bottom * (1 - 1e-12)));
  assert.ok(bottom > 0.05 && bottom < 0.1);
});

test('references are thin, grey and without markers; a given style is kept', () => {
  const [network, reference] = traces(one({series: [
    {name: 'network', x: [1], y: [1], style: DENOISER_STYLES.network},
    {name: 'held-out images', x: [1], y: [2], reference: true}]}));
  assert.equal(network!.mode, 'lines+markers');
  assert.equal(network!.line!.color, DENOISER_STYLES.network.colour);
  assert.equal(reference!.mode, 'lines');
  assert.ok(reference!.line!.width! < network!.line!.width!);
});

test('ordered colours ignore references', () => {
  const series = [1, 2, 3].map((i) => ({name: `N = ${i}`, x: [1], y: [i]}));
  const all = traces(one({palette: 'ordered',
    series: [{name: 'ref', x: [1], y: [0], reference: true}, ...series]}));
  assert.equal(all[1]!.line!.color, '#440154');
  assert.equal(new Set(all.map(({line}) => line!.color)).size, 4);
});

test('a quantity that cannot be negative keeps its zero, a narrow one does not', () => {
  const range = (y: number[]): readonly [number, number] =>
      one({series: [{name: 'a', x: [1, 2], y}]}).layout.yaxis!.range!;
  assert.equal(range([0.01, 0.4])[0], 0);
  assert.ok(range([0.95, 0.99])[0] > 0.9);
  assert.deepEqual(one({yRange: [0, 1], series: [{name: 'a', x: [1], y: [9]}]}).layout.yaxis!.range,
      [0, 1]);
});

test('labels of the x axis are the values given, thousands apart', () => {
  const {xaxis} = one({xLog: true, xTicks: [64, 60000],
    series: [{name: 'a', x: [64, 60000], y: [1, 2]}]}).layout;
  assert.deepEqual(xaxis!.tickvals, [64, 60000]);
  assert.deepEqual(xaxis!.ticktext, ['64', '60,000']);
});

test('marks draw a line each; labels of neighbours stand one below the other', () => {
  const {shapes, annotations} = one({
    series: [{name: 'a', x: [1, 1000], y: [0, 1]}], xLog: true,
    verticalLines: [{at: 10, label: 'closest to D_G'}, {at: 12, label: 'first copies'},
      {at: 1e6, label: 'beyond the axis'}],
    horizontalLines: [{at: 0.5, label: 'threshold'}]}).layout;
  assert.equal(shapes!.length, 3);
  const [first, second, threshold] = annotations!;
  assert.equal(first!.x, 1);    // log10 of 10
  assert.ok(first!.yshift === second!.yshift ? first!.xanchor !== second!.xanchor :
    second!.yshift! < first!.yshift!);
  assert.equal(threshold!.y, 0.5);
});

test('a threshold is labelled where it covers no curve', () => {
  const place = (y: number[]): (string | undefined)[] => {
    const [label] = one({series: [{name: 'a', x: y.map((_, i) => i), y}], yRange: [0, 1],
      horizontalLines: [{at: 0.5, label: 'threshold'}]}).layout.annotations!;
    return [label!.xanchor, label!.yanchor];
  };
  assert.deepEqual(place([0.1, 0.1, 0.1, 0.1]), ['right', 'bottom']);
  assert.deepEqual(place([0.1, 0.1, 0.53, 0.53]), ['right', 'top']);
  const zigzag = [0.53, 0.47, 0.53, 0.47, 0.53, 0.47];
  assert.deepEqual(place([...new Array<number>(9).fill(0.1), ...zigzag]), ['left', 'bottom']);
});

test('panels share legend entries, styles and the y range', () => {
  const panel = (title: string, y: number): object =>
      ({title, yTitle: 'RMSE', series: [{name: 'D<sub>G</sub>', x: [1, 2], y: [y, y]}]});
  const figure = linePanels({title: 'finding',
    panels: [panel('held out', 1), panel('training', 3)] as never});
  const [first, second] = traces(figure);
  assert.equal(first!.showlegend, true);
  assert.equal(second!.showlegend, false);
  assert.equal(first!.line!.color, second!.line!.color);
  assert.deepEqual(figure.layout.yaxis!.range, figure.layout['yaxis2']!.range);
  assert.equal(second!.meta.panel, 'training');
  assert.ok(figure.layout.xaxis!.domain![1] < figure.layout['xaxis2']!.domain![0]);
});

test('panels of different quantities keep ranges and titles of their own', () => {
  const {layout} = linePanels({title: 'finding', panels: [
    {yTitle: 'GL', series: [{name: 'a', x: [1, 2], y: [0.1, 0.2]}]},
    {yTitle: 'copies', series: [{name: 'a', x: [1, 2], y: [10, 80]}]}]});
  assert.notDeepEqual(layout.yaxis!.range, layout['yaxis2']!.range);
  assert.equal(layout['yaxis2']!.title!.text, 'copies');
});

test('lineFigure names the series whose arrays do not match', () => {
  assert.throws(() => one({series: [{name: 'RMSE', x: [1, 2], y: [1]}]}), {
    name: 'RangeError',
    message: 'lineFigure: expected `y` of series "RMSE" to hold 2 values like `x`, got 1'});
  assert.throws(() => one({series: [{name: 'RMSE', x: [1], y: [1], low: [0]}]}),
      /`low` and `high` of series "RMSE" together/);
  assert.throws(() => one({series: []}), /lineFigure: expected at least one series/);
});
