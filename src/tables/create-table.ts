/**
 * Tables of results as danfojs data frames.
 *
 * An `Interval` in a row becomes three numeric columns, `x`, `x low` and `x high`, so that the
 * frame and its CSV hold plain numbers; `showTable` prints the three as `0.95 [0.94, 0.96]`.
 */
import '../backend/tf';    // first: danfojs loads TensorFlow, which must be set up before
import {DataFrame} from 'danfojs-node';
import type {Interval} from '../types';

/** What a table holds in one place. */
export type Cell = string | number | boolean | null;

/** Ends of the names of an interval's lower and upper columns. */
export const LOW = ' low';
export const HIGH = ' high';

const isInterval = (value: unknown): value is Interval =>
    typeof value === 'object' && value !== null && 'estimate' in value && 'low' in value &&
    'high' in value;

function toCell(value: unknown, column: string, row: number): Cell {
  if (value === undefined || value === null) {
    return null;
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  throw new TypeError(`createTable: expected text, a number, a boolean, null or an interval in ` +
      `column "${column}" of row ${row}, got ${Object.prototype.toString.call(value)}`);
}

/**
 * Makes a data frame from rows. Columns appear in the order in which rows first name them; a
 * column that a row lacks is null there.
 * @param rows records of text, numbers, booleans, null, undefined (as null) and intervals, at least
 *     one. An interval becomes the three columns `x`, `x low` and `x high`.
 * @throws TypeError naming the row and column of a value that no table can hold; RangeError if
 *     there are no rows.
 * @example
 * const table = hg.createTable([{N: 64, LS: {estimate: 0.81, low: 0.8, high: 0.82}}]);
 * console.log(table.columns.join(', ')); // N, LS, LS low, LS high
 */
export function createTable(rows: readonly Readonly<Record<string, unknown>>[]): DataFrame {
  if (rows.length === 0) {
    throw new RangeError('createTable: expected at least one row, got none');
  }
  const flat = rows.map((row, r) => {
    const cells = new Map<string, Cell>();
    for (const [column, value] of Object.entries(row)) {
      if (isInterval(value)) {
        cells.set(column, toCell(value.estimate, column, r));
        cells.set(column + LOW, toCell(value.low, column, r));
        cells.set(column + HIGH, toCell(value.high, column, r));
      } else {
        cells.set(column, toCell(value, column, r));
      }
    }
    return cells;
  });
  const columns = mergeColumns(flat.map((cells) => [...cells.keys()]));
  const values = flat.map((cells) => columns.map((column) => cells.get(column) ?? null));
  // danfojs guesses types from the values and declares fewer kinds of them than it keeps.
  return new DataFrame(values as (string | number | boolean)[][], {columns});
}

/** All names, each after the names that stand before it in the first row that has it. */
function mergeColumns(rows: readonly (readonly string[])[]): string[] {
  const merged: string[] = [];
  for (const names of rows) {
    let at = 0;
    for (const name of names) {
      const known = merged.indexOf(name);
      if (known >= 0) {
        at = known + 1;
      } else {
        merged.splice(at++, 0, name);
      }
    }
  }
  return merged;
}
