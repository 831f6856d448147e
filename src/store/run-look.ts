/** Whether a run is finished, and whole. */
import {statSync} from 'node:fs';
import * as path from 'node:path';
import {damagesOf} from './run-folder';
import type {Damage} from './run-folder';
import {readRecord, RESULT} from './run-record';
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

/** Tells the records of a run apart; undefined while it is unfinished. */
export function finishedAt(folder: string): string | undefined {
  const stats = statSync(path.join(folder, RESULT), {bigint: true, throwIfNoEntry: false});
  return stats && `${stats.ino} ${stats.mtimeNs}`;
}
