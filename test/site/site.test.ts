import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';
import {after, before, test} from 'node:test';
import type {HTMLElement} from 'node-html-parser';
import {buildSite} from '../../src/site/build-site';
import {brokenLinks, doubleIds, foreignLoads, readPages, wordless} from './site-checks';
import {CLAIMS, FIRST, HOSTILE, SECOND, tinyProject} from './tiny-site';
import type {Cell} from './tiny-site';

const project = tinyProject();
const {out} = project.options;
let pages: Map<string, HTMLElement>;
const page = (name: string): HTMLElement => pages.get(`${name}.html`)!;
const texts = (name: string, selector: string): string[] =>
  page(name).querySelectorAll(selector).map(({text}) => text);

before(async () => {
  mkdirSync(path.join(out, 'old'), {recursive: true});
  const written = await buildSite(project.options);
  assert.deepEqual(written.map(({file}) => path.relative(out, file)),
      ['index.html', '01-first.html', '02-second.html']);
  pages = readPages(out);
});
after(() => project.remove());

/** Builds a project that has one other notebook; resolves to its error's message. */
async function failure(cells: readonly Cell[], options: object = {}): Promise<string> {
  const other = tinyProject({notebooks: {'01-first': cells, '02-second': SECOND}});
  try {
    await buildSite({...other.options, ...options});
  } catch (error) {
    assert.ok(!existsSync(other.options.out), 'a failed site is left');
    assert.deepEqual(readdirSync(other.options.figures).sort(), ['01-line.csv', 'claims.json']);
    return (error as Error).message;
  } finally {
    other.remove();
  }
  return assert.fail('expected the site to fail');
}

test('the site replaces what was there, and leaves no temporary folder', () => {
  assert.ok(!existsSync(path.join(out, 'old')));
  assert.deepEqual(readdirSync(path.dirname(out)).sort(), ['01-line.csv', 'claims.json', 'site']);
});

test('every link, picture, script and style leads to something', () => {
  assert.deepEqual(brokenLinks(out), []);
});

test('ids are unique, pages load nothing from elsewhere, and each figure has words', () => {
  for (const [name, document] of pages) {
    assert.deepEqual(doubleIds(document), [], name);
    assert.deepEqual(foreignLoads(document), [], name);
    assert.deepEqual(wordless(document), [], name);
  }
});

test('hostile text in code, outputs, claims and figures stays text', () => {
  for (const [name, document] of pages) {
    const scripts = document.querySelectorAll('script').map((node) =>
      node.getAttribute('type') ?? node.getAttribute('src')!);
    assert.ok(scripts.every((kind) => kind === 'application/json' || kind.startsWith('./assets/')),
        `${name}: ${scripts}`);
    assert.equal(document.querySelectorAll('[onerror], img[src=x]').length, 0, name);
  }
  assert.ok(texts('01-first', 'details code')[0]!.includes(HOSTILE));
  assert.ok(texts('01-first', 'pre.stdout')[0]!.includes(HOSTILE));
  assert.ok(texts('01-first', 'pre.output').at(-1)!.endsWith(HOSTILE));
  assert.ok(texts('index', '.note').includes(`${HOSTILE} of DL`));
  const [json] = page('01-first').querySelectorAll('script[type="application/json"]');
  assert.equal(JSON.parse(json!.innerHTML).data[0].name, HOSTILE);
});

test('a page needs no inline script and no request: its policy forbids both', () => {
  const policy = page('01-first').querySelector('meta[http-equiv]')!.getAttribute('content')!;
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self' file:;/);
  assert.doesNotMatch(policy, /connect-src|https?:/);
});

test('symbols of the claims have their index below the line', () => {
  assert.equal(page('index').querySelector('.note sub')!.outerHTML, '<sub>L</sub>');
});

test('cells have anchors by number, and figures by name', () => {
  const ids = page('01-first').querySelectorAll('.cell').map((node) => node.getAttribute('id'));
  assert.deepEqual(ids, [1, 2, 3, 4, 5, 6].map((number) => `cell-${number}`));
  assert.deepEqual(page('01-first').querySelectorAll('figure').map((node) => node.id),
      ['figure-01-line', 'figure-01-slider']);
});

