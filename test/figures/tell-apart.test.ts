import assert from 'node:assert/strict';
import test from 'node:test';
import {linePanels} from '../../src/figures/line-figure';
import {SAMPLES} from './samples';
import {confusedPairs} from './tell-apart';

for (const [name, make] of Object.entries(SAMPLES)) {
  test(`the series of ${name} can be told apart in grey and by dichromats`,
      () => assert.deepEqual(confusedPairs(make()), []));
}

const pair = (second: object) => linePanels({title: 'finding', panels: [{series: [
  {name: 'a', x: [1, 2], y: [1, 2], style: {colour: '#0072B2', dash: 'solid', marker: 'circle'}},
  {name: 'b', x: [1, 2], y: [2, 1],
    style: {colour: '#0072B2', dash: 'solid', marker: 'circle', ...second}},
]}]});

test('series of one form need colours that differ in lightness and for every sight', () => {
  assert.equal(confusedPairs(pair({})).length, 3);
  // Blue and purple of one lightness: a grey print and protanopes take them for one.
  assert.deepEqual(confusedPairs(pair({colour: '#AA4499'})).map((text) => text.split(', ')[1]),
      ['grey']);
  assert.deepEqual(confusedPairs(pair({colour: '#AA4499', dash: 'dot'})), []);
  assert.deepEqual(confusedPairs(pair({marker: 'square'})), []);
  assert.deepEqual(confusedPairs(pair({colour: '#E69F00'})), []);
});

test('series of different panels need not differ', () => {
  const {data, layout} = pair({});
  const apart = data.map((trace, i) => ({...trace, xaxis: i % 2 === 0 ? 'x' : 'x2'} as typeof trace));
  assert.deepEqual(confusedPairs({data: apart, layout}), []);
});
