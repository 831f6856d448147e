/** Numbers that come as texts from the command line. */

/** A whole number, undefined for none. @throws RangeError naming command and option. */
export function wholeNumber(
    command: string, option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least) {
    throw new RangeError(
        `${command}: expected ${option} to be a whole number >= ${least}, got ${text}`);
  }
  return value;
}

/** A number above 0, undefined for none. @throws RangeError naming command and option. */
export function positiveNumber(
    command: string, option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new RangeError(`${command}: expected ${option} to be a number > 0, got ${text}`);
  }
  return value;
}
