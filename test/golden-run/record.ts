/** What a record may say. A number that no rule knows may decide a result: it is refused. */
import {z} from 'zod';
import {isToleranceField} from './checks';
import type {Fixture} from './folder';

/** The way in which every record wants to be compared. */
const RULE = '|a-b| <= atol + rtol*|b| elementwise';

/** A field that decides no result. */
export const anything = z.unknown().optional();

/** Names and origin; nothing of it decides a result. */
const DESCRIPTION = {
  name: z.string(), file: z.string(), tensors: anything, set: anything, made_by: anything,
  seeds: anything, depends_on: anything, tensor_groups: anything, float32_floor: anything,
  torch: anything, numpy: anything, data: anything, images: anything,
  tolerance: z.record(z.string(), z.unknown()),
  compare: z.string().refine((text) => text.startsWith(RULE), `expected '${RULE} …'`),
} as const;

/**
 * Checks a record against the fields that a rule knows. Fields of text alone are descriptions.
 * @throws z.ZodError naming fields that are bad, missing or unknown.
 */
export function readRecord<T extends z.ZodRawShape>(
    {name, record}: Fixture, own: T): z.infer<z.ZodObject<T>> {
  const known = new Set([...Object.keys(own), ...Object.keys(DESCRIPTION)]);
  const entries = Object.entries(record).filter(([key, value]) =>
    known.has(key) || !isToleranceField(key) && !isText(value));
  const parsed = z.strictObject({...DESCRIPTION, ...own}).parse(Object.fromEntries(entries)) as
      z.infer<z.ZodObject<T>> & {readonly name: string; readonly file: string};
  if (parsed.name !== name || parsed.file !== `${name}.safetensors`) {
    throw new Error(`the record is that of ${parsed.name} and ${parsed.file}`);
  }
  return parsed;
}

function isText(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return typeof value === 'object' && value !== null && Object.values(value).every(isText);
}

export const number = z.number();
export const numbers = z.array(z.number());
/** Numbers by name. */
export const named = z.record(z.string(), z.number());
