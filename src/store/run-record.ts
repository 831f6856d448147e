/** `result.json`: the record that makes a run finished. It vouches for every file and for itself. */
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {z} from 'zod';
import type {Json} from './canonical';
import {canonicalJson, sha256} from './canonical';
import type {Provenance} from './provenance';
import {RESULT} from './run-layout';
import {writeFile} from './write-file';

/** Accepted SHA-256 sums of each file by its name, the newest first. */
export type Checksums = Readonly<Record<string, readonly string[]>>;

/** A file of the run's own folder: no record makes anybody read elsewhere. */
const ownFile = z.string().refine((name) => name !== '' && !path.isAbsolute(name) &&
    !name.split(/[/\\]/).includes('..'));

export const checksumsSchema = z.record(ownFile, z.array(z.string()));

export interface ResultRecord {
  /** The run's id; older versions did not note it. */
  readonly id?: string;
  readonly values: {readonly [key: string]: Json};
  readonly files: Checksums;
  readonly provenance: Provenance;
}

const recordSchema = z.looseObject({
  id: z.string().optional(),
  values: z.record(z.string(), z.json()),
  files: checksumsSchema,
  provenance: z.looseObject({
    version: z.string(), commit: z.string().nullable(), node: z.string(), platform: z.string(),
    processor: z.string(), threads: z.number(), started: z.string(), seconds: z.number(),
    peakMemoryMiB: z.number(), device: z.string().optional(), tensorflow: z.string().optional(),
    attempts: z.number().optional(), parents: z.array(z.string()).optional(),
    notes: z.record(z.string(), z.json()).optional(),
  }),
  checksum: z.string(),
});

/**
 * Reads the record of a finished run.
 * @throws Error naming the file when it is missing, no record, that of another run, or not what its
 *     checksum says.
 */
export function readRecord(folder: string): ResultRecord {
  const file = path.join(folder, RESULT);
  try {
    const text = readFileSync(file, 'utf8');
    const parsed: unknown = JSON.parse(text);
    if (text !== recordText(parsed)) throw new Error();
    const {id, checksum} = recordSchema.parse(parsed);
    const {checksum: _, ...record} = parsed as ResultRecord & {readonly checksum: string};
    if (checksum !== checksumOf(record)) throw new Error();
    if (id !== undefined && id !== path.basename(folder)) throw new Error();
    return record;
  } catch {
    throw new Error(`${file}: expected the result record of this run with its checksum (damaged?)`);
  }
}

/** Writes the record with its own checksum: from then on the run is finished. */
export function writeRecord(folder: string, record: ResultRecord): void {
  const sealed = {...record, checksum: checksumOf(record)};
  writeFile(path.join(folder, RESULT), recordText(sealed));
}

const recordText = (record: unknown): string => `${JSON.stringify(record, null, 2)}\n`;

/** A run is its values as much as its files. */
const checksumOf = (record: ResultRecord): string =>
    sha256(canonicalJson(record as unknown as Json));
