import assert from 'node:assert/strict';
import test from 'node:test';
import {applyFrame} from '../../src/figures/figure-changes';
import {figureRows} from '../../src/figures/figure-rows';
import {overlapHeatmap} from '../../src/figures/heatmap';
import {imageGrid} from '../../src/figures/image-grid';
import {linePanels} from '../../src/figures/line-figure';
import {sliderFigure} from '../../src/figures/slider-figure';
import type {ImageTrace, PlotlyFigure} from '../../src/figures/types';

const grid = (level: number, extra: object = {}): PlotlyFigure => imageGrid({
  title: 'finding', imageShape: [2, 2, 1], columnTitle: `at ${level}`,
  rows: [{label: 'network', images: new Uint8Array(8).fill(level), hover: [`${level}`, 'same']}],
  ...extra,
});
const states = [80, 1, 0.1].map((level) => ({label: `${level}`, figure: grid(level)}));
const figure = sliderFigure({states, variable: 'σ', start: 1});

test('each frame, put on the figure, is the state it was made of', () => {
  figure.frames!.forEach((frame, s) => {
    const {data, layout} = applyFrame(figure, frame);
    assert.deepEqual(data, states[s]!.figure.data);
    assert.deepEqual(layout.xaxis, states[s]!.figure.layout.xaxis);
    assert.deepEqual(layout.sliders, figure.layout.sliders, 'frames leave the controls alone');
  });
});

test('frames hold only what differs: pictures, their notes, a title', () => {
  const [first] = figure.frames!;
  assert.deepEqual(first!.traces, [0, 1]);
  assert.deepEqual(first!.data.map((change) => Object.keys(change)), [['source'], ['customdata']]);
  assert.deepEqual(first!.layout, {xaxis: {title: {text: 'at 80'}}});
  const whole = JSON.stringify(states.map((state) => state.figure)).length;
  assert.ok(JSON.stringify(figure).length < 2 * whole);
  const same = sliderFigure({variable: 'σ', states: [0, 1].map((k) => ({label: `${k}`,
    figure: grid(5, {columnTitle: 'x', rows: [{label: 'a', images: new Uint8Array(4).fill(k)}]})}))});
  assert.deepEqual(same.frames!.map(({traces, layout}) => [traces, layout]),
      [[[0], undefined], [[0], undefined]]);
});

test('the figure itself shows the state it starts with, and the slider says so', () => {
  assert.equal((figure.data[0] as ImageTrace).source,
      (states[1]!.figure.data[0] as ImageTrace).source);
  const [slider] = figure.layout.sliders!;
  assert.equal(slider!.active, 1);
  assert.equal(slider!.currentvalue.prefix, 'σ = ');
  assert.deepEqual(slider!.steps.map(({label, args}) => [label, args[0]]),
      [['80', ['80']], ['1', ['1']], ['0.1', ['0.1']]]);
  assert.ok(slider!.steps.every(({args}) => args[1].frame.redraw));
  const [menu] = figure.layout.updatemenus!;
  assert.deepEqual(menu!.buttons.map(({label}) => label), ['Play', 'Stop']);
});

test('the controls stand below the figure, whose plot and legend stay where they were', () => {
  const plain = states[1]!.figure.layout;
  const {layout} = figure;
  assert.ok(layout.height > plain.height);
  assert.equal(layout.height - layout.margin.b, plain.height - plain.margin.b);
  assert.deepEqual([layout.width, layout.margin.t, layout.margin.l],
      [plain.width, plain.margin.t, plain.margin.l]);
  const lines = (y: number): PlotlyFigure => linePanels({title: 'finding', panels: [{series:
    ['a', 'b'].map((name) => ({name, x: [1, 2], y: [y, 0.5]}))}]});
  const made = sliderFigure({variable: 'k', states: [0, 1].map((y) =>
    ({label: `${y}`, figure: lines(y)}))}).layout;
  const before = lines(0).layout;
  assert.ok(Math.abs(made.height * (1 - made.legend!.y!) -
      before.height * (1 - before.legend!.y!)) < 1e-9);
});

test('the rows of the CSV hold all states, with the variable in front', () => {
  const rows = figureRows(figure);
  assert.equal(rows.length, 6);
  assert.deepEqual(rows[0], {σ: '80', row: 'network', column: 'image 1', note: '80'});
  assert.deepEqual([...new Set(rows.map((row) => row['σ']))], ['80', '1', '0.1']);
  const maps = sliderFigure({variable: 'σ', states: [0.5, 0.25].map((value) => ({
    label: `${value}`, figure: overlapHeatmap({title: 'finding', xTitle: 'j', yTitle: 'i',
      panels: [{title: 'N = 64', matrix: [[value]]}]})}))});
  assert.deepEqual(figureRows(maps), [
    {σ: '0.5', panel: 'N = 64', i: 1, j: 1, value: 0.5},
    {σ: '0.25', panel: 'N = 64', i: 1, j: 1, value: 0.25}]);
});

test('sliderFigure names the state that does not fit the others', () => {
  const make = (more: object) => (): unknown => sliderFigure({states, variable: 'σ', ...more});
  assert.throws(make({states: states.slice(1, 2)}), /at least 2 states, got 1; without a choice/);
  assert.throws(make({start: 3}), /`start` from 0 to 2, got 3/);
  assert.throws(make({states: [states[0], states[0]]}), /each label once, got "80" twice/);
  const wide = {label: '7', figure: grid(7, {rows: [{label: 'a', images: new Uint8Array(400)}]})};
  assert.throws(make({states: [states[0], wide]}),
      /expected state "7" to be of \d+x\d+ pixels with traces \[image, scatter\].*got \d+x/);
  const bare = {label: '7', figure: grid(7, {columnTitle: undefined})};
  assert.throws(make({states: [states[0], bare]}), {name: 'RangeError'});
});