test('code is folded, highlighted, and there', () => {
  const [first] = page('01-first').querySelectorAll('details.code');
  assert.equal(first!.querySelector('summary')!.text, 'Code of cell 2, 2 lines');
  assert.equal(first!.querySelector('code')!.text, `// ${HOSTILE}\nconst a = 'text';`);
  assert.equal(first!.querySelector('.hljs-keyword')!.text, 'const');
  assert.ok(!first!.hasAttribute('open'));
  assert.deepEqual(texts('01-first', 'pre .hljs-comment').at(-1), '# all');
});

test('outputs: what was cleared is gone, stderr is named, terminal colours are dropped', () => {
  const cell = page('01-first').querySelector('#cell-2')!;
  assert.equal(cell.querySelectorAll('pre.output').length, 2);
  assert.ok(cell.querySelector('pre.stdout')!.text.startsWith('red\n'));
  assert.equal(cell.querySelector('.label')!.text, 'Printed to stderr');
  assert.equal(cell.querySelector('.label')!.nextElementSibling!.text, 'careful');
  const region = cell.querySelector('.table')!;
  assert.equal(region.getAttribute('aria-label'), 'What was found');
  assert.equal(region.querySelector('td')!.outerHTML, '<td class="number">1 &lt; 2</td>');
});

test('maths is typeset in the page, also in titles and contents', () => {
  assert.equal(page('01-first').querySelectorAll('.katex-block .katex-display').length, 1);
  assert.ok(page('02-second').querySelector('h1 .katex math'));
  assert.equal(page('02-second').querySelector('title')!.text,
      'II. Second, with x^2 · hidden-gaussian');
});

test('links: to a page, within it, to a file of the project, to the web', () => {
  const links = page('01-first').querySelectorAll('#cell-3 p a')
      .map((node) => node.getAttribute('href'));
  assert.deepEqual(links, ['02-second.html#a-part', '#a-part-2', '../../docs/a%20file.md',
    'https://example.org/']);
});

test('contents, and the notebooks before and after', () => {
  const toc = page('01-first').querySelectorAll('.toc a').map((node) => node.getAttribute('href'));
  assert.deepEqual(toc, ['#a-part', '#a-part-2']);
  assert.equal(page('01-first').querySelectorAll('.steps a').length, 1);
  assert.equal(page('01-first').querySelector('.steps a.next')!.getAttribute('href'),
      '02-second.html');
  assert.equal(page('02-second').querySelector('.steps a.prev')!.getAttribute('href'),
      '01-first.html');
});

test('the front page counts the claims, and links each to where its number was made', () => {
  assert.equal(page('index').querySelector('.score')!.text,
      '2 of 3 measured statistics reproduce the paper; of the 2 claims behind them, ' +
      '1 holds in every part, and 1 more was not tested.');
  assert.deepEqual(page('index').querySelectorAll('.claims .source a')
      .map((node) => [node.getAttribute('href'), node.text]), [
    ['01-first.html#cell-6', 'I, cell 6'], ['02-second.html#figure-02-line', 'II, cell 3'],
    ['02-second.html', 'II'],
  ]);
  assert.deepEqual(texts('index', '.claims td.number'),
      ['0.500 [0.400, 0.600]', '2.00 [1.00, 3.00]', '0.250 [0.000, 0.500]', '–']);
});

