/** Parameters of notebooks: reading their cell, values from words, the injected cell. */
import assert from 'node:assert/strict';
import test from 'node:test';
import {runInThisContext} from 'node:vm';
import {kernelWords} from '../../src/notebooks/execute-notebook';
import {injectParameters} from '../../src/notebooks/inject-parameters';
import type {Notebook, NotebookCell} from '../../src/notebooks/notebook-file';
import {cellTitle, findNotebook, hasTag, notebookNames, readNotebook, sourceOf}
  from '../../src/notebooks/notebook-file';
import {describeParameters, parameterValues, valueCode} from '../../src/notebooks/parameter-values';
import {parametersOf} from '../../src/notebooks/parameters-cell';

const code = (source: string, tags?: string[]): NotebookCell => ({
  cell_type: 'code', id: 'x', metadata: tags === undefined ? {} : {tags}, source, outputs: [],
});
const notebookOf = (...lines: string[]): Notebook => ({
  metadata: {}, nbformat: 4, nbformat_minor: 5,
  cells: [code(lines.join('\n'), ['parameters']), code('await hg.openWorkspace({});')],
});
const sample = notebookOf(
    'let PROFILE = \'quick\';  // scale', 'let SEED: number | undefined; // seed',
    '', '// a remark', 'let N: number[] = [64, 512];',
    'let WORDS: string[] | undefined;  // words', 'let FAST = false;  // or slow');
const parameters = parametersOf('sample', sample);
const valuesOf = (...words: string[]) => parameterValues('sample', parameters, words);

test('a parameters cell gives names, types, values and meanings', () => {
  assert.deepEqual(parameters, [
    {name: 'PROFILE', type: 'string', value: 'quick', comment: 'scale'},
    {name: 'SEED', type: 'number', value: undefined, comment: 'seed'},
    {name: 'N', type: 'number[]', value: [64, 512], comment: ''},
    {name: 'WORDS', type: 'string[]', value: undefined, comment: 'words'},
    {name: 'FAST', type: 'boolean', value: false, comment: 'or slow'},
  ]);
  assert.match(describeParameters(parameters),
      /^ {2}PROFILE: string = 'quick' {2,}scale\n {2}SEED: number {2,}seed\n/);
});

test('a line that declares no plain value is refused, with the line', () => {
  for (const line of ['const A = 1;', 'let A = f(1);', 'let A;', 'let A: Date;', 'let A = {};']) {
    assert.throws(() => parametersOf('nb', notebookOf(line)), (error: Error) =>
      error.message.startsWith(`nb: cannot read ${JSON.stringify(line)}`), line);
  }
  assert.throws(() => parametersOf('nb', {...sample, cells: [code('1')]}), /tag `parameters`/);
});

test('words become values of the declared types', () => {
  assert.deepEqual(
      valuesOf('PROFILE=a=b', 'SEED=-1', 'N=64, 1e3', 'WORDS=a,b', 'FAST=true'),
      {PROFILE: 'a=b', SEED: -1, N: [64, 1000], WORDS: ['a', 'b'], FAST: true});
  assert.throws(() => valuesOf('M=1'), /no parameter M; the parameters are\n {2}PROFILE/);
  assert.throws(() => valuesOf('toString=1'), /no parameter toString/);
  assert.throws(() => valuesOf('SEED'), /expected NAME=VALUE, got SEED/);
  assert.throws(() => valuesOf('SEED=1', 'SEED=2'), /SEED is given twice/);
  for (const word of ['SEED=one', 'SEED=', 'N=64,', 'N=64;512', 'SEED=NaN', 'FAST=yes', 'PROFILE=']) {
    assert.throws(() => valuesOf(word), /expected \w+ to be (a|numbers|true)/, word);
  }
});

test('values are written as TypeScript that reads back as the same', () => {
  for (const value of ['smoke', 'it\'s', 'a "b" \\ c\n', 3, false, [64, 512], ['a', 'b\'']]) {
    const literal = valueCode(value);
    assert.deepEqual(runInThisContext(`(${literal})`), value, literal);
    const [read] = parametersOf('nb', notebookOf(`let A = ${literal};`));
    if (!literal.includes('\\n')) assert.deepEqual(read!.value, value, literal);
  }
});

test('values that differ come in a cell behind the parameters, which is replaced next time', () => {
  const once = injectParameters('nb', sample, valuesOf('SEED=1', 'PROFILE=quick', 'N=64,512'));
  assert.equal(once.cells.length, 3);
  assert.ok(hasTag(once.cells[1]!, 'injected-parameters'));
  assert.deepEqual(sourceOf(once.cells[1]!).split('\n').slice(1), ['let SEED: number = 1;']);
  const twice = injectParameters('nb', once, valuesOf('PROFILE=smoke'));
  assert.deepEqual(sourceOf(twice.cells[1]!).split('\n').slice(1), ['let PROFILE: string = \'smoke\';']);
  assert.deepEqual(injectParameters('nb', twice, {}), sample);
  assert.equal(sample.cells.length, 2);
  assert.throws(() => injectParameters('nb', sample, {M: 1}), /no parameter M/);
});

test('notebooks are found by number and by name, and each has parameters with their meanings', () => {
  assert.equal(findNotebook('2'), '02-emerging-linearity.ipynb');
  assert.equal(findNotebook('02'), findNotebook('emerging'));
  assert.equal(findNotebook('notebooks/02-emerging-linearity.ipynb'), findNotebook('02'));
  for (const wrong of ['9', '', '0', 'x']) assert.throws(() => findNotebook(wrong), /there are 01-/);
  for (const name of notebookNames()) {
    const all = parametersOf(name, readNotebook(name));
    assert.ok(['PROFILE', 'SEED', 'FIGURES'].every((key) => all.some((p) => p.name === key)), name);
    for (const {name: key, comment} of all) assert.ok(comment.length > 10, `${name}: ${key}`);
  }
});

test('progress names the figure of a cell, and errors come without colours and long stacks', () => {
  assert.equal(cellTitle(code('await workspace.show(\n\'02-a\', f)')), '02-a');
  assert.equal(cellTitle(code('const a = await hg.sizeSweep(w);')), 'sizeSweep');
  assert.equal(cellTitle(code('let N = 1;', ['parameters'])), 'parameters');
  const frames = Array.from({length: 9}, (_, i) => `    at f${i} (a.js)`);
  assert.equal(kernelWords(`\u001b[31mTypeError: no\u001b[39m\n${frames.join('\n')}\n`),
      `TypeError: no\n${frames.slice(0, 3).join('\n')}`);
});
