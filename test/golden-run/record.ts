/** What a record may say. A number that no rule knows may decide a result: it is refused. */
import {z} from 'zod';
import {isToleranceField} from './checks';
import type {Fixture} from './folder';

/** The way in which every record wants to be compared. */
const RULE = '|a-b| <= atol + rtol*|b| elementwise';

/** Names and origin; nothing of it decides a result. */
const DESCRIPTION = {
  name: z.string(), set: z.string(), file: z.string(), made_by: z.unknown().optional(), seeds: z.unknown().optional(),
  depends_on: z.unknown().optional(), tensor_groups: z.unknown().optional(), tensors: z.unknown().optional(),
  float32_floor: z.unknown().optional(), torch: z.string(), numpy: z.string(),
  tolerance: z.record(z.string(), z.unknown()),
  compare: z.string().refine((text) => text.startsWith(RULE), `expected '${RULE} …'`),
} as const;
const OPTIONAL = [
  'made_by', 'seeds', 'depends_on', 'tensor_groups', 'float32_floor', 'torch', 'numpy', 'set',
];

/**
 * Checks a record against the fields that a rule knows. Fields of text alone are descriptions.
 * @throws z.ZodError naming fields that are bad, missing or unknown.
 */
export function readRecord<T extends z.ZodRawShape>(
    {name, record}: Fixture, own: T): z.infer<z.ZodObject<T>> {
  const known = new Set([...Object.keys(own), ...Object.keys(DESCRIPTION)]);
  const entries = Object.entries(record).filter(([key, value]) =>
    known.has(key) || !isToleranceField(key) && !isText(value));
  const shape = Object.fromEntries(Object.entries(DESCRIPTION).map(([key, type]) =>
    [key, OPTIONAL.includes(key) ? z.optional(type) : type]));
  const parsed = z.strictObject({...shape, ...own}).parse(Object.fromEntries(entries)) as
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
