/** What a record allows a value to differ by, and whether one does. */
import {z} from 'zod';

/** |a - b| <= atol + rtol·|b|; `atol` may differ along the leading axis. */
export interface Elementwise {
  readonly atol: number | readonly number[];
  readonly rtol: number;
}

/**
 * ||a - b|| <= relativeL2·||b||. A tensor whose reference is below `atol` everywhere has no
 * relative error worth the name: there |a - b| <= atol.
 */
export interface RelativeL2 {
  readonly relativeL2: number;
  readonly atol: number;
}

export type Limit = Elementwise | RelativeL2;

export const EXACT: Limit = {atol: 0, rtol: 0};

const bound = z.number().min(0);
const atol = z.union([bound, z.array(bound).min(1)]);
const written = z.union([
  z.literal('exact').transform(() => EXACT),
  z.array(bound).min(1).transform((list): Limit => ({atol: list, rtol: 0})),
  z.strictObject({atol: bound, relative_l2_per_tensor: bound, note: z.string().optional()})
      .transform(({atol: floor, relative_l2_per_tensor: relativeL2}): Limit =>
        ({relativeL2, atol: floor})),
  z.strictObject({atol: atol.optional(), rtol: bound.optional(), note: z.string().optional()})
      .refine(({atol: a, rtol: r}) => a !== undefined || r !== undefined)
      .transform(({atol: a = 0, rtol = 0}): Limit => ({atol: a, rtol})),
]);

/**
 * Reads an entry of a record's `tolerance`: `{atol, rtol}`, a list of atol along the leading axis,
 * `{relative_l2_per_tensor, atol}` or `'exact'`.
 * @throws Error for anything else.
 */
export function parseLimit(key: string, value: unknown): Limit {
  const parsed = written.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`tolerance ${key}: expected {atol, rtol}, {relative_l2_per_tensor, atol}, a ` +
      `list of atol or 'exact', got ${JSON.stringify(value)}`);
}

/** How one tensor compares. */
export interface Measured {
  /** How many values were compared. */
  readonly values: number;
  /** The error where it is largest in terms of what is allowed … */
  readonly worst: number;
  /** … and what is allowed there. */
  readonly allowed: number;
  /** `worst / allowed`; more than 1, or infinite for a NaN on either side, is a failure. */
  readonly ratio: number;
}

/**
 * Compares values with their reference.
 * @param rows size of the leading axis, along which `atol` may be a list.
 * @throws Error when there is nothing to compare, or sizes disagree.
 */
export function measure(
    actual: ArrayLike<number>, expected: ArrayLike<number>, rows: number, limit: Limit): Measured {
  if (actual.length !== expected.length) {
    throw new Error(`expected ${expected.length} values, got ${actual.length}`);
  }
  if (expected.length === 0) throw new Error('there are no values to compare');
  return 'relativeL2' in limit ? measureNorm(actual, expected, limit) :
    measureElements(actual, expected, rows, limit);
}

function measureElements(
    actual: ArrayLike<number>, expected: ArrayLike<number>, rows: number,
    {atol: floor, rtol}: Elementwise): Measured {
  const list = typeof floor === 'number' ? undefined : floor;
  if (list !== undefined && list.length !== rows) {
    throw new Error(`the tolerance is a list of ${list.length} for a leading axis of ${rows}`);
  }
  let found: Omit<Measured, 'values'> | undefined;
  for (let i = 0; i < expected.length; i++) {
    const own =
        list === undefined ? floor as number : list[Math.floor(i * rows / expected.length)]!;
    const one = compare(Math.abs(actual[i]! - expected[i]!), own + rtol * Math.abs(expected[i]!));
    if (found === undefined || one.ratio > found.ratio) found = one;
  }
  return {...found!, values: expected.length};
}

function measureNorm(
    actual: ArrayLike<number>, expected: ArrayLike<number>,
    {relativeL2, atol: floor}: RelativeL2): Measured {
  let [difference, norm, largest, error] = [0, 0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    const distance = Math.abs(actual[i]! - expected[i]!);
    difference += distance ** 2;
    norm += expected[i]! ** 2;
    largest = Math.max(largest, Math.abs(expected[i]!));
    error = Math.max(error, distance);
  }
  const one = largest <= floor ? compare(error, floor) :
    compare(Math.sqrt(difference / norm), relativeL2);
  return {...one, values: expected.length};
}

/** An error beside what is allowed; NaN and infinity anywhere are infinitely wrong. */
function compare(worst: number, allowed: number): Omit<Measured, 'values'> {
  const ratio = Number.isFinite(worst) && Number.isFinite(allowed) ?
    worst === 0 ? 0 : worst / allowed : Infinity;
  return {worst, allowed, ratio};
}
