/** The arithmetic of the linearity measures, in float64 on a denoiser's outputs. */

/** Linearity measures of each pair, `[P]`; Li, Dai, Qu 2024, eq. 11 and 12. */
export interface PairLinearity {
  /** |cos(D(alpha·x1 + beta·x2), alpha·D(x1) + beta·D(x2))|, in [0, 1]; eq. 11. */
  readonly score: readonly number[];
  /** ||joint - combination|| / ||joint||, eq. 12. */
  readonly nmse: readonly number[];
  /** ||joint - combination|| / ||combination||, the paper's published code. */
  readonly nmseToCombination: readonly number[];
}

/** What is compared with what. */
export interface CombinationOptions {
  /** Weight of D(x1). */
  readonly alpha: number;
  /** Weight of D(x2). */
  readonly beta: number;
  /** Pixels of one image, D. */
  readonly size: number;
  /** Pixel mean to subtract from every output, `[D]`. */
  readonly centre?: ArrayLike<number>;
  /** Where the outputs come from, for messages, for example `'at sigma 80'`. */
  readonly at?: string;
}

/**
 * Compares D(alpha·x1 + beta·x2) with alpha·D(x1) + beta·D(x2), pair by pair.
 * Two zero vectors agree (score 1, nmse 0).
 * @param d1 D(x1), `[P, D]` row by row.
 * @param d2 D(x2), `[P, D]`.
 * @param joint D(alpha·x1 + beta·x2), `[P, D]`.
 * @throws Error when only one of the two vectors is zero: no angle, no relative error.
 */
export function compareWithCombination(
    d1: ArrayLike<number>, d2: ArrayLike<number>, joint: ArrayLike<number>,
    {alpha, beta, size, centre, at = ''}: CombinationOptions): PairLinearity {
  const score: number[] = [];
  const nmse: number[] = [];
  const nmseToCombination: number[] = [];
  for (let start = 0; start < joint.length; start += size) {
    let [dot, difference2, joint2, combination2] = [0, 0, 0, 0];
    for (let p = 0; p < size; p++) {
      const offset = centre === undefined ? 0 : centre[p]!;
      const j = joint[start + p]! - offset;
      const c = alpha * (d1[start + p]! - offset) + beta * (d2[start + p]! - offset);
      dot += j * c;
      difference2 += (j - c) ** 2;
      joint2 += j * j;
      combination2 += c * c;
    }
    if (difference2 > 0 && (joint2 === 0 || combination2 === 0)) {
      throw new Error(`linearity: pair ${start / size} ${at} has an output of norm 0, so cosine ` +
          'and relative error are undefined; is the denoiser constant there?');
    }
    // Rounding must not push a cosine past 1.
    const cosine = difference2 === 0 ? 1 : Math.abs(dot) / Math.sqrt(joint2 * combination2);
    score.push(Math.min(cosine, 1));
    nmse.push(difference2 === 0 ? 0 : Math.sqrt(difference2 / joint2));
    nmseToCombination.push(difference2 === 0 ? 0 : Math.sqrt(difference2 / combination2));
  }
  return {score, nmse, nmseToCombination};
}
