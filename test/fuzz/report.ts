/** The reports of targets as a table, and what to do about a failing input. */
import type {Report} from './fuzz-target';

const WIDTHS = [16, 9, 9, 9, 9, 11, 8];

const line = (cells: readonly string[]): string => cells
    .map((cell, i) => i === 0 ? cell.padEnd(WIDTHS[0]!) : cell.padStart(WIDTHS[i]!)).join(' ');

/** The head of the table. */
export const header = (): string =>
    line(['target', 'inputs', 'accepted', 'refused', 'messages', 'worst, ms', 'peak, MB']);

/** A target's line, with more lines below when an input failed. */
export function row(report: Report): string {
  const {target, inputs, accepted, refused, messages, worstMs, peak, failure} = report;
  const cells = [inputs, accepted, refused, messages.size, worstMs, peak / 1e6];
  return [
    line([target, ...cells.map((value) => value.toFixed(0))]),
    ...failure === undefined ? [] :
      [`FAIL ${target}: ${failure.message}`, `     ${replay(report)}`],
  ].join('\n');
}

/** The command that sends a failing input again. */
export const replay = ({target, failure}: Report): string =>
    `npm run fuzz -- --target=${target} --replay=${failure!.file}`;
