import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CLAIMS} from '../../src/experiments/claims';
import type {Claim} from '../../src/experiments/claims';
import {claimsMarkdown, claimsTable} from '../../src/experiments/claims-table';

const CLAIM: Claim = {
  id: 'C6', part: 'RMSE', statistic: 'ratio of |D_L - D_G| to |D_G|', verdict: 'reproduced',
  estimate: {estimate: 0.0431, low: 0.0412, high: 0.0452}, note: 'held out\nonly',
  dataset: 'fashion-mnist-16', n: [64, 256], steps: [2000], seed: 3,
};
const UNTESTED: Claim = {
  id: 'C16', statistic: '', estimate: null, verdict: 'not tested', dataset: '', n: [], steps: [],
  seed: 0,
};

test('the Markdown table has one line a claim, with what lies behind it', () => {
  const text = claimsMarkdown([CLAIM, UNTESTED]);
  const lines = text.split('\n');
  assert.equal(lines.length, 5);
  assert.equal(lines[4], '', 'it ends with a line break');
  assert.equal(lines[1], '|---|---|---|---|---|');
  assert.equal(lines[2], `| **C6** ${CLAIMS.C6} (RMSE) ` +
      '| ratio of \\|D_L - D_G\\| to \\|D_G\\|. held out only ' +
      '| 0.0431 [0.0412, 0.0452] | ✔ reproduced ' +
      '| fashion-mnist-16, N = 64, 256, 2000 steps, seed 3 |');
  assert.equal(lines[3], `| **C16** ${CLAIMS.C16} |  |  | · not tested |  |`);
});

test('pipes and line breaks in a text never break the table', () => {
  const cells = claimsMarkdown([{...CLAIM, dataset: 'a|b', note: '|\n|'}]).split('\n');
  assert.equal(cells.length, 4);
  assert.equal(cells[2]!.replaceAll('\\|', '').split('|').length, 7, 'five cells');
});

test('a claim without training says so, one that fails has its own mark', () => {
  const text = claimsMarkdown([{...CLAIM, steps: [], verdict: 'not reproduced'}]);
  assert.match(text, /N = 64, 256, no steps, seed 3/);
  assert.match(text, /✘ not reproduced/);
});

test('the notebook\'s table has a row a claim, with empty cells for what there is not', () => {
  const table = claimsTable([CLAIM, {...UNTESTED, part: undefined} as unknown as Claim]);
  assert.deepEqual(table.columns,
      ['claim', 'statistic', 'estimate [95 % interval]', 'verdict', 'N', 'note']);
  assert.deepEqual(table.values, [
    ['C6, RMSE', CLAIM.statistic, '0.0431 [0.0412, 0.0452]', 'reproduced', '64, 256',
      'held out\nonly'],
    ['C16', '', '', 'not tested', '', ''],
  ]);
});
