/** `request.json`: what a run was asked for. */
import {lstatSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import {REQUEST} from './run-layout';
import type {RunRequest} from './run-request';

const schema = z.object({kind: z.string(), options: z.json()});

/**
 * The request in a run's folder, as it stands there: `formatOf` tells whether it is the one that
 * the folder is named after. Undefined when there is none, or when it is no request.
 */
export function readRequest(folder: string): RunRequest | undefined {
  if (!hasRequest(folder)) return undefined;
  try {
    const parsed: unknown = JSON.parse(readFileSync(path.join(folder, REQUEST), 'utf8'));
    schema.parse(parsed);
    // Not what the schema returns: it would lose keys like `__proto__`, and the hash with them.
    const {kind, options} = parsed as RunRequest;
    return {kind, options};
  } catch {
    return undefined;
  }
}

/** Whether there is a file of this name. */
export const hasRequest = (folder: string): boolean =>
    lstatSync(path.join(folder, REQUEST), {throwIfNoEntry: false})?.isFile() === true;
