/** A table as CSV (RFC 4180). */
import {toCSV} from 'danfojs-node';
import {DataFrame} from 'danfojs-node';
import type {Cell} from './create-table';

/** danfojs joins cells as they are, so a cell with a comma, quote or break is quoted first. */
function quote(cell: Cell | undefined): string | number | boolean {
  if (cell === null || cell === undefined) {
    return '';
  }
  if (typeof cell !== 'string') {
    return cell;
  }
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/**
 * The whole table as CSV (RFC 4180) with a header line and all digits; null is an empty field.
 * @param table for example of `createTable`.
 * @example
 * const table = hg.createTable([{name: 'a, b', N: 64}, {name: 'c', N: null}]);
 * console.log(hg.tableToCsv(table).trimEnd());
 * // name,N
 * // "a, b",64
 * // c,
 */
export function tableToCsv(table: DataFrame): string {
  const rows = (table.values as Cell[][]).map((row) => row.map(quote));
  const quoted = new DataFrame(rows, {columns: table.columns.map((name) => `${quote(name)}`)});
  return toCSV(quoted, {download: false} as object) as unknown as string;
}
