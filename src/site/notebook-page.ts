/** A notebook as a page: its words, its figures live, its code folded. */
import {figuresShownBy} from '../notebooks/notebook-file';
import {escapeHtml} from '../pages/escape';
import {highlight} from '../pages/highlight';
import {createMarkdown} from './markdown';
import type {Heading} from './markdown';
import type {CodeCell, NotebookFile} from './notebook-file';
import {showOutputs} from './outputs';
import type {PageFigure, Picture} from './outputs';
import {NUMBERS, PICTURES, sitePage} from './shell';
import type {Site, SitePage} from './shell';

/** A notebook's page before it is put into the site. */
export interface NotebookPage extends SitePage {
  /** Its first paragraph, as plain text. */
  readonly summary: string;
  readonly headings: readonly Heading[];
  /** Each cell that shows something, as HTML. */
  readonly cells: readonly string[];
  readonly figures: readonly PageFigure[];
  readonly pictures: readonly Picture[];
}

export interface NotebookPageOptions {
  /** The address from the site for a link of the notebook. */
  readonly link: (address: string) => string;
  /** Whether the numbers of a figure lie in the site as `numbers/<name>.csv`. */
  readonly hasNumbers: (figure: string) => boolean;
}

/**
 * Makes the content of a notebook's page. Cells are numbered from 1, as anchors `#cell-1`.
 * @throws Error naming the notebook and the cell: maths that cannot be typeset, links to nowhere,
 *     a figure of a name that was used before, no heading of the first level.
 */
export function notebookPage(
    {name, cells}: NotebookFile, {link, hasNumbers}: NotebookPageOptions): NotebookPage {
  const markdown = createMarkdown({link});
  const figures: PageFigure[] = [];
  const pictures: Picture[] = [];
  const caption = (figure: string): string => [
    `<a href="${PICTURES}/${figure}.png">Picture (PNG)</a>`,
    ...(hasNumbers(figure) ? [`<a href="${NUMBERS}/${figure}.csv">Numbers (CSV)</a>`] : []),
  ].join(' · ');
  const codeCell = (cell: CodeCell, number: number): string => {
    const shown = showOutputs(cell.outputs, {
      cell: number, names: figuresShownBy(cell.source), caption, address: (file) => `${PICTURES}/${file}`,
    });
    for (const figure of shown.figures) {
      if (figures.some((other) => other.id === figure.id)) {
        throw new Error(`expected figures of different names, got ${figure.name} twice`);
      }
      figures.push(figure);
    }
    pictures.push(...shown.pictures);
    return `${foldedCode(cell.source, number)}\n${shown.html}`;
  };
  const sections = cells.map((cell, i) => {
    const number = i + 1;
    try {
      const content = cell.cell_type === 'markdown' ? markdown.render(cell.source) :
        cell.cell_type === 'code' ? codeCell(cell, number) : '';
      return content === '' ? '' :
        `<section class="cell ${cell.cell_type}" id="cell-${number}">\n${content}\n</section>`;
    } catch (error) {
      throw new Error(`notebook ${name}, cell ${number}: ${(error as Error).message}`,
          {cause: error});
    }
  }).filter((cell) => cell !== '');
  const title = markdown.headings.find(({level}) => level === 1);
  if (!title) {
    throw new Error(`notebook ${name}: expected a heading of the first level, for its title`);
  }
  return {
    name, html: title.html, title: title.text, summary: markdown.summary(),
    headings: markdown.headings, cells: sections, figures, pictures,
  };
}

function foldedCode(source: string, number: number): string {
  if (source.trim() === '') return '';
  const lines = source.trimEnd().split('\n').length;
  return `<details class="code"><summary>Code of cell ${number}, ` +
      `${lines} ${lines === 1 ? 'line' : 'lines'}</summary>` +
      `<pre tabindex="0"><code>${highlight(source.trimEnd(), 'typescript')}</code></pre></details>`;
}

/** The whole document of a notebook's page. */
export function notebookDocument(page: NotebookPage, site: Site): string {
  const {pages} = site;
  const at = pages.findIndex(({name}) => name === page.name);
  const step = (to: SitePage | undefined, rel: 'prev' | 'next', words: string): string =>
    to === undefined ? '' : `<a class="${rel}" rel="${rel}" ` +
      `href="${encodeURIComponent(to.name)}.html"><span class="label">${words}</span> ` +
      `${to.html}</a>`;
  const contents = page.headings.filter(({level}) => level === 2)
      .map(({id, html}) => `<li><a href="#${escapeHtml(id)}">${html}</a></li>`);
  const toc = contents.length === 0 ? '' :
    '<nav class="toc" aria-labelledby="toc-title">' +
    `<p class="label" id="toc-title">On this page</p><ul>${contents.join('')}</ul></nav>`;
  return sitePage({
    site, name: page.name, title: `${page.title} · hidden-gaussian`, description: page.summary,
    // The contents follow the title; on wide screens they stand beside the text.
    body: `<main id="main" class="layout">\n${page.cells[0] ?? ''}\n${toc}\n` +
        `${page.cells.slice(1).join('\n')}\n` +
        `<nav class="steps" aria-label="Notebooks before and after">` +
        step(pages[at - 1], 'prev', 'Before') + step(pages[at + 1], 'next', 'Next') +
        '</nav></main>',
  });
}
