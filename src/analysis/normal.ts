/** The standard normal distribution: what interval formulas need of it. */

/** P(Z <= z) for a standard normal Z; relative error below 1e-11 in the tails. */
export function normalCdf(z: number): number {
  if (z < -38 || z > 38) return z < 0 ? 0 : 1;
  if (z < -4) return tail(-z);
  if (z > 4) return 1 - tail(z);
  // 1/2 + phi(z)·(z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + …)
  let [sum, term] = [z, z];
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= z * z / odd;
    sum += term;
  }
  return 0.5 + sum * density(z);
}

/**
 * The z with P(Z <= z) = p.
 * @param p in (0, 1), not within 1e-16 of 0.
 * @throws RangeError when p lies outside.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`normalQuantile: expected p in (0, 1), got ${p}`);
  }
  if (p < 0.5) return -normalQuantile(1 - p);
  // Concave above 0: Newton's steps climb to the root and never pass it.
  let z = 0;
  for (let step = 1; step > 1e-15 * z;) {
    step = (p - normalCdf(z)) / density(z);
    z += step;
  }
  return z;
}

const density = (z: number): number => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);

/** P(Z > z) for z > 4, from the continued fraction of the Mills ratio. */
function tail(z: number): number {
  let fraction = z;
  for (let k = 60; k >= 1; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}
