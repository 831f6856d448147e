/** Tables for readers: Markdown for files, text for a terminal, one MIME bundle for a notebook. */
import type {DataFrame} from 'danfojs-node';
import {sendBundle} from '../figures/display-bundle';
import type {DisplayTarget} from '../figures/display-bundle';
import {HIGH, LOW} from './create-table';
import type {Cell} from './create-table';
import {formatCell, formatInterval} from './format';

/** How numbers are written. */
export interface TableFormat {
  /** Significant digits of numbers that are not whole (default 3). */
  readonly digits?: number;
}

/** How a table is shown. */
export interface ShowTableOptions extends TableFormat {
  /** A line above the table (default none). */
  readonly caption?: string;
}

interface TextColumn {
  readonly name: string;
  readonly cells: readonly string[];
  readonly numeric: boolean;
}

/** Columns as text; `x`, `x low` and `x high` become one. */
function textColumns(table: DataFrame, digits: number): TextColumn[] {
  const names = table.columns;
  const rows = table.values as Cell[][];
  const at = new Map(names.map((name, i) => [name, i]));
  const bounds = (name: string): [number, number] | undefined => {
    const [low, high] = [at.get(name + LOW), at.get(name + HIGH)];
    return low === undefined || high === undefined ? undefined : [low, high];
  };
  const swallowed = new Set(names.flatMap((name) => bounds(name) ?? []));
  return names.flatMap((name, i): TextColumn[] => {
    if (swallowed.has(i)) {
      return [];
    }
    const ends = bounds(name);
    const cells = rows.map((row) => {
      const [estimate, low, high] = [row[i], ends && row[ends[0]], ends && row[ends[1]]];
      return typeof estimate === 'number' && typeof low === 'number' && typeof high === 'number' ?
        formatInterval({estimate, low, high}, digits) : formatCell(estimate, digits);
    });
    const numeric = rows.every((row) => typeof row[i] === 'number' || row[i] === null);
    return [{name, cells, numeric}];
  });
}

/**
 * A table in Markdown, numbers to the right; the three columns of an interval become one.
 * @param table for example of `createTable`.
 * @param options how numbers are written.
 * @returns a line for the header, one for the alignment and one a row, each with a line break.
 * @example
 * const LS = {estimate: 0.81, low: 0.8, high: 0.82};
 * console.log(hg.tableToMarkdown(hg.createTable([{N: 60000, LS}])).trimEnd());
 * // | N | LS |
 * // | ---: | ---: |
 * // | 60,000 | 0.810 [0.800, 0.820] |
 */
export function tableToMarkdown(table: DataFrame, {digits = 3}: TableFormat = {}): string {
  const columns = textColumns(table, digits);
  const escape = (text: string): string => text.replaceAll('|', '\\|').replace(/\r?\n/g, '<br>');
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({name}) => escape(name))),
    line(columns.map(({numeric}) => numeric ? '---:' : ':---')),
    ...Array.from({length: table.shape[0]!}, (_, r) =>
        line(columns.map(({cells}) => escape(cells[r]!)))),
  ].join('\n') + '\n';
}

/** A table for a terminal: columns two spaces apart, numbers to the right, no line break at the end. */
export function tableToText(table: DataFrame, {digits = 3}: TableFormat = {}): string {
  const columns = textColumns(table, digits).map(({name, cells, numeric}) => {
    const width = Math.max(name.length, ...cells.map(({length}) => length));
    const pad = (text: string): string => numeric ? text.padStart(width) : text.padEnd(width);
    return [name, ...cells].map(pad);
  });
  return Array.from({length: table.shape[0]! + 1}, (_, row) =>
    columns.map((column) => column[row]).join('  ').trimEnd()).join('\n');
}

/** A table as HTML; all text is escaped. */
export function tableToHtml(
    table: DataFrame, {digits = 3, caption}: ShowTableOptions = {}): string {
  const columns = textColumns(table, digits);
  const escape = (text: string): string => text
      .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;').replace(/\r?\n/g, '<br>');
  const cell = (tag: 'th' | 'td', text: string, numeric: boolean): string =>
      `<${tag}${tag === 'th' ? ' scope="col"' : ''} align="${numeric ? 'right' : 'left'}" ` +
      `style="text-align:${numeric ? 'right' : 'left'};padding:3px 12px;vertical-align:top` +
      `${numeric ? ';white-space:nowrap;font-variant-numeric:tabular-nums' : ''}">` +
      `${escape(text)}</${tag}>`;
  const head = columns.map(({name, numeric}) => cell('th', name, numeric)).join('');
  const body = Array.from({length: table.shape[0]!}, (_, r) =>
      `<tr>${columns.map(({cells, numeric}) => cell('td', cells[r]!, numeric)).join('')}</tr>`);
  const title = caption === undefined ? '' :
    `<caption style="text-align:left;padding:3px 12px">${escape(caption)}</caption>`;
  return `<table style="border-collapse:collapse">${title}<thead><tr>${head}</tr></thead>` +
      `<tbody>\n${body.join('\n')}\n</tbody></table>`;
}

/**
 * Shows a table in the notebook, as HTML with Markdown as plain text. Elsewhere print
 * `tableToMarkdown`.
 * @param table for example of `createTable`.
 * @param display tslab's `display`, for a kernel whose bundles cannot be reached; it gets the HTML
 *     (default: the kernel that runs).
 * @param options a caption, and how numbers are written.
 * @throws Error outside of a notebook, unless a `display` is given.
 * @example
 * const table = hg.createTable([{N: 64, LS: 0.81}]);
 * // In a notebook, `undefined` instead of this.
 * const display = {raw: (type: string) => console.log(type)}; // text/html
 * hg.showTable(table, display, {caption: 'Linearity', digits: 2});
 */
export function showTable(
    table: DataFrame, display?: DisplayTarget, options: ShowTableOptions = {}): void {
  const {caption} = options;
  sendBundle({
    'text/html': tableToHtml(table, options),
    'text/plain': (caption === undefined ? '' : `${caption}\n\n`) + tableToMarkdown(table, options),
  }, {...(display && {display}), preferred: 'text/html'});
}
