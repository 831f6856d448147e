/** How two finished runs differ: in what was asked for, in what came out, in what computed it. */
import * as path from 'node:path';
import type {Json} from './canonical';
import {jsonDifferences} from './json-difference';
import type {JsonDifference} from './json-difference';
import {readRequest} from './request-file';
import {verifiedFile} from './run-folder';
import {CHECKSUMS, REQUEST} from './run-layout';
import {wholeRecord} from './run-look';
import type {ResultRecord} from './run-record';
import type {RunRequest} from './run-request';
import {openSafetensors} from './safetensors';
import {tensorDifferences} from './tensor-difference';
import type {TensorDifference} from './tensor-difference';

/** A file of the result with other bytes. */
export interface FileDifference {
  readonly name: string;
  /** The one run that has it. */
  readonly only?: 'a' | 'b';
  /** Of a safetensors file; none when only its header differs. */
  readonly tensors?: readonly TensorDifference[];
}

export interface RunDifference {
  readonly a: string;
  readonly b: string;
  readonly request: readonly JsonDifference[];
  /** Without times: members named `seconds`. */
  readonly values: readonly JsonDifference[];
  readonly files: readonly FileDifference[];
  /** How many files have the same bytes (or, in a log, the same lines but for the times). */
  readonly sameFiles: number;
  /** Version, commit, device, libraries, processor; not when and how long. */
  readonly provenance: readonly JsonDifference[];
  /** Whether the results are the same: values and files. */
  readonly same: boolean;
}

const ORIGIN = ['version', 'commit', 'device', 'tensorflow', 'node', 'platform', 'processor',
  'threads', 'oneDnn'] as const;

/**
 * Compares two runs of a store.
 * @param ids as `findRunId` returns them.
 * @throws Error naming a run that is not finished, or a damaged file.
 */
export function runDifference(root: string, ids: readonly [a: string, b: string]): RunDifference {
  const [a, b] = ids.map((id) => wholeRun(path.join(root, id))) as [WholeRun, WholeRun];
  const values = jsonDifferences(withoutTimes(a.record.values), withoutTimes(b.record.values));
  const names = [...new Set([...resultFiles(a.record), ...resultFiles(b.record)])].sort();
  const files = names.flatMap((name) => fileDifference(name, a, b));
  return {
    a: ids[0], b: ids[1],
    request: jsonDifferences(a.request as unknown as Json, b.request as unknown as Json),
    values, files, sameFiles: names.length - files.length,
    provenance: jsonDifferences(originOf(a.record), originOf(b.record)),
    same: values.length === 0 && files.length === 0,
  };
}

interface WholeRun {
  readonly folder: string;
  readonly request: RunRequest;
  readonly record: ResultRecord;
}

function wholeRun(folder: string): WholeRun {
  const record = wholeRecord(folder);
  const request = readRequest(folder);
  if (request === undefined) throw new Error(`${path.join(folder, REQUEST)}: is no request`);
  return {folder, request, record};
}

/** The files that are the result: not what was asked for, nor what a run only resumes from. */
const resultFiles = ({files}: ResultRecord): string[] => Object.keys(files).filter((name) =>
  name !== REQUEST && name !== CHECKSUMS && !name.startsWith('states/'));

function fileDifference(name: string, a: WholeRun, b: WholeRun): FileDifference[] {
  const [sumA, sumB] = [a.record.files[name]?.[0], b.record.files[name]?.[0]];
  if (sumA === sumB) return [];
  if (sumA === undefined) return [{name, only: 'b'}];
  if (sumB === undefined) return [{name, only: 'a'}];
  if (name.endsWith('.jsonl')) {
    const [linesA, linesB] = [a, b].map((run) => lines(run, name));
    return jsonDifferences(linesA, linesB).length === 0 ? [] : [{name}];
  }
  if (!name.endsWith('.safetensors')) return [{name}];
  const [readerA, readerB] =
      [a, b].map(({folder}) => openSafetensors(path.join(folder, name))) as
      [ReturnType<typeof openSafetensors>, ReturnType<typeof openSafetensors>];
  return [{name, tensors: tensorDifferences(readerA, readerB)}];
}

/** The rows of a log, without times; its text when it is none. */
function lines({folder, record}: WholeRun, name: string): Json {
  const text = verifiedFile(folder, name, record.files).toString('utf8');
  try {
    return text.split('\n').filter((line) => line !== '')
        .map((line) => withoutTimes(JSON.parse(line) as Json));
  } catch {
    return text;
  }
}

/** How long something took is no result: two runs never agree on it. */
function withoutTimes(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => withoutTimes(item as Json));
  return Object.fromEntries(Object.entries(value)
      .filter(([key, item]) => key !== 'seconds' || !(typeof item === 'number' || item === null))
      .map(([key, item]) => [key, withoutTimes(item as Json)]));
}

const originOf = ({provenance}: ResultRecord): Json => Object.fromEntries(ORIGIN.flatMap((key) =>
  provenance[key] === undefined ? [] : [[key, provenance[key]]]));
