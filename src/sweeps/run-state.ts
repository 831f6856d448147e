/** How far a run is, from its folder alone: no images and no TensorFlow are loaded. */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {lockState} from '../store/run-lock';
import {finishedAt} from '../store/run-look';
import {readProgress} from '../store/run-progress';
import type {RunState} from '../store/run-store';

/**
 * @param runs folder of the run store.
 * @param id the run's id there.
 */
export function runState(runs: string, id: string): RunState {
  const folder = path.join(runs, id);
  if (!existsSync(folder)) return {state: 'absent'};
  if (finishedAt(folder) !== undefined) return {state: 'finished'};
  const state = lockState(folder)?.active === true ? 'running' : 'unfinished';
  return {state, progress: readProgress(folder)};
}
