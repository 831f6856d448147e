import assert from 'node:assert/strict';
import test from 'node:test';
import {overlapArea} from '../../src/figures/label-boxes';
import {placeLabels} from '../../src/figures/place-labels';
import {scatterFigure} from '../../src/figures/scatter-figure';
import {textWidth} from '../../src/figures/text-layout';
import type {ScatterTrace} from '../../src/figures/types';

const look = {title: 'finding', xTitle: 'GL', yTitle: 'LS'};

test('intervals become distances from the point', () => {
  const {data} = scatterFigure({...look,
    points: [{x: 1, xLow: 0.75, xHigh: 1.5, y: 4, yLow: 3, yHigh: 4.5}]});
  const [points] = data as ScatterTrace[];
  assert.deepEqual(points!.error_x!.arrayminus, [0.25]);
  assert.deepEqual(points!.error_x!.array, [0.5]);
  assert.deepEqual(points!.error_y!.arrayminus, [1]);
  assert.deepEqual(points!.error_y!.array, [0.5]);
});

test('groups have styles and legend entries of their own, one group has none', () => {
  const points = [{x: 1, y: 1, group: 'network'}, {x: 2, y: 2, group: 'D<sub>G</sub>'}];
  const {data, layout} = scatterFigure({...look, points, references: ['D<sub>G</sub>']});
  const [first, second] = data as ScatterTrace[];
  assert.equal(layout.showlegend, true);
  assert.notEqual(first!.marker!.symbol, second!.marker!.symbol);
  assert.equal(second!.marker!.color, '#111111');
  assert.equal(scatterFigure({...look, points: points.slice(0, 1)}).layout.showlegend, false);
});

test('connected points are joined in their order, within their group', () => {
  const {data} = scatterFigure({...look, connect: true,
    points: [{x: 2, y: 1, group: 'a'}, {x: 9, y: 9, group: 'b'}, {x: 1, y: 3, group: 'a'}]});
  const [join] = data as ScatterTrace[];
  assert.equal(join!.mode, 'lines');
  assert.deepEqual([join!.x, join!.y], [[2, 1], [1, 3]]);
});

test('labels of crowded points meet neither each other nor the edge of the panel', () => {
  const fontSize = 12;
  const panel = {width: 400, height: 300};
  const points = [[200, 150], [212, 150], [224, 152], [206, 160], [395, 295], [4, 4]].map(
      ([x, y], i) => ({x: x!, y: y!, label: `N = ${(i + 1) * 1000}`}));
  const boxes = placeLabels(points, panel, {fontSize}).map(({dx, dy}, i) => {
    const [width, height] = [textWidth(points[i]!.label, fontSize), fontSize];
    const [x, y] = [points[i]!.x + dx, points[i]!.y + dy];
    return {left: x - width / 2, right: x + width / 2, bottom: y - height / 2, top: y + height / 2};
  });
  boxes.forEach((box, i) => {
    boxes.slice(0, i).forEach((other, j) =>
      assert.equal(overlapArea(box, other), 0, `labels ${j} and ${i} meet`));
    points.forEach(({x, y}, p) => assert.ok(
        !(x > box.left && x < box.right && y > box.bottom && y < box.top), `${i} covers ${p}`));
    assert.ok(box.left >= 0 && box.right <= 400 && box.bottom >= 0 && box.top <= 300);
  });
});

test('a lone point has its label beside it, without a leader', () => {
  const [place] = placeLabels([{x: 100, y: 100, label: 'N = 64'}], {width: 300, height: 300},
      {fontSize: 12});
  assert.equal(place!.leader, false);
  assert.ok(place!.dx > 0 && place!.dy > 0);
});

test('scatterFigure names the point with half an interval', () => {
  assert.throws(() => scatterFigure({...look, points: [{label: 'N = 64', x: 1, y: 1, xLow: 0}]}),
      {name: 'RangeError', message: /both ends of the intervals of point "N = 64"/});
  assert.throws(() => scatterFigure({...look, points: []}), /at least one point/);
});
