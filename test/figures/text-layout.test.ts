import assert from 'node:assert/strict';
import test from 'node:test';
import {
  balanceText, blockWidth, plainText, textWidth, wrapText,
} from '../../src/figures/text-layout';

test('plainText drops markup and keeps words apart', () => {
  assert.equal(plainText('RMSE to D<sub>G</sub><br><b>held out</b>, N < 64'),
      'RMSE to DG held out, N < 64');
});

test('textWidth counts characters, not markup, and grows with the font', () => {
  assert.equal(textWidth('D<sub>G</sub>', 12), textWidth('DG', 12));
  assert.ok(textWidth('WWW', 12) > 2 * textWidth('iii', 12));
  assert.equal(textWidth('abc', 24), 2 * textWidth('abc', 12));
  assert.equal(blockWidth('abc<br>abcdef', 12), textWidth('abcdef', 12));
});

test('wrapText keeps every word and no line is too wide', () => {
  const text = 'the network stays close to the Gaussian denoiser at every level of noise';
  const lines = wrapText(text, 18, 200);
  assert.ok(lines.length > 2);
  assert.equal(lines.join(' '), text);
  assert.ok(lines.every((line) => textWidth(line, 18) <= 200));
});

test('wrapText keeps a long word whole and never breaks inside a tag', () => {
  assert.deepEqual(wrapText('aaaaaaaaaaaaaaaaaaaa b', 18, 20), ['aaaaaaaaaaaaaaaaaaaa', 'b']);
  assert.deepEqual(wrapText('x <span style="a: b">y</span>', 18, 5),
      ['x', '<span style="a: b">y</span>']);
  assert.deepEqual(wrapText('LS +0.5 [0.4, 0.6] at N = 64', 18, 5),
      ['LS', '+0.5 [0.4, 0.6]', 'at', 'N = 64']);
  assert.deepEqual(wrapText('one<br>two', 12, 500), ['one', 'two']);
});

test('balanceText leaves no word alone on the last line', () => {
  const text = 'the network follows the Gaussian denoiser and then its own training images';
  const width = textWidth(text, 18) - 20;
  assert.equal(wrapText(text, 18, width)[1], 'images');
  const [first, second, ...rest] = balanceText(text, 18, width);
  assert.equal(rest.length, 0);
  assert.ok(textWidth(second!, 18) > 0.7 * textWidth(first!, 18));
  assert.deepEqual(balanceText('short', 18, 400), ['short']);
});
