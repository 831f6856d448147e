/** Reports as text for the terminal. */
import type {Row} from './checks';
import type {FixtureReport} from './engine';
import type {GoldenFolder} from './folder';

const TITLES = ['tensor', 'values', 'worst error', 'tolerance', 'ratio', 'ok'];

/** A table of everything that was compared, then what failed. */
export function describeFixture({name, kind, rows, problems, seconds}: FixtureReport): string {
  const title = `${name} (${kind ?? 'unknown kind'}, ${seconds.toFixed(1)} s)`;
  const lines = rows.length === 0 ? [] : columns([TITLES, ...rows.map(cellsOf)]);
  return [title, ...lines, ...problems.map((problem) => `  FAILED ${problem}`), ''].join('\n');
}

/** The last word on a folder. */
export function describeFolder(
    {path, problems}: GoldenFolder, reports: readonly FixtureReport[]): string {
  const failed = reports.filter((report) => report.problems.length > 0);
  const rows = reports.flatMap((report) => report.rows);
  const worst = rows.reduce<Row | undefined>((most, row) =>
    most === undefined || row.ratio > most.ratio ? row : most, undefined);
  const count = reports.length - failed.length;
  return [
    ...problems.map((problem) => `FAILED ${problem}`),
    ...failed.map(({name, problems: own}) => `FAILED ${name}: ${own.length} problems`),
    `${path}: ${count} of ${reports.length} fixtures passed, ${rows.length} comparisons of ` +
      `${rows.reduce((sum, row) => sum + row.values, 0)} values` +
      (worst === undefined ? '' : `; closest to its tolerance: ${worst.what}, ratio ` +
        `${short(worst.ratio)}`),
  ].join('\n');
}

function cellsOf({what, values, worst, allowed, ratio, limit, ok}: Row): string[] {
  const bound = 'relativeL2' in limit && allowed === limit.relativeL2 ? 'rel-L2 ' : '';
  return [
    what, String(values), short(worst), allowed === 0 ? 'exact' : bound + short(allowed),
    short(ratio), ok ? 'yes' : 'NO',
  ];
}

const short = (value: number): string => value === 0 ? '0' : value.toExponential(1);

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = TITLES.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  return rows.map((row) => '  ' + row.map((cell, c) =>
    c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)).join('  '));
}
