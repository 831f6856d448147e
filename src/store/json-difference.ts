/** Where two JSON values differ, path by path. */
import type {Json} from './canonical';
import {canonicalJson} from './canonical';

export interface JsonDifference {
  /** `train.checkpoints[3]`; empty for the whole. */
  readonly path: string;
  /** The value of the first; absent where it has none. */
  readonly a?: Json;
  readonly b?: Json;
  /** |a − b| / max(|a|, |b|), when both are numbers. */
  readonly relative?: number;
}

type JsonRecord = {readonly [key: string]: Json};

const isRecord = (value: Json | undefined): value is JsonRecord =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

/** All paths at which `a` and `b` differ, in the order of the keys. */
export function jsonDifferences(
    a: Json | undefined, b: Json | undefined, path = ''): JsonDifference[] {
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return keys.flatMap((key) =>
      jsonDifferences(own(a, key), own(b, key), memberPath(path, key)));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length);
    return Array.from({length}, (_, i) => i).flatMap((i) =>
      jsonDifferences(a[i] as Json | undefined, b[i] as Json | undefined, `${path}[${i}]`));
  }
  if (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b)) return [];
  return [{
    path, ...(a !== undefined && {a}), ...(b !== undefined && {b}),
    ...(typeof a === 'number' && typeof b === 'number' && {relative: relativeDifference(a, b)}),
  }];
}

/** |a − b| / max(|a|, |b|); 0 for equal numbers. */
export const relativeDifference = (a: number, b: number): number =>
    a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));

/** All numbers, texts and other ends of a value with their paths; empty lists and records too. */
export function jsonLeaves(value: Json, path = ''): [path: string, leaf: Json][] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item, i) => jsonLeaves(item as Json, `${path}[${i}]`));
  }
  if (!isRecord(value) || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => jsonLeaves(item, memberPath(path, key)));
}

/** The path of a member; keys that are no plain names stand in quotes. */
export function memberPath(path: string, key: string): string {
  if (!/^[\w$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

const own = (record: JsonRecord, key: string): Json | undefined =>
    Object.hasOwn(record, key) ? record[key] : undefined;
