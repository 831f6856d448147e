import assert from 'node:assert/strict';
import test from 'node:test';
import {overlapHeatmap} from '../../src/figures/heatmap';
import type {HeatmapTrace} from '../../src/figures/types';

const look = {title: 'finding', xTitle: 'j', yTitle: 'i'};
const identity = [[1, 0], [0, 1]];

test('a heat map counts vectors from 1, downwards, and keeps three decimals', () => {
  const {data, layout} = overlapHeatmap(
      {...look, panels: [{title: 'σ = 1', matrix: [Float32Array.from([1 / 3, NaN]), [0, 1]]}]});
  const [map] = data as HeatmapTrace[];
  assert.deepEqual(map!.z, [[0.333, null], [0, 1]]);
  assert.deepEqual([map!.x0, map!.y0], [1, 1]);
  assert.deepEqual(layout.yaxis!.range, [2.5, 0.5]);
});

test('panels are square, share one colour scale and have one y title a row', () => {
  const {layout, data} = overlapHeatmap({...look, columns: 2,
    panels: ['a', 'b', 'c'].map((title) => ({title, matrix: identity}))});
  const plot = {width: layout.width - layout.margin.l - layout.margin.r,
    height: layout.height - layout.margin.t - layout.margin.b};
  for (const i of ['', 2, 3] as const) {
    const [x, y] = [layout[`xaxis${i as 2}`]!.domain!, layout[`yaxis${i as 2}`]!.domain!];
    assert.ok(Math.abs((x[1] - x[0]) * plot.width - (y[1] - y[0]) * plot.height) < 0.01);
  }
  assert.ok(data.every((trace) => trace.type === 'heatmap' && trace.coloraxis === 'coloraxis'));
  assert.deepEqual([layout.coloraxis!.cmin, layout.coloraxis!.cmax], [0, 1]);
  const axes = [layout.yaxis, layout['yaxis2'], layout['yaxis3']];
  assert.deepEqual(axes.map((axis) => axis!.title?.text), ['i', undefined, 'i']);
});

test('overlapHeatmap names the panel whose rows differ in length', () => {
  assert.throws(() => overlapHeatmap({...look, panels: [{title: 'σ = 2', matrix: [[1], [1, 2]]}]}),
      {name: 'RangeError', message: /panel "σ = 2" to have rows of one length > 0, got .*1,2/});
  assert.throws(() => overlapHeatmap({...look, panels: []}), /at least one panel/);
});
