/** How far a run is, from its folder alone: nothing of it is read. */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {LOCK_TIMES, lockState} from './run-lock';
import type {LockTimes} from './run-lock';
import {finishedAt} from './run-look';
import {readProgress} from './run-progress';
import type {RunProgress} from './run-progress';

/** How far a run is. */
export interface RunState {
  /** `unfinished`: begun, but nobody computes it; `running`: some process seems to compute it. */
  readonly state: 'absent' | 'unfinished' | 'running' | 'finished';
  /** What the process that computes it last said. */
  readonly progress?: RunProgress | undefined;
}

/**
 * @param runs folder of the run store.
 * @param id the run's id there.
 * @param times how its lock is kept (default `LOCK_TIMES`).
 */
export function runState(runs: string, id: string, times: LockTimes = LOCK_TIMES): RunState {
  const folder = path.join(runs, id);
  if (!existsSync(folder)) return {state: 'absent'};
  if (finishedAt(folder) !== undefined) return {state: 'finished'};
  const state = lockState(folder, times)?.active === true ? 'running' : 'unfinished';
  return {state, progress: readProgress(folder)};
}
