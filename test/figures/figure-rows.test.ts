import assert from 'node:assert/strict';
import test from 'node:test';
import {figureRows} from '../../src/figures/figure-rows';
import {overlapHeatmap} from '../../src/figures/heatmap';
import {imageGrid} from '../../src/figures/image-grid';
import {linePanels} from '../../src/figures/line-figure';
import {scatterFigure} from '../../src/figures/scatter-figure';

test('rows of curves name panel and series and hold the interval, without bands', () => {
  const figure = linePanels({title: 'finding', panels: [{title: 'held out', series: [
    {name: 'D<sub>G</sub>', x: [1, 2], y: [3, NaN], low: [2, NaN], high: [4, NaN]}]}]});
  assert.deepEqual(figureRows(figure), [
    {panel: 'held out', series: 'DG', x: 1, y: 3, 'y low': 2, 'y high': 4},
    {panel: 'held out', series: 'DG', x: 2, y: null, 'y low': null, 'y high': null},
  ]);
});

test('rows of points hold the ends of intervals, not their lengths', () => assert.deepEqual(
    figureRows(scatterFigure({title: 'finding', xTitle: 'x', yTitle: 'y', connect: true,
      points: [{label: 'N = 64', x: 1, y: 4, yLow: 3, yHigh: 6}]})),
    [{label: 'N = 64', x: 1, y: 4, 'y low': 3, 'y high': 6}]));

test('rows of images hold their place and their note', () => assert.deepEqual(
    figureRows(imageGrid({title: 'finding', imageShape: [1, 1, 1], columnLabels: ['80'],
      rows: [{label: 'D<sub>M</sub>,<br>N = 64', images: new Uint8Array(1), hover: ['no. 17']}]})),
    [{row: 'DM, N = 64', column: '80', note: 'no. 17'}]));

test('rows of a matrix count from 1', () => assert.deepEqual(
    figureRows(overlapHeatmap({title: 'finding', xTitle: 'j', yTitle: 'i',
      panels: [{title: 'σ = 1', matrix: [[0.5, 0.25]]}]})),
    [{panel: 'σ = 1', i: 1, j: 1, value: 0.5}, {panel: 'σ = 1', i: 1, j: 2, value: 0.25}]));
