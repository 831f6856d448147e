import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {CLAIMS, gatherClaims, saveClaims} from '../../src/experiments/claims';
import type {Claim, ClaimId} from '../../src/experiments/claims';

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, {recursive: true})));
function newFolder(): string {
  folders.push(mkdtempSync(path.join(tmpdir(), 'claims-test-')));
  return folders.at(-1)!;
}
const claim = (id: string, more: Partial<Claim> = {}): Claim => ({
  id: id as ClaimId, statistic: 'slope', estimate: {estimate: 1, low: 0.5, high: 1.5},
  verdict: 'reproduced', dataset: 'fashion-mnist-16', n: [64, 256], steps: [2000], seed: 0, ...more,
});

test('claims come together in the paper\'s order; the untested ones are listed as such', () => {
  const dir = newFolder();
  saveClaims(dir, '03-bias', [claim('C8', {part: 'b'}), claim('C6'), claim('C8', {part: 'a'})]);
  const failed = claim('C4', {verdict: 'not reproduced', note: 'too few steps'});
  saveClaims(dir, '02-linearity', [failed]);
  const claims = gatherClaims(dir);
  const tested = claims.filter(({verdict}) => verdict !== 'not tested');
  assert.deepEqual(tested.map(({id, part}) => [id, part]),
      [['C4', undefined], ['C6', undefined], ['C8', 'b'], ['C8', 'a']]);
  assert.deepEqual([...new Set(claims.map(({id}) => id))], Object.keys(CLAIMS));
  assert.deepEqual(claims[0], {
    id: 'C1', statistic: '', estimate: null, verdict: 'not tested', dataset: '', n: [], steps: [],
    seed: 0,
  });
  assert.deepEqual(tested.map(({notebook}) => notebook),
      ['02-linearity', '03-bias', '03-bias', '03-bias']);
  assert.deepEqual(tested[0], {...failed, notebook: '02-linearity'});
  assert.deepEqual(JSON.parse(readFileSync(path.join(dir, 'claims.json'), 'utf8')), claims);
});

test('a section that is saved again replaces its claims', () => {
  const dir = newFolder();
  saveClaims(dir, '02', [claim('C1'), claim('C2')]);
  saveClaims(dir, '02', [claim('C2', {seed: 9})]);
  const tested = gatherClaims(dir).filter(({estimate}) => estimate !== null);
  assert.deepEqual(tested, [claim('C2', {seed: 9, notebook: '02'})]);
});

test('before any section ran, no claim is tested', () => {
  const claims = gatherClaims(path.join(newFolder(), 'figures'));
  assert.equal(claims.length, Object.keys(CLAIMS).length);
  assert.ok(claims.every(({verdict}) => verdict === 'not tested'));
});

test('a claim keeps the figure that shows it; what is no name of a figure is refused', () => {
  const dir = newFolder();
  saveClaims(dir, '02', [claim('C1', {figure: '02-linearity-by-size'}), claim('C2')]);
  const figures = gatherClaims(dir).filter(({estimate}) => estimate !== null)
      .map(({figure}) => figure);
  assert.deepEqual(figures, ['02-linearity-by-size', undefined]);
  for (const figure of ['figures/02.png', '02.png', '../02', '']) {
    assert.throws(() => saveClaims(dir, '02', [claim('C1', {figure})]), {name: 'RangeError',
      message: /^saveClaims: expected well-formed claims in 02: .*figure/});
  }
});

test('unknown ids and malformed claims are named, and nothing is written', () => {
  const dir = newFolder();
  for (const id of ['C99', 'toString']) {
    assert.throws(() => saveClaims(dir, '02', [claim('C1'), claim(id)]), (error: Error) => {
      assert.equal(error.name, 'RangeError');
      assert.ok(error.message.startsWith(
          `saveClaims: unknown claim id "${id}": expected one of C1, C2, C3`), error.message);
      return true;
    });
  }
  const nan = claim('C1', {estimate: {estimate: NaN, low: 0, high: 1}});
  assert.throws(() => saveClaims(dir, '02', [nan]), {name: 'RangeError',
    message: /^saveClaims: expected well-formed claims in 02: .*estimate.*NaN/});
  assert.ok(gatherClaims(dir).every(({verdict}) => verdict === 'not tested'));
});

test('a section file that holds something else is named', () => {
  const dir = newFolder();
  saveClaims(dir, '02', [claim('C1')]);
  const file = path.join(dir, 'claims', '02.json');
  for (const content of ['[{"id": "C1"}]', '{', '[{"id": "C99"}]']) {
    writeFileSync(file, content);
    assert.throws(() => gatherClaims(dir),
        {message: `${file}: expected a list of claims; run its notebook again`});
  }
});
