import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parse} from 'node-html-parser';
import {cleanTable} from '../../src/pages/html-table';
import {tableBlock} from '../../src/pages/table-block';

test('a table of the notebooks keeps its words, its headings and which columns are numbers', () => {
  const block = parse(tableBlock([
    {N: 64, name: '<script>alert(1)</script>', LS: {estimate: 0.95, low: 0.94, high: 0.96}},
  ], {caption: 'Runs & "copies"', digits: 2}));
  assert.equal(block.querySelector('caption')!.text, 'Runs & "copies"');
  assert.equal(block.querySelector('.table')!.getAttribute('aria-label'), 'Runs & "copies"');
  assert.deepEqual(block.querySelectorAll('th').map((cell) => [cell.text, cell.attributes]), [
    ['N', {scope: 'col', class: 'number'}], ['name', {scope: 'col'}],
    ['LS', {scope: 'col', class: 'number'}],
  ]);
  assert.deepEqual(block.querySelectorAll('td').map((cell) => cell.text),
      ['64', '<script>alert(1)</script>', '0.95 [0.94, 0.96]']);
  assert.equal(block.querySelectorAll('[style], script').length, 0);
});

test('cleanTable drops attributes and escapes what is left of a bare < or &', () => {
  assert.equal(
      cleanTable('<table style="x" onclick="alert(1)"><tr><td align="right">1 > 0 & &lt;</td>' +
          '</tr></table>'),
      '<table><tr><td class="number">1 &gt; 0 &amp; &lt;</td></tr></table>');
});

test('an interval in a column of text is marked, so that it is not broken', () => {
  const row = (text: string): string => `<table><tr><td>${text}</td></tr></table>`;
  assert.match(cleanTable(row('−0.0333 [−0.0391, −0.0274]'))!, /<td class="interval">−0\.0333 \[/);
  for (const text of ['0.5', 'at 0.1 [0, 1]', '1 [2, 3] and more']) {
    assert.equal(cleanTable(row(text)), row(text));
  }
});

for (const [what, html] of Object.entries({
  'a script': '<table><tr><td><script>alert(1)</script></td></tr></table>',
  'a picture': '<table><tr><td><img src="x" onerror="alert(1)"></td></tr></table>',
  'an unclosed tag': '<table><tr><td>1</table>',
  'tags crossed': '<table><tr><b><td></b></td></tr></table>',
  'more than a table': '<table></table><p>more</p><table></table>',
  'two tables': '<table></table><table></table>',
  'an unquoted attribute': '<table><tr><td onclick=alert(1)></td></tr></table>',
  'a bare <': '<table><tr><td>a < b</td></tr></table>',
  'a comment': '<table><!-- --></table>',
  'no table': '<div>text</div>',
})) {
  test(`cleanTable refuses ${what}`, () => assert.equal(cleanTable(html), undefined));
}
