/**
 * Classes as EDM's dataset tool keeps them: a file `dataset.json` beside the images, with
 * `{"labels": [["00000/img00000000.png", 6], …]}`, or null for no classes.
 * @see NVlabs/edm, `dataset_tool.py` and `training/dataset.py`
 */
import {z} from 'zod';
import type {Labels} from './dataset';
import {some} from './image-files';

export const DATASET_JSON = 'dataset.json';

const MAX_CLASS = 0xffff;
const label = z.union([z.int().min(0).max(MAX_CLASS), z.array(z.number()).min(1)]);
const schema = z.object({
  labels: z.array(z.tuple([z.string(), label])).nullish(),
});

/**
 * How the classes of named images are found.
 * @param json the file's bytes; undefined when there is none.
 * @param where the folder or archive, for messages.
 * @param warn told of classes for images that are not there.
 * @returns undefined when there are no classes.
 * @throws Error naming `dataset.json` when it is no JSON of this form; the result throws when an
 *     image has no class.
 */
export function labelsFromJson(
    json: Uint8Array | undefined, where: string, warn: (message: string) => void):
    ((names: readonly string[]) => Labels) | undefined {
  if (json === undefined) return undefined;
  const {labels} = parse(json, where);
  if (labels === undefined || labels === null) return undefined;
  const classes = new Map(labels.map(
      ([name, value]) => [name.replaceAll('\\', '/'), classOf(value, name, where)]));
  return (names) => {
    const missing = names.filter((name) => !classes.has(name));
    if (missing.length > 0) {
      throw new Error(`${where}: ${DATASET_JSON} has no label for ${some(missing)}; list every ` +
          'image, or remove the labels');
    }
    const known = new Set(names);
    const surplus = [...classes.keys()].filter((name) => !known.has(name));
    if (surplus.length > 0) {
      warn(`${where}: ${DATASET_JSON} has labels for images that are not loaded: ` +
          some(surplus));
    }
    const values = names.map((name) => classes.get(name)!);
    return values.every((value) => value < 256) ?
      Uint8Array.from(values) : Uint16Array.from(values);
  };
}

function parse(json: Uint8Array, where: string): z.infer<typeof schema> {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(json));
  } catch (error) {
    throw new Error(`${where}: ${DATASET_JSON} is not valid JSON (${(error as Error).message})`,
        {cause: error});
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Error(`${where}: ${DATASET_JSON} is not a valid list of labels: expected ` +
      `{"labels": [["name.png", class], …]} or null, found at ${first!.path.join('.') || 'top'}: ` +
      first!.message);
}

/** A class, also from a vector with a single 1. */
function classOf(value: number | readonly number[], name: string, where: string): number {
  if (typeof value === 'number') return value;
  const ones = value.filter((part) => part === 1).length;
  if (ones === 1 && value.every((part) => part === 0 || part === 1)) return value.indexOf(1);
  throw new Error(`${where}: ${DATASET_JSON} gives ${name} a vector that is no single class; ` +
      'expected a number, or zeros with a single 1');
}
