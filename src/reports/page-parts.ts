/** Parts that the pages of reports share. */
import type {PlotlyFigure} from '../figures/types';
import {escapeHtml} from '../pages/escape';
import {figureBlock} from '../pages/figure-block';
import {htmlPage} from '../pages/page';
import {pngUri} from './pictures';
import type {Pictures} from './pictures';

/** A heading with what stands below it. */
export interface PageSection {
  /** Anchor, lower-case words with hyphens. */
  readonly id: string;
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

const STYLE = `<style>
.report { max-width: calc(var(--figure) + 3rem); margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
.report .lead { font-size: 1.2rem; }
.report .kind { color: var(--muted); margin: 0 0 0.5rem; }
.report nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; }
.report nav li { margin: 0; }
.report th[scope=row] { border-bottom: 1px solid var(--line); vertical-align: top;
  padding-right: 1.4rem; }
.report .claims td:last-child { min-width: 14rem; }
.report .facts td { overflow-wrap: anywhere; }
.report details { margin: 1.4rem 0 2rem; }
.report summary { cursor: pointer; color: var(--accent); }
.report code { overflow-wrap: anywhere; }
@media (max-width: 40rem) { .report { padding: 1.5rem 1rem 3rem; } }
@media print { .report { padding: 0; } .report nav { display: none; } }
</style>`;

export interface ReportPageOptions {
  /** What kind of page it is, above its title. */
  readonly kind: string;
  /** The finding. */
  readonly title: string;
  /** The finding with its numbers, in a sentence or two; plain text. */
  readonly lead: string;
  readonly sections: readonly PageSection[];
}

/** A page of sections with their contents listed: one file that needs no network. */
export function reportPage({kind, title, lead, sections}: ReportPageOptions): string {
  const links = sections.map(({id, title: name}) =>
    `<li><a href="#${id}">${escapeHtml(name)}</a></li>`);
  const parts = sections.map(({id, title: name, body}) =>
    `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(name)}</h2>\n${body}\n</section>`);
  return htmlPage({
    title: `${title} · hidden-gaussian`, description: lead, assets: 'inline', head: STYLE,
    body: `<main class="report">\n<header><p class="kind">${escapeHtml(kind)}</p>` +
        `<h1>${text(title)}</h1>\n<p class="lead">${text(lead)}</p></header>\n` +
        `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>\n${parts.join('\n')}\n</main>`,
  });
}

/** Plain text as HTML; a number stays on one line with its per cent sign. */
const text = (plain: string): string => escapeHtml(plain.replace(/(\d) %/g, '$1\u00a0%'));

export const paragraph = (plain: string): string => `<p>${text(plain)}</p>`;

/** What only some readers want to see, folded. @param body HTML. */
export const folded = (summary: string, body: string): string =>
    `<details><summary>${text(summary)}</summary>\n${body}\n</details>`;

/** A command to copy. */
export const commandLine = (command: string): string =>
    `<p><code>${escapeHtml(command)}</code></p>`;

/** A live figure over its picture. */
export async function figureWithPicture(
    id: string, figure: PlotlyFigure, pictures: Pictures): Promise<string> {
  const png = pngUri(await pictures.png(figure));
  return figureBlock(figure, {id, ...(png !== undefined && {png})});
}

/** Names and values as a two-column list of facts. */
export const facts = (rows: readonly (readonly [name: string, value: string])[]): string =>
    `<div class="facts"><table><tbody>${rows.map(([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`).join('')}` +
    '</tbody></table></div>';
