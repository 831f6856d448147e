/** What the run store holds, without reading any results. */
import * as path from 'node:path';
import {bytesOf, entriesOf, filesIn, sumOfBytes} from './files-in';
import {hasRequest, readRequest} from './request-file';
import {readChecksums} from './run-folder';
import {ARRAYS, CHECKSUMS, isAside, isLock, PROGRESS, REQUEST, RESULT} from './run-layout';
import {lockState} from './run-lock';
import {recordIn} from './run-look';
import {isAsideName, isRunName, isTrashName, kindOf} from './run-name';
import type {RunOwner} from './run-owner';
import {readProgress} from './run-progress';
import type {RunProgress} from './run-progress';
import type {ResultRecord} from './run-record';
import {formatOf, runsNeededBy} from './run-request';
import type {RunRequest} from './run-request';
import {PARTIAL} from './write-file';

/**
 * `running`: some process seems to compute it, perhaps a damaged one again. `damaged`: its record
 * or its request is not whole; the other files are not read.
 */
export type RunStateName = 'finished' | 'running' | 'unfinished' | 'damaged';

/** What a store says of a run without reading its results. */
export interface RunEntry {
  /** Folder name: kind and hash. */
  readonly id: string;
  /** Path of the folder. */
  readonly folder: string;
  /** The request's kind, for example `train`. */
  readonly kind: string;
  /** Where it stands. */
  readonly state: RunStateName;
  /**
   * The version of the code (`RUN_FORMAT`) that it was made for. Undefined when no request is
   * there, or one that does not fit the folder's name.
   */
  readonly format: number | undefined;
  /** What was asked for; undefined when it is missing or damaged. */
  readonly request: RunRequest | undefined;
  /** Ids of the runs that it is built on; undefined when that cannot be read. */
  readonly needs: readonly string[] | undefined;
  /** ISO 8601, UTC: when the attempt began that finished it. */
  readonly started?: string;
  /** How long that attempt took, in s. */
  readonly seconds?: number;
  /** Size of all that is in its folder. */
  readonly bytes: number;
  /** Folders in it with damaged files, `damaged-1`, …. */
  readonly setAside: number;
  /** Who computes it, when it is running. */
  readonly owner?: RunOwner;
  /** What that process last said. */
  readonly progress?: RunProgress;
}

/** Something in the store's folder that is no run. */
export interface Leftover {
  readonly name: string;
  readonly bytes: number;
}

export interface StoreListing {
  readonly root: string;
  /** By id. */
  readonly runs: readonly RunEntry[];
  /** Damaged runs that earlier versions set aside as a whole, `….damaged-1`. */
  readonly setAside: readonly Leftover[];
  /** Runs whose removal was interrupted. */
  readonly trash: readonly Leftover[];
  /** Names of what was not made by the store. */
  readonly strangers: readonly string[];
}

/** Everything in the folder of a run store; nothing when there is no such folder. */
export function listStore(root: string): StoreListing {
  const runs: RunEntry[] = [];
  const setAside: Leftover[] = [];
  const trash: Leftover[] = [];
  const strangers: string[] = [];
  const entries = entriesOf(root).sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    const {name} = entry;
    const place = path.join(root, name);
    if (!entry.isDirectory()) strangers.push(name);
    else if (isAsideName(name)) setAside.push({name, bytes: bytesOf(place)});
    else if (isTrashName(name)) trash.push({name, bytes: bytesOf(place)});
    else if (isRunFolder(place)) runs.push(describeRun(place));
    else strangers.push(name);
  }
  return {root, runs, setAside, trash, strangers};
}

/**
 * The runs in the folder of a run store, by id; their results are not read.
 * @param root folder of the store; one that does not exist holds no runs.
 * @example
 * const store = hg.openRunStore('runs');
 * for (const below of [10, 20]) {
 *   await store.run({kind: 'count', options: {below}}, () => ({arrays: {}, values: {}}));
 * }
 * console.log(hg.listRuns('runs').map(({kind, state}) => `${kind} ${state}`));
 * // [ 'count finished', 'count finished' ]
 */
export const listRuns = (root: string): readonly RunEntry[] => listStore(root).runs;

/** What can be said of a run without reading its results. */
export function describeRun(folder: string): RunEntry {
  const id = path.basename(folder);
  const request = readRequest(folder);
  const format = request && formatOf(request, id);
  const record = recordIn(folder);
  const lock = lockState(folder);
  const progress = lock?.active === true ? readProgress(folder) : undefined;
  const damaged = record === 'damaged' || (format === undefined && hasRequest(folder)) ||
      (record !== undefined && request === undefined);
  const state = lock?.active === true ? 'running' : damaged ? 'damaged' :
    record === undefined ? 'unfinished' : 'finished';
  return {
    id, folder, kind: kindOf(id), state, format, request,
    needs: needsOf(folder, request, record === 'damaged' ? undefined : record),
    ...(record !== undefined && record !== 'damaged' &&
      {started: record.provenance.started, seconds: record.provenance.seconds}),
    bytes: sumOfBytes(filesIn(folder)),
    setAside: entriesOf(folder).filter(isSetAside).length,
    ...(state === 'running' && lock?.owner !== undefined && {owner: lock.owner}),
    ...(progress !== undefined && {progress}),
  };
}

/** Whether something in a run's folder holds damaged files that were set aside. */
export const isSetAside = (entry: {readonly name: string; isDirectory(): boolean}): boolean =>
    entry.isDirectory() && isAside(entry.name);

function needsOf(
    folder: string, request: RunRequest | undefined, record: ResultRecord | undefined):
    readonly string[] | undefined {
  const noted = record?.provenance.parents;
  if (request === undefined && noted === undefined) return hasRequest(folder) ? undefined : [];
  const needs = new Set([...(request ? runsNeededBy(request) : []), ...(noted ?? [])]);
  return [...needs].filter((id) => id !== path.basename(folder)).sort();
}

/** What the store itself makes in a run's folder before the request is there, or beside it. */
const isOwn = (name: string): boolean =>
    [REQUEST, RESULT, CHECKSUMS, ARRAYS, PROGRESS].includes(name) || isLock(name) ||
    name.endsWith(PARTIAL) || isAside(name);

/** Whether a folder is a run, whole or not, and no folder of somebody else with a similar name. */
export function isRunFolder(folder: string): boolean {
  if (!isRunName(path.basename(folder))) return false;
  return hasRequest(folder) || readChecksums(folder)[REQUEST] !== undefined ||
      typeof recordIn(folder) === 'object' ||
      entriesOf(folder).every(({name}) => isOwn(name));
}
