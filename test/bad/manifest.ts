/** The `manifest.json` of a folder of broken inputs: what a good program does with each file. */
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';

const Item = z.object({
  /** Name of the file or folder beside the manifest. */
  file: z.string().min(1),
  /** Which command reads it, see `commands.ts`; unknown kinds fail their case. */
  kind: z.string(),
  what: z.string().default(''),
  /** `reject`, `reject-or-convert`, `warn-or-reject` or `accept`; others fail their case. */
  expect: z.string(),
  /** Of each inner list the message has at least one, in any case. */
  should_mention: z.array(z.array(z.string()).min(1)).default([]),
  images: z.number().optional(),
  pixel_sum: z.number().optional(),
  pixel_sum_if_converted: z.number().optional(),
});
const Manifest = z.object({
  items: z.array(Item).min(1),
  /** What the safetensors files claim to be weights of. */
  network: z.object({
    precond: z.string(), options: z.record(z.string(), z.unknown()),
  }).optional(),
  /** What the intact weights make of an input. */
  control_forward: z.object({
    x_nchw: z.array(z.number()), sigma: z.number(), D: z.array(z.number()),
    shape: z.array(z.number()).length(4), atol: z.number(),
  }).optional(),
});

export type BadItem = z.infer<typeof Item>;
export type BadManifest = z.infer<typeof Manifest>;

/** @throws Error naming the manifest when it has another form. */
export function readManifest(folder: string): BadManifest {
  const file = path.join(folder, 'manifest.json');
  const parsed = Manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const {path: at, message} = parsed.error.issues[0]!;
  throw new Error(`${file}: ${at.join('.')}: ${message}`);
}
