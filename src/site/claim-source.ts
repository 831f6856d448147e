/** Where in the site the number of a claim was made. */
import type {Claim} from '../experiments/claims';
import type {NotebookFile} from './notebook-file';
import type {NotebookPage} from './notebook-page';
import {numeral} from './shell';

/** A notebook as it was executed, and the page made of it. */
export interface PublishedNotebook {
  readonly file: NotebookFile;
  readonly page: NotebookPage;
}

export interface ClaimSource {
  /** Address from the site's pages. */
  readonly href: string;
  /** For example `II, cell 8`. */
  readonly words: string;
}

/**
 * The figure in whose cell the number was made, else the cell with the verdicts of the claim's
 * notebook. A claim that does not name its notebook is found by its row in the verdicts.
 * @returns undefined for a claim that was not tested, or that no notebook of the site shows.
 */
export function claimSource(
    claim: Claim, notebooks: readonly PublishedNotebook[]): ClaimSource | undefined {
  if (claim.estimate === null) return undefined;
  const found = claim.notebook === undefined ?
    notebooks.find(({file}) => verdictCell(file, claim) !== undefined) :
    notebooks.find(({file}) => file.name === claim.notebook);
  if (!found) return undefined;
  const {file, page} = found;
  const at = `${encodeURIComponent(file.name)}.html`;
  const figure = page.figures.find(({name}) => name === claim.figure);
  if (figure) {
    return {href: `${at}#${figure.id}`, words: `${numeral(page.title)}, cell ${figure.cell}`};
  }
  const cell = verdictCell(file, claim);
  return cell === undefined ? {href: at, words: numeral(page.title)} :
    {href: `${at}#cell-${cell}`, words: `${numeral(page.title)}, cell ${cell}`};
}

/** Number of the cell whose table has the claim's row. */
function verdictCell({cells}: NotebookFile, {id, part, statistic}: Claim): number | undefined {
  const row = `| ${part === undefined ? id : `${id}, ${part}`} | ${
    statistic.replaceAll('|', '\\|')} |`;
  const at = cells.findIndex((cell) => cell.cell_type === 'code' && cell.outputs.some((output) =>
    'data' in output && (output.data['text/plain'] ?? '').includes(row)));
  return at < 0 ? undefined : at + 1;
}
