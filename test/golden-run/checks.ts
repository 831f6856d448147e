/**
 * The account of one fixture: which tensors and tolerances a rule has used, and how each compared
 * tensor came out. Whatever is left over at the end was not understood, and is a failure.
 */
import type {NamedArray} from '../../src/store/safetensors';
import type {Fixture} from './folder';
import {measure, parseLimit} from './tolerance';
import type {Elementwise, Limit, Measured} from './tolerance';

/** One compared tensor, or one list of values of the record. */
export interface Row extends Measured {
  /** Name of the tensor, or path in the record. */
  readonly what: string;
  readonly limit: Limit;
  readonly ok: boolean;
}

export interface CompareOptions {
  /** What to call the row (default: the name). */
  readonly as?: string;
  /** The tolerance to use (default: that of the name). */
  readonly limit?: Limit;
  /** Positions to compare (default: all). */
  readonly only?: (position: number) => boolean;
}

export interface Checks {
  readonly fixture: Fixture;
  readonly rows: readonly Row[];
  has(tensor: string): boolean;
  /** Names of the tensors that match, in the file's order; this is no use of them. */
  matching(pattern: RegExp): string[];
  /** Takes a tensor as an input. @throws Error when there is none. */
  read(tensor: string): NamedArray;
  /** Compares with a tensor of the fixture. */
  compare(tensor: string, actual: ArrayLike<number>, options?: CompareOptions): void;
  /** Compares with values of the record. */
  compareValues(
    what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, limit: Limit): void;
  /** The record's tolerance for a tensor, by its name or a pattern of it. @throws Error: none. */
  limitOf(tensor: string): Limit;
  /** The entry `key` of the tolerances as it is written; undefined: there is none. */
  tolerance(key: string): unknown;
  /** Records a failure. */
  fail(problem: string): void;
  /** All failures; of a rule that came to its end, with what it never used. */
  problems(isComplete: boolean): string[];
}

/** Opens the account of a fixture. */
export function createChecks(fixture: Fixture): Checks {
  const {tensors, record} = fixture;
  const rows: Row[] = [];
  const failures: string[] = [];
  const usedTensors = new Set<string>();
  const tolerances = tolerancesOf(record);
  const usedTolerances = new Set<string>();

  const read = (name: string): NamedArray => {
    const array = tensors.get(name);
    if (array === undefined) throw new Error(`there is no tensor ${name}`);
    usedTensors.add(name);
    return array;
  };
  const tolerance = (key: string): unknown => {
    if (tolerances.has(key)) usedTolerances.add(key);
    return tolerances.get(key);
  };
  const limitOf = (name: string): Limit => {
    const [best] = [...tolerances.keys()].filter((key) => matches(key, name))
        .sort((a, b) => b.length - a.length);
    if (best === undefined) throw new Error(`there is no tolerance for ${name}`);
    const limit = parseLimit(best, tolerance(best));
    const perRow = perRowKeys(name).filter((key) => tolerances.has(key))
        .map((key) => parseLimit(key, tolerance(key)));
    return perRow.reduce(stricter, limit);
  };
  const add = (
    what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, count: number,
    limit: Limit): void => {
    try {
      const measured = measure(actual, expected, count, limit);
      rows.push({what, limit, ...measured, ok: measured.ratio <= 1});
    } catch (error) {
      failures.push(`${what}: ${(error as Error).message}`);
    }
  };
  const leftOver = (): string[] => [
    ...rows.length === 0 ? ['nothing was compared'] : [],
    ...[...tensors.keys()].filter((name) => !usedTensors.has(name))
        .map((name) => `${name}: a tensor that no rule reads or compares`),
    ...[...tolerances.keys()].filter((key) => !usedTolerances.has(key))
        .map((key) => `tolerance ${key}: no rule used it`),
  ];
  return {
    fixture, rows, read, tolerance, limitOf,
    has: (name) => tensors.has(name),
    matching: (pattern) => [...tensors.keys()].filter((name) => pattern.test(name)),
    compare(name, actual, {as = name, limit = limitOf(name), only} = {}) {
      const {data, shape} = read(name);
      if (actual.length !== data.length) {
        failures.push(`${as}: expected ${data.length} values, got ${actual.length}`);
        return;
      }
      const chosen = (values: ArrayLike<number>): ArrayLike<number> =>
        only === undefined ? values : Array.from(values).filter((_, i) => only(i));
      add(as, chosen(actual), chosen(data), only === undefined ? shape[0] ?? 1 : 1, limit);
    },
    compareValues: (what, actual, expected, limit) =>
      add(what, actual, expected, expected.length, limit),
    fail: (problem) => void failures.push(problem),
    problems: (isComplete) => [
      ...failures,
      ...rows.filter(({ok}) => !ok).map(({what}) => `${what}: beyond its tolerance`),
      ...isComplete ? leftOver() : [],
    ],
  };
}

/** Entries of `tolerance`; entries of an entry (`item/out`); `tolerance_<name>_per_<axis>`. */
function tolerancesOf(record: Fixture['record']): Map<string, unknown> {
  const isGroup = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value) &&
    Object.values(value).some((part) => typeof part === 'object' && !Array.isArray(part));
  const entries = Object.entries((record['tolerance'] ?? {}) as Record<string, unknown>)
      .flatMap(([key, value]) => isGroup(value) ?
        Object.entries(value).map(([part, own]) => [`${key}/${part}`, own] as const) :
        [[key, value] as const]);
  const apart = Object.entries(record).filter(([key]) => isToleranceField(key));
  return new Map([...entries, ...apart]);
}

/** Whether a field of a record holds a tolerance apart from the others. */
export const isToleranceField = (key: string): boolean => /^tolerance_\w+_per_[a-z]+$/.test(key);

/** `gauss.*` stands for every name that begins with `gauss.`, `a.b/c` for `a.b` and `a.c`. */
function matches(key: string, name: string): boolean {
  const [first, ...others] = key.split('/');
  const stem = first!.slice(0, first!.lastIndexOf('.') + 1);
  return [first!, ...others.map((other) => stem + other)].some((one) => {
    const pattern = one.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.*')}$`).test(name);
  });
}

/** Where an atol for each sample or sigma of a tensor may stand. */
const perRowKeys = (name: string): string[] => ['sample', 'sigma', 'step'].flatMap((axis) => [
  `${name}_per_${axis}`, `tolerance_${name.split('.').at(-1)}_per_${axis}`,
]);

/** Both at once; the second has its atol only. */
function stricter(a: Limit, b: Limit): Limit {
  if ('relativeL2' in a || 'relativeL2' in b || typeof b.atol === 'number') {
    throw new Error('a list of atol goes with {atol, rtol} only');
  }
  const at = (atol: Elementwise['atol'], i: number): number =>
    typeof atol === 'number' ? atol : atol[i]!;
  return {atol: b.atol.map((own, i) => Math.min(own, at(a.atol, i))), rtol: a.rtol};
}