test('a main claim is shown by a statistic that does not reproduce, when it has one', () => {
  const items = texts('index', '.findings li');
  assert.equal(items.length, 2);
  assert.match(items[0]!, /0\.500 \[0\.400, 0\.600\] reproducedLS \| all \(LS\)\.$/);
  assert.match(items[1]!, /0\.250 \[.*not reproducedCopies \(copies\)\.\n1 of 2 statistics of/);
});

test('the numbers of a figure lie beside its picture, when there are some', () => {
  const captions = page('01-first').querySelectorAll('figcaption')
      .map((node) => node.querySelectorAll('a').map((link) => link.getAttribute('href')));
  assert.deepEqual(captions, [
    ['./pictures/01-line.png', './numbers/01-line.csv'], ['./pictures/01-slider.png'],
  ]);
});

test('the same sources give the same bytes', async () => {
  const content = (): string[] => [...readPages(out).keys()].sort()
      .map((name) => readFileSync(path.join(out, name), 'utf8'));
  const first = content();
  await buildSite(project.options);
  assert.deepEqual(content(), first);
});

test('a failed build leaves the old site as it was', async () => {
  const other = tinyProject();
  try {
    mkdirSync(other.options.out);
    writeFileSync(path.join(other.options.out, 'kept'), '');
    await assert.rejects(buildSite({...other.options, writeApi: async () => {
      throw new Error('no api');
    }}), {message: 'no api'});
    assert.deepEqual(readdirSync(other.options.out), ['kept']);
  } finally {
    other.remove();
  }
});

test('the documentation of the API is linked when it is written', async () => {
  const other = tinyProject();
  try {
    await buildSite({...other.options, writeApi: async (folder) => {
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'index.html'), '');
    }});
    assert.deepEqual(brokenLinks(other.options.out), []);
    assert.ok(readPages(other.options.out).get('01-first.html')!
        .querySelector('.banner a[href="api/index.html"]'));
  } finally {
    other.remove();
  }
});

const [title] = FIRST as readonly [Cell];
const shows = (...outputs: Cell['outputs'] & object): Cell =>
  ({cell_type: 'code', source: 'await workspace.show(\'01-line\', f);', outputs});

test('notebooks that were not executed are named, with what to run', async () => {
  assert.match(await failure([title, shows()]),
      /01-first\.ipynb: expected an executed notebook, got one without outputs; run `make/);
  assert.match(await failure([title, shows({output_type: 'stream', name: 'stdout', text: 'x'})]),
      /01-first\.ipynb: expected cell 2 to hold the figures 01-line, got 0 of them; run/);
  assert.match(await failure(FIRST, {names: ['03-third']}), /03-third\.ipynb: not found; run/);
});

test('claims that are missing or malformed are named', async () => {
  for (const [claims, message] of [
    [null, /claims\.json: not found; run `make figures` first/],
    [[{id: 'C1'}], /claims\.json: expected a list of claims; run its notebook again/],
  ] as const) {
    const other = tinyProject({claims});
    await assert.rejects(buildSite(other.options), {message});
    other.remove();
  }
  assert.equal(CLAIMS.length, 4);
});

test('a notebook\'s mistake is told with its cell: links, maths, figures, titles', async () => {
  const words = (source: string): Cell => ({cell_type: 'markdown', source});
  assert.match(await failure([title, words('[x](../docs/none.md)')]),
      /notebook 01-first, cell 2: the link \.\.\/docs\/none\.md: expected a file of the project/);
  assert.match(await failure([title, words('[x](../../../etc/passwd)')]), /cell 2: the link/);
  assert.match(await failure([title, words('[x](javascript:alert(1))')]),
      /cell 2: the link javascript:alert\(1\): expected a relative path/);
  assert.match(await failure([title, words('$\\nonsense$')]),
      /notebook 01-first, cell 2: KaTeX parse error: .*nonsense/);
  assert.match(await failure([words('no title')]), /01-first: expected a heading of the first/);
  const [, , , figures] = FIRST;
  assert.match(await failure([title, figures!, figures!]),
      /cell 3: expected figures of different names, got 01-line twice/);
});

test('a page that is too heavy fails with its name and size', async () => {
  const [, , , figures] = FIRST;
  const [line, slider] = figures!.outputs!;
  const heavy = {...slider, data: {...(slider!['data'] as object),
    'image/png': Buffer.alloc(8_000_000).toString('base64')}};
  assert.match(await failure([title, {...figures!, outputs: [line!, heavy]}]),
      /01-first\.html: expected a page of at most 8 MB with all that it loads, got (9|10)\.\d MB/);
});
