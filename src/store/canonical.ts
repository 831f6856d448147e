/** Plain records as canonical JSON: the same content gives the same text, whatever the order. */
import {createHash} from 'node:crypto';

/** Whatever JSON holds. */
export type Json =
    string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json};

/**
 * JSON with sorted keys.
 * @throws TypeError for values JSON would silently change (undefined, NaN, infinities).
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`canonicalJson: expected finite numbers, got ${value}`);
  }
  if (value === null || typeof value !== 'object') {
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`canonicalJson: cannot store a ${typeof value}`);
    return text;
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value as {[key: string]: Json})
      .sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${entries.join(',')}}`;
}

/** SHA-256 of bytes or text, hexadecimal. */
export const sha256 = (content: string | Uint8Array): string =>
    createHash('sha256').update(content).digest('hex');
