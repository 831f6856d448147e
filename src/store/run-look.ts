/** Whether a run is finished, and whole. */
import {statSync} from 'node:fs';
import * as path from 'node:path';
import {damagesOf} from './run-folder';
import type {Damage} from './run-folder';
import {RESULT} from './run-layout';
import {readRecord} from './run-record';
import type {ResultRecord} from './run-record';

export interface RunLook {
  /** The record of a finished run, when it is valid. */
  readonly record?: ResultRecord;
  /** The files that are not as the record says, or the record itself; a whole run has none. */
  readonly damages: readonly Damage[];
}

/** Reads and checks every file of a finished run; changes nothing. */
export function lookAtRun(folder: string): RunLook {
  if (finishedAt(folder) === undefined) return {damages: []};
  try {
    const record = readRecord(folder);
    return {record, damages: damagesOf(folder, record.files)};
  } catch (error) {
    return {damages: [{name: RESULT, problem: (error as Error).message}]};
  }
}

/** The record of a finished run that is whole. @throws Error when it is not finished, or damaged. */
export function wholeRecord(folder: string): ResultRecord {
  const {record, damages} = lookAtRun(folder);
  if (damages.length > 0) {
    const more = damages.length === 1 ? '' : `; ${damages.length - 1} more files are damaged`;
    throw new Error(`${damages[0]!.problem}${more}`);
  }
  if (record === undefined) throw new Error(`${path.basename(folder)}: the run is not finished`);
  return record;
}

/** The record of a run as it stands there: none, or one that is damaged. Reads no other file. */
export function recordIn(folder: string): ResultRecord | 'damaged' | undefined {
  if (finishedAt(folder) === undefined) return undefined;
  try {
    return readRecord(folder);
  } catch {
    return 'damaged';
  }
}

/** Tells the records of a run apart; undefined while it is unfinished. */
export function finishedAt(folder: string): string | undefined {
  const stats = statSync(path.join(folder, RESULT), {bigint: true, throwIfNoEntry: false});
  return stats && `${stats.ino} ${stats.mtimeNs}`;
}
