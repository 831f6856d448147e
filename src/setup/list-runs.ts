/** What the run store holds, without loading any of it. */
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import * as path from 'node:path';

export interface RunEntry {
  /** Folder name: kind and hash. */
  readonly id: string;
  readonly state: 'finished' | 'unfinished' | 'damaged';
  /** How long it took to compute, when it is finished. */
  readonly seconds?: number;
  readonly bytes: number;
}

/** The runs in the folder of a run store, by name; none when there is no such folder. */
export function listRuns(runs: string): RunEntry[] {
  if (!existsSync(runs)) return [];
  return readdirSync(runs, {withFileTypes: true})
      .filter((entry) => entry.isDirectory())
      .map(({name}) => describe(path.join(runs, name), name))
      .sort((a, b) => a.id < b.id ? -1 : 1);
}

function describe(folder: string, id: string): RunEntry {
  const bytes = folderBytes(folder);
  if (id.includes('.damaged-')) return {id, state: 'damaged', bytes};
  const result = path.join(folder, 'result.json');
  if (!existsSync(result)) return {id, state: 'unfinished', bytes};
  try {
    const {provenance: {seconds}} = JSON.parse(readFileSync(result, 'utf8')) as
        {provenance: {seconds: number}};
    return {id, state: 'finished', seconds, bytes};
  } catch {
    return {id, state: 'damaged', bytes}; // the run store sets it aside when it is asked for
  }
}

function folderBytes(folder: string): number {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
      .reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}
