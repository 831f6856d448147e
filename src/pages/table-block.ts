/** A table of results in a page. */
import type {DataFrame} from 'danfojs-node';
import {createTable} from '../tables/create-table';
import {tableToHtml} from '../tables/show-table';
import type {TableFormat} from '../tables/show-table';
import {cleanTable, scrollTable} from './html-table';

export interface TableBlockOptions extends TableFormat {
  /** Stands above the table and names it for readers who do not see it. */
  readonly caption: string;
}

/**
 * A table with its caption; numbers to the right, intervals as `0.95 [0.94, 0.96]`, wide tables
 * scroll in themselves.
 * @param table a data frame, or rows as `createTable` takes them.
 * @throws RangeError if there are no rows; TypeError as `createTable`.
 * @example tableBlock([{N: 64, copies: {estimate: 0.19, low: 0.13, high: 0.28}}],
 *     {caption: 'Copies'})
 */
export function tableBlock(
    table: DataFrame | readonly Readonly<Record<string, unknown>>[],
    {caption, digits}: TableBlockOptions): string {
  const frame = 'columns' in table ? table : createTable(table);
  const html = tableToHtml(frame, {caption, ...(digits !== undefined && {digits})});
  return scrollTable(cleanTable(html)!, caption);
}
