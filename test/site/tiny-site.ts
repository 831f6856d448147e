/** A made-up project with two executed notebooks, for the tests of the site. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {encodePng} from '../../src/figures/encode-images';
import {imageGrid} from '../../src/figures/image-grid';
import {lineFigure} from '../../src/figures/line-figure';
import {PLOTLY_MIME} from '../../src/figures/show';
import {sliderFigure} from '../../src/figures/slider-figure';
import type {SiteOptions} from '../../src/site/build-site';

/** Text that becomes a script, a tag or the end of an attribute where it is not escaped. */
export const HOSTILE = '</script><script>alert(1)</script><!-- "\' & <img src=x onerror=alert(1)>';

export type Output = Readonly<Record<string, unknown>>;
export interface Cell {
  readonly cell_type: 'markdown' | 'code';
  readonly source: string;
  readonly outputs?: readonly Output[];
}

const PNG = encodePng({width: 8, height: 8, channels: 1, pixels: new Uint8Array(64).fill(120)})
    .toString('base64');

/** A figure with its picture, as `showFigure` sends it. */
export const figureOutput = (title: string, figure: object = lineFigure({
  title, xTitle: 'x', yTitle: 'y', series: [{name: HOSTILE, x: [1, 2, 3], y: [3, 1, 2]}],
})): Output => ({
  output_type: 'display_data', metadata: {},
  data: {[PLOTLY_MIME]: figure, 'image/png': PNG, 'text/plain': [`Figure: ${title}`]},
});

/** A dark and a light image, of which a slider shows one. */
const SLIDER_FIGURE = sliderFigure({
  variable: 'σ', states: [20, 220].map((level) => ({label: `${level}`, figure: imageGrid({
    title: 'One of two', imageShape: [8, 8, 1],
    rows: [{label: 'image', images: new Uint8Array(4 * 64).fill(level)}],
  })})),
});

const table = (text: string): string =>
  '<table style="border-collapse:collapse"><caption style="x">What was found</caption><thead><tr>' +
  '<th scope="col" align="right">N</th></tr></thead><tbody><tr><td align="right">' +
  `${text}</td></tr></tbody></table>`;
const shown = (data: Output): Output => ({output_type: 'display_data', metadata: {}, data});
const code = (source: string, ...outputs: Output[]): Cell => ({cell_type: 'code', source, outputs});
const words = (source: string): Cell => ({cell_type: 'markdown', source});

export const FIRST: readonly Cell[] = [
  words('# I. First & best\n\nIt shows $D_G$. <b>Not HTML</b>'),
  code(`// ${HOSTILE}\nconst a = 'text';`,
      shown({'text/html': [], 'text/plain': []}),
      {output_type: 'stream', name: 'stdout', text: ['\u001b[31mred\u001b[0m\n', HOSTILE]},
      {output_type: 'stream', name: 'stderr', text: 'careful'},
      shown({'text/html': [table('1 &lt; 2')], 'text/plain': '| N |'})),
  words('## A part\n\nSee [the next](02-second.ipynb#a-part), [below](#a-part-2), ' +
      '[a file](../docs/a%20file.md) and [the web](https://example.org/).\n\n$$x = \\frac12$$'),
  code("await workspace.show('01-line', figure);\nawait workspace.show('01-slider', other);",
      figureOutput(`A line: ${HOSTILE}`), figureOutput('One of two', SLIDER_FIGURE)),
  words('## A part\n\n```sh\nmake figures # all\n```'),
  code("await workspace.conclude('01-first', claims);",
      shown({'text/html': `<div>${HOSTILE}</div>`,
        'text/plain': `| C1, LS | LS \\| all | 0.5 | ${HOSTILE}`})),
];

export const SECOND: readonly Cell[] = [
  words('# II. Second, with $x^2$\n\nOn.'), words('## A part'),
  code("await workspace.show('02-line', figure);", figureOutput('Another line')),
];

export const CLAIMS = [
  {id: 'C1', part: 'LS', statistic: 'LS | all', estimate: {estimate: 0.5, low: 0.4, high: 0.6},
    verdict: 'reproduced', note: `${HOSTILE} of D_L`, dataset: 'd', n: [64], steps: [10], seed: 0},
  {id: 'C4', part: 'GL', statistic: 'GL', estimate: {estimate: 2, low: 1, high: 3},
    verdict: 'reproduced', dataset: 'd', n: [64], steps: [10], seed: 0,
    notebook: '02-second', figure: '02-line'},
  {id: 'C4', part: 'copies', statistic: 'copies', estimate: {estimate: 0.25, low: 0, high: 0.5},
    verdict: 'not reproduced', dataset: 'd', n: [64, 1024], steps: [], seed: 0,
    notebook: '02-second'},
  {id: 'C3', statistic: '', estimate: null, verdict: 'not tested', dataset: '', n: [], steps: [],
    seed: 0},
] as const;

export interface TinyProject {
  readonly options: SiteOptions;
  readonly remove: () => void;
}

/** Writes the project into a temporary folder; `notebooks` and `claims` replace parts of it. */
export function tinyProject(
    {notebooks = {'01-first': FIRST, '02-second': SECOND}, claims = CLAIMS}: {
      readonly notebooks?: Readonly<Record<string, readonly Cell[]>>; readonly claims?: unknown;
    } = {}): TinyProject {
  const root = mkdtempSync(path.join(tmpdir(), 'tiny-site-'));
  const at = (...parts: string[]): string => path.join(root, ...parts);
  for (const folder of ['notebooks', 'figures', 'docs']) mkdirSync(at(folder));
  writeFileSync(at('docs', 'a file.md'), '# A file\n');
  for (const [name, cells] of Object.entries(notebooks)) {
    writeFileSync(at('notebooks', `${name}.ipynb`),
        JSON.stringify({nbformat: 4, nbformat_minor: 5, metadata: {}, cells}));
  }
  if (claims !== null) writeFileSync(at('figures', 'claims.json'), JSON.stringify(claims));
  writeFileSync(at('figures', '01-line.csv'), 'x,y\n1,3\n');
  return {
    options: {
      notebooks: at('notebooks'), names: Object.keys(notebooks), figures: at('figures'),
      out: at('figures', 'site'), root, data: 'Made-up 8×8, profile tiny', remedy: 'make figures',
    },
    remove: () => rmSync(root, {recursive: true, force: true}),
  };
}
