/** The five notebooks, executed headlessly by the real kernel at the smoke profile's scale. */
import assert from 'node:assert/strict';
import {existsSync, readFileSync, statSync} from 'node:fs';
import * as path from 'node:path';
import test from 'node:test';
import {CLAIMS} from '../../src/experiments/claims';
import {notebookNames, runFigures} from '../../src/experiments/figures-run';
import type {Claim} from '../../src/experiments/claims';
import type {PlotlyFigure} from '../../src/figures/types';
import {confusedPairs} from '../figures/tell-apart';
import {ROOT} from '../helpers';

const SMOKE = path.join(ROOT, 'figures', 'smoke');
const PLOTLY = 'application/vnd.plotly.v1+json';

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly data?: Record<string, unknown>;
}
interface Notebook {
  readonly cells: ReadonlyArray<{
    readonly cell_type: string;
    readonly source: readonly string[];
    readonly outputs?: readonly Output[];
  }>;
}

const read = (...file: string[]): Notebook =>
    JSON.parse(readFileSync(path.join(...file), 'utf8')) as Notebook;
const codeOf = ({cells}: Notebook) => cells.filter(({cell_type: type}) => type === 'code');
/** Names of the figures that a notebook's source shows. */
const shownIn = (notebook: Notebook): string[] => codeOf(notebook)
    .flatMap(({source}) => [...source.join('').matchAll(/workspace\.show\('([^']+)'/g)])
    .map((match) => match[1]!);

test('all notebooks run from their first to their last cell, and the claims are gathered', async () => {
  const {notebooks, claims} = await runFigures({profile: 'smoke', report: () => {}});
  assert.equal(notebooks.length, 5);
  for (const {file, stderrCells} of notebooks) assert.equal(stderrCells, 0, `${file}: stderr`);
  const judged = new Set(claims.filter(({estimate}) => estimate !== null).map(({id}) => id));
  for (const id of ['C1', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9', 'C10', 'C11'] as const) {
    assert.ok(judged.has(id), `${id} has no verdict with an interval`);
  }
});

test('the verdict on one\'s own model stays apart from those about the paper', () => {
  const own = JSON.parse(readFileSync(
      path.join(SMOKE, 'own', 'claims', '05-bring-your-own.json'), 'utf8')) as Claim[];
  assert.deepEqual([...new Set(own.map(({id}) => id))], ['C5', 'C6', 'C7']);
  assert.ok(!existsSync(path.join(SMOKE, 'claims', '05-bring-your-own.json')));
});

test('every claim has an interval around its estimate, or says that it was not tested', () => {
  const claims = JSON.parse(readFileSync(path.join(SMOKE, 'claims.json'), 'utf8')) as Claim[];
  assert.deepEqual(new Set(claims.map(({id}) => id)), new Set(Object.keys(CLAIMS)));
  for (const {id, part, estimate, verdict, dataset, n} of claims) {
    const what = `${id} ${part ?? ''}`;
    if (estimate === null) {
      assert.equal(verdict, 'not tested', what);
      continue;
    }
    assert.ok(estimate.low <= estimate.estimate && estimate.estimate <= estimate.high, what);
    assert.ok(dataset !== '' && n.length > 0, `${what} does not name its data`);
  }
});

test('a claim names a figure of its own notebook; only what a table shows has none', () => {
  const gathered = JSON.parse(readFileSync(path.join(SMOKE, 'claims.json'), 'utf8')) as Claim[];
  const own = JSON.parse(readFileSync(
      path.join(SMOKE, 'own', 'claims', '05-bring-your-own.json'), 'utf8')) as Claim[];
  for (const {id, part = '', figure, notebook, estimate} of
    [...gathered, ...own.map((claim) => ({...claim, notebook: '05-bring-your-own'}))]) {
    if (estimate === null) continue;
    const tableOnly = id === 'C9' || part.startsWith('over');
    assert.equal(figure === undefined, tableOnly, `${id} ${part}`);
    if (figure !== undefined) {
      assert.ok(shownIn(read(ROOT, 'notebooks', `${notebook}.ipynb`)).includes(figure), figure);
    }
  }
});

for (const name of notebookNames()) {
  test(`${name}: no errors, and each figure is one bundle of Plotly and PNG, and four files`, () => {
    const outputs = codeOf(read(SMOKE, 'notebooks', name)).flatMap((cell) => cell.outputs ?? []);
    assert.ok(outputs.every((output) => output.output_type !== 'error'));
    const figures = outputs.filter(({data}) => data !== undefined && PLOTLY in data);
    const shown = shownIn(read(ROOT, 'notebooks', name));
    assert.equal(figures.length, shown.length);
    for (const {data} of figures) {
      assert.ok(typeof data!['image/png'] === 'string' && data!['image/png'].length > 1000);
      assert.match(String(data!['text/plain']), /^Figure: /);
    }
    for (const {data} of figures) {
      assert.deepEqual(confusedPairs(data![PLOTLY] as PlotlyFigure), []);
    }
    for (const figure of shown) {
      for (const extension of ['png', 'svg', 'json', 'csv']) {
        const file = path.join(SMOKE, `${figure}.${extension}`);
        assert.ok(existsSync(file) && statSync(file).size > 100, `${figure}.${extension}`);
      }
    }
  });

  test(`${name} as committed is under 3 MB, its cells are short, and it begins with its claim`, () => {
    const file = path.join(ROOT, 'notebooks', name);
    const notebook = read(file);
    assert.ok(statSync(file).size < 3e6);
    assert.match(notebook.cells[0]!.source.join(''), /\*\*Claim/);
    for (const {source} of codeOf(notebook)) assert.ok(source.length <= 24, source[0]);
  });
}
