/** Everything that a store knows of one run. */
import * as path from 'node:path';
import type {Json} from './canonical';
import {filesIn} from './files-in';
import type {FileInFolder} from './files-in';
import {listStore} from './list-runs';
import type {RunEntry} from './list-runs';
import type {Provenance} from './provenance';
import {runGraph} from './run-graph';
import {recordIn} from './run-look';

/** A run that this one is built on, or that is built on it. */
export interface RunRelative {
  readonly id: string;
  readonly state: RunEntry['state'] | 'absent';
}

export interface RunDetails extends Omit<RunEntry, 'needs'> {
  readonly values?: {readonly [key: string]: Json};
  readonly provenance?: Provenance;
  readonly files: readonly FileInFolder[];
  readonly parents: readonly RunRelative[];
  readonly children: readonly RunRelative[];
}

/** @param id of a run in the store, as `findRunId` returns it. */
export function runDetails(root: string, id: string): RunDetails {
  const {runs} = listStore(root);
  const run = runs.find((entry) => entry.id === id);
  if (run === undefined) throw new Error(`${path.join(root, id)}: this folder is no run`);
  const relative = (other: string): RunRelative =>
      ({id: other, state: runs.find((entry) => entry.id === other)?.state ?? 'absent'});
  const {needs, ...entry} = run;
  const record = recordIn(run.folder);
  return {
    ...entry,
    ...(typeof record === 'object' && {values: record.values, provenance: record.provenance}),
    files: filesIn(run.folder),
    parents: (needs ?? []).map(relative),
    children: runGraph(runs).neededBy(id).map(relative),
  };
}
