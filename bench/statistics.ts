/** Medians and quartiles of paired timings. */

/** Median and quartiles of a sample. */
export interface Spread {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
}

/**
 * The value below which the share `p` of a sample lies, linear between neighbours.
 * @throws RangeError for an empty sample.
 */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) {
    throw new RangeError('quantile: expected at least one value, got none; run more repetitions');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const spread = (values: readonly number[]): Spread =>
    ({median: median(values), q1: quantile(values, 0.25), q3: quantile(values, 0.75)});

/**
 * How many times longer a peer took than we did, pair by pair: what slows the machine down for a
 * while slows both sides of a pair.
 * @throws RangeError when the two were not measured equally often.
 */
export function pairedRatio(ours: readonly number[], peer: readonly number[]): Spread {
  if (ours.length !== peer.length) {
    throw new RangeError(`pairedRatio: expected as many timings of the peer as of ours, ` +
        `${ours.length}, got ${peer.length}`);
  }
  return spread(ours.map((time, i) => peer[i]! / time));
}
