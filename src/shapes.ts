/** Checks of shapes and values that every public function makes at its boundary. */

const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/**
 * Throws unless `tensor` has exactly the shape `expected`; -1 in `expected` accepts any size.
 * @throws RangeError `where: expected \`name\` of shape [..], got [..]`.
 */
export function assertShape(
    where: string, name: string, tensor: {readonly shape: readonly number[]},
    expected: readonly number[]): void {
  const fits = tensor.shape.length === expected.length &&
      expected.every((size, axis) => size === -1 || size === tensor.shape[axis]);
  if (!fits) {
    const wanted = `[${expected.map((size) => size === -1 ? 'any' : size).join(', ')}]`;
    throw new RangeError(
        `${where}: expected \`${name}\` of shape ${wanted}, got ${show(tensor.shape)}`);
  }
}

/**
 * Throws unless every sigma is finite and > 0.
 * @throws RangeError naming the first bad value and its position.
 */
export function assertSigmas(where: string, sigmas: ArrayLike<number>): void {
  for (let i = 0; i < sigmas.length; i++) {
    const sigma = sigmas[i]!;
    if (!(sigma > 0) || !Number.isFinite(sigma)) {
      throw new RangeError(
          `${where}: expected every sigma to be finite and > 0, got ${sigma} at position ${i}`);
    }
  }
}

/** Throws unless `value` is an integer of at least `least`. */
export function assertInteger(where: string, name: string, value: number, least = 0): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${where}: expected \`${name}\` to be an integer >= ${least}, got ${value}`);
  }
}
