/** How far a computation is and how long it will still take. */
import type {Progress} from '../types';

const DAY = 86_400;
const YEAR = 365.25 * DAY;

/** `42 s`, `3 min 05 s` or `1 h 02 min`; from two days on `2.5 days`, then `1.6 years`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const pad = (value: number): string => `${value}`.padStart(2, '0');
  if (seconds < 60) {
    return `${seconds} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  }
  if (seconds >= 2 * DAY) {
    const [amount, unit] = seconds < YEAR ? [seconds / DAY, 'days'] : [seconds / YEAR, 'years'];
    return `${amount < 10 ? amount.toFixed(1) : Math.round(amount).toLocaleString('en-US')} ${unit}`;
  }
  return `${Math.floor(seconds / 3600)} h ${pad(Math.floor(seconds / 60) % 60)} min`;
}

/** Done part in [0, 1]; a computation of nothing is done. */
export function progressFraction({done, total}: Progress): number {
  return total > 0 ? Math.min(Math.max(done / total, 0), 1) : 1;
}

export interface TimeEstimate {
  readonly elapsedMs: number;
  /** Undefined until there is something to judge by. */
  readonly leftMs: number | undefined;
}

/**
 * Estimates the time left of one computation from the speed since its first report, so that work
 * found done at the start (a resumed run) does not count as speed.
 * @param now a clock in ms; tests pass their own.
 */
export function createEstimator(now: () => number): (progress: Progress) => TimeEstimate {
  const startMs = now();
  let first: number | undefined;
  return (progress) => {
    const fraction = progressFraction(progress);
    first ??= fraction;
    const elapsedMs = now() - startMs;
    const gained = fraction - first;
    const leftMs = gained > 0 ? elapsedMs / gained * (1 - fraction) : undefined;
    return {elapsedMs, leftMs};
  };
}
