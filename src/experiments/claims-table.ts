/** Tables of claims: for a notebook's end, and for the README. */
import type {DataFrame} from 'danfojs-node';
import {createTable} from '../tables/create-table';
import {formatInterval} from '../tables/format';
import {CLAIMS} from './claims';
import type {Claim} from './claims';

/** The claims of a notebook as a table: one row a statistic. */
export function claimsTable(claims: readonly Claim[]): DataFrame {
  return createTable(claims.map(({id, part, statistic, estimate, verdict, n, note}) => ({
    claim: part === undefined ? id : `${id}, ${part}`,
    statistic,
    'estimate [95 % interval]': estimate === null ? '' : formatInterval(estimate),
    verdict,
    N: n.join(', '),
    note: note ?? '',
  })));
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const MARKS = {reproduced: '✔', 'not reproduced': '✘', 'not tested': '·'} as const;

/** All claims as one Markdown table, with what lies behind each number. */
export function claimsMarkdown(claims: readonly Claim[]): string {
  const lines = [
    '| claim | what was measured | estimate [95 % interval] | verdict | data behind it |',
    '|---|---|---|---|---|',
  ];
  for (const claim of claims) {
    const {id, part, statistic, estimate, verdict, dataset, n, steps, seed, note} = claim;
    const title = `**${id}** ${CLAIMS[id]}${part === undefined ? '' : ` (${part})`}`;
    const measured = [statistic, note].filter(Boolean).join('. ');
    const behind = estimate === null ? '' :
      `${dataset}, N = ${n.join(', ')}, ${steps.join(', ') || 'no'} steps, seed ${seed}`;
    lines.push(`| ${[
      title, measured, estimate === null ? '' : formatInterval(estimate),
      `${MARKS[verdict]} ${verdict}`, behind,
    ].map(cell).join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}
