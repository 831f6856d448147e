import assert from 'node:assert/strict';
import test from 'node:test';
import {createTable} from '../../src/tables/create-table';
import {formatCell, formatInterval, formatNumber} from '../../src/tables/format';
import {showTable, tableToHtml, tableToMarkdown, tableToText} from '../../src/tables/show-table';
import {tableToCsv} from '../../src/tables/table-to-csv';

const LS = {estimate: 0.9534, low: 0.9401, high: 0.9612};

test('an interval becomes three numeric columns, a missing cell null', () => {
  const table = createTable([{N: 64, name: 'a'}, {N: 256, LS, name: null}]);
  assert.deepEqual(table.columns, ['N', 'LS', 'LS low', 'LS high', 'name']);
  assert.deepEqual(table.values,
      [[64, null, null, null, 'a'], [256, 0.9534, 0.9401, 0.9612, null]]);
});

test('createTable names the cell that no table can hold', () => {
  assert.throws(() => createTable([{N: 1}, {N: [1, 2]}]), {name: 'TypeError',
    message: /in column "N" of row 1, got \[object Array\]/});
  assert.throws(() => createTable([]), /createTable: expected at least one row/);
});

test('CSV quotes what would break it and leaves empty what is missing', () => assert.equal(
    tableToCsv(createTable(
        [{'claim, short': 'C1', note: 'a "b", c'}, {note: 'two\nlines', ok: true}])),
    '"claim, short",note,ok\nC1,"a ""b"", c",\n,"two\nlines",true\n'));

test('CSV keeps numbers in full', () => assert.equal(
    tableToCsv(createTable([{x: 1 / 3, y: 1e-9, z: -0.5}])),
    'x,y,z\n0.3333333333333333,1e-9,-0.5\n'));

test('Markdown prints an interval as one column and sets numbers to the right', () => assert.equal(
    tableToMarkdown(createTable([{N: 60000, LS, verdict: 'reproduced | yes'}]), {digits: 2}),
    '| N | LS | verdict |\n| ---: | ---: | :--- |\n' +
    '| 60,000 | 0.95 [0.94, 0.96] | reproduced \\| yes |\n'));

test('a terminal gets aligned columns, numbers to the right', () => assert.equal(
    tableToText(createTable([{N: 60000, run: 'long name', x: 1}, {N: 64, run: 'b', x: null}])),
    '     N  run        x\n60,000  long name  1\n    64  b          –'));

test('HTML escapes its cells and holds a caption', () => {
  const html = tableToHtml(createTable([{name: '<b>&"', n: 1}]), {caption: 'N < 5'});
  assert.match(html, /<caption[^>]*>N &lt; 5<\/caption>/);
  assert.match(html, />&lt;b&gt;&amp;&quot;<\/td>/);
  assert.equal(html.match(/<th /g)!.length, 2);
  assert.match(html, /align="right"[^>]*>1<\/td>/);
});

test('showTable sends HTML to the display it is given', () => {
  const sent: [string, string | Uint8Array][] = [];
  showTable(createTable([{N: 64}]), {raw: (...args) => sent.push(args)});
  assert.equal(sent.length, 1);
  assert.equal(sent[0]![0], 'text/html');
  assert.match(`${sent[0]![1]}`, /^<table/);
});

test('numbers keep their significant digits', () => {
  const cases: [number, string][] = [
    [0, '0'], [60000, '60,000'], [0.95, '0.950'], [0.99996, '1.00'], [123.456, '123'],
    [1234.5, '1,230'], [0.00012345, '1.23e−4'], [-0.5, '−0.500'], [NaN, 'NaN'], [-Infinity, '−∞'],
  ];
  for (const [value, text] of cases) {
    assert.equal(formatNumber(value), text);
  }
  assert.equal(formatNumber(0.123456, 5), '0.12346');
});

test('the ends of an interval have the decimals of its estimate', () => {
  assert.equal(formatInterval(LS), '0.953 [0.940, 0.961]');
  assert.equal(formatInterval({estimate: 0.95, low: 0.9412, high: 0.9608}, 2), '0.95 [0.94, 0.96]');
  assert.equal(formatInterval({estimate: 0, low: -0.0123, high: 0.0456}),
      '0.0000 [−0.0123, 0.0456]');
  assert.equal(formatInterval({estimate: 1e-5, low: 0, high: 2e-5}), '1.00e−5 [0, 2.00e−5]');
  assert.equal(formatInterval({estimate: 1, low: NaN, high: 2}), '1 [NaN, 2]');
});

test('cells that are no numbers read as words', () => assert.deepEqual(
    [null, undefined, true, false, 'text'].map((cell) => formatCell(cell)),
    ['–', '–', 'yes', 'no', 'text']));
