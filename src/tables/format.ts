/** Numbers as readers want them. */
import type {Interval} from '../types';
import type {Cell} from './create-table';

/** Decimals that show `digits` significant digits of a number. */
function decimalsFor(value: number, digits: number): number {
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return Math.min(Math.max(digits - 1 - magnitude, 0), 20);
}

function fixed(value: number, decimals: number): string {
  const text = value.toLocaleString('en-US',
      {minimumFractionDigits: decimals, maximumFractionDigits: decimals});
  return text.replace('-', '−').replace(/^−(0(\.0*)?)$/, '$1');
}

/**
 * A number with `digits` significant digits; whole numbers in full, with thousands apart; powers
 * of ten below 0.001.
 * @param value also NaN or an infinity.
 * @param digits >= 1 (default 3).
 * @example console.log(hg.formatNumber(60000), hg.formatNumber(0.12345)); // 60,000 0.123
 */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  }
  if (Number.isInteger(value)) {
    return fixed(value, 0);
  }
  if (Math.abs(value) < 0.001) {
    return value.toExponential(digits - 1).replaceAll('-', '−');
  }
  // Rounding first: 0.99996 has its three digits as 1.00.
  const rounded = Number(value.toPrecision(digits));
  return fixed(rounded, decimalsFor(rounded, digits));
}

/**
 * An estimate with its interval, all three with the decimals that the estimate needs.
 * @param interval as the functions of the analysis return it.
 * @param digits significant digits of the estimate, >= 1 (default 3).
 * @example
 * const interval = {estimate: 0.95, low: 0.9412, high: 0.9608};
 * console.log(hg.formatInterval(interval, 2)); // 0.95 [0.94, 0.96]
 */
export function formatInterval({estimate, low, high}: Interval, digits = 3): string {
  const values = [estimate, low, high];
  if (values.some((value) => !Number.isFinite(value)) ||
      Math.max(...values.map(Math.abs)) < 0.001) {
    const [first, from, to] = values.map((value) => formatNumber(value, digits));
    return `${first} [${from}, ${to}]`;
  }
  const reference = estimate === 0 ? Math.max(Math.abs(low), Math.abs(high)) : estimate;
  const decimals = decimalsFor(Number(reference.toPrecision(digits)), digits);
  const [first, from, to] = values.map((value) => fixed(value, decimals));
  return `${first} [${from}, ${to}]`;
}

/**
 * A share with its interval in per cent, one decimal at most.
 * @example formatShare({estimate: 0.03, low: 0.01, high: 0.0845}) // '3 % [1 %, 8.5 %]'
 */
export function formatShare({estimate, low, high}: Interval): string {
  const text = (share: number): string => {
    const value = Number((100 * share).toFixed(1));
    return `${fixed(value, Number.isInteger(value) ? 0 : 1)} %`;
  };
  return `${text(estimate)} [${text(low)}, ${text(high)}]`;
}

/** A cell of a table as text: numbers rounded, `–` where there is nothing. */
export function formatCell(cell: Cell | undefined, digits = 3): string {
  if (cell === null || cell === undefined) {
    return '–';
  }
  if (typeof cell === 'number') {
    return formatNumber(cell, digits);
  }
  return typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell;
}
