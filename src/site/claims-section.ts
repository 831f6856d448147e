/** The claims on the front page: the main ones with their numbers, and the table of all. */
import {CLAIMS} from '../experiments/claims';
import type {Claim, ClaimId} from '../experiments/claims';
import {escapeHtml} from '../pages/escape';
import {scrollTable} from '../pages/html-table';
import {formatInterval, formatNumber} from '../tables/format';
import type {ClaimSource} from './claim-source';

export type FindSource = (claim: Claim) => ClaimSource | undefined;

/**
 * The paper's main statements, in its order. Each is shown by one statistic: its first that does
 * not reproduce, or, where all do, its first.
 */
const MAIN: readonly ClaimId[] = ['C1', 'C4', 'C5', 'C6', 'C8', 'C11'];

const tested = (claims: readonly Claim[]): Claim[] =>
  claims.filter(({estimate}) => estimate !== null);
const reproduced = (claims: readonly Claim[]): number =>
  claims.filter(({verdict}) => verdict === 'reproduced').length;

/** The finding in a sentence or two, counted from the claims. */
export function scoreSentence(claims: readonly Claim[]): string {
  const measured = tested(claims);
  if (measured.length === 0) return 'None of the paper’s claims has been tested yet.';
  const ids = new Set(measured.map(({id}) => id));
  const whole = [...ids].filter((id) =>
    measured.every((claim) => claim.id !== id || claim.verdict === 'reproduced'));
  const left = new Set(claims.map(({id}) => id)).size - ids.size;
  const untested = left === 0 ? '' :
    `, and ${left} more ${left === 1 ? 'was' : 'were'} not tested`;
  return `<strong>${reproduced(measured)} of ${measured.length}</strong> measured statistics ` +
      `reproduce the paper; of the ${ids.size} claims behind them, ${whole.length} ` +
      `${whole.length === 1 ? 'holds' : 'hold'} in every part${untested}.`;
}

const VERDICT_CLASS = {
  reproduced: 'yes', 'not reproduced': 'no', 'not tested': 'untested',
} as const;
const verdict = ({verdict: words}: Claim): string =>
  `<span class="verdict ${VERDICT_CLASS[words]}">${words}</span>`;
const link = (source: ClaimSource | undefined, words: string): string => source === undefined ?
  words : `<a href="${escapeHtml(source.href)}">${words}</a>`;

/** One item a main claim: what the paper says, and a number about it. */
export function mainFindings(claims: readonly Claim[], find: FindSource): string {
  const items = MAIN.flatMap((id) => {
    const all = tested(claims).filter((claim) => claim.id === id);
    const shown = all.find((claim) => claim.verdict !== 'reproduced') ?? all[0];
    if (!shown?.estimate) return [];
    const {estimate, statistic, part} = shown;
    const what = capital(statistic) + (part === undefined ? '' : ` (${part})`);
    const [value, interval] = formatInterval(estimate).split(/ (?=\[)/);
    const count = all.length === 1 ? '' :
      `<br>${reproduced(all)} of ${all.length} statistics of this claim reproduce.`;
    return [`<li><p>${link(find(shown), escapeHtml(CLAIMS[id]))}</p>` +
        `<p class="value">${escapeHtml(value!)} <small>${escapeHtml(interval!)}</small> ` +
        `${verdict(shown)}</p>` +
        `<p class="detail">${withSymbols(what)}.${count}</p></li>`];
  });
  return items.length === 0 ? '' : `<ul class="findings">${items.join('\n')}</ul>`;
}

/** A claim's words as HTML, `D_L` with its index below the line. */
const withSymbols = (text: string): string =>
  escapeHtml(text).replace(/\b([DW])_([A-Zθ])/g, '$1<sub>$2</sub>');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** All claims, each with the place where its number was made. */
export function claimsTable(claims: readonly Claim[], find: FindSource): string {
  const groups = [...new Set(claims.map(({id}) => id))].map((id) => {
    const rows = claims.filter((claim) => claim.id === id);
    const cells = rows.map((claim, i) => {
      const last = i === rows.length - 1 ? ' class="last"' : '';
      return `<tr${last}>${claimCells(claim, find(claim))}</tr>`;
    });
    return `<tbody id="${id}"><tr><th scope="rowgroup" colspan="5">${id} ` +
        `${escapeHtml(CLAIMS[id])}</th></tr>\n${cells.join('\n')}</tbody>`;
  });
  const head = ['Part', 'What was measured', 'Estimate [95 % interval]', 'Verdict', 'Made in']
      .map((title, i) => `<th scope="col"${i === 2 ? ' class="number"' : ''}>${title}</th>`);
  return scrollTable('<table class="claims"><caption>The paper’s claims, and what was measured ' +
      `about each</caption><thead><tr>${head.join('')}</tr></thead>\n${groups.join('\n')}</table>`,
  'Table of claims');
}

function claimCells(claim: Claim, source: ClaimSource | undefined): string {
  const {part = '', statistic, note, estimate, n, steps} = claim;
  if (estimate === null) {
    return `<td></td><td>–</td><td class="number">–</td><td>${verdict(claim)}</td><td></td>`;
  }
  const behind = [`N = ${n.map((each) => formatNumber(each)).join('; ')}`,
    ...(steps.length > 0 ? [`${steps.map((each) => formatNumber(each)).join('; ')} steps`] : [])];
  const words = [...(note === undefined ? [] : [note]), behind.join(', ')]
      .map((text) => `<span class="note">${withSymbols(text)}</span>`).join('');
  return `<td>${withSymbols(part)}</td><td>${withSymbols(statistic)}${words}</td>` +
      `<td class="number">${escapeHtml(formatInterval(estimate))}</td><td>${verdict(claim)}</td>` +
      `<td class="source">${source ? link(source, escapeHtml(source.words)) : ''}</td>`;
}
