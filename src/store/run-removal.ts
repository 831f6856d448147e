/**
 * Removes runs. A run is renamed first, so that a kill at any moment leaves a run or something that
 * is recognisably none, and it is renamed under its lock: who starts to compute it at that moment
 * waits, and then begins in a new folder.
 */
import {existsSync, renameSync, rmSync} from 'node:fs';
import * as path from 'node:path';
import type {RunEntry, StoreListing} from './list-runs';
import {dependentsFirst, runGraph} from './run-graph';
import {LOCK_TIMES, takeLock} from './run-lock';
import type {LockTimes, RunLock} from './run-lock';
import {trashName} from './run-name';
import {describeOwner} from './run-owner';
import {cannotWrite} from './write-file';

export interface RemovalPlan {
  /** Every run comes before those that it is built on. */
  readonly remove: readonly RunEntry[];
  /** Why this must not be done, a message a run; nothing is removed then. */
  readonly refused: readonly string[];
}

export interface RemovalPlanOptions {
  /** Also the runs that are built on these (default: refuse when there are any). */
  readonly withDependents?: boolean;
}

/** What removing the runs `ids` of a store takes. */
export function planRemoval(
    {runs}: StoreListing, ids: readonly string[],
    {withDependents = false}: RemovalPlanOptions = {}): RemovalPlan {
  const graph = runGraph(runs);
  const chosen = withDependents ? graph.withDependents(ids) : new Set(ids);
  const remove = dependentsFirst(runs.filter(({id}) => chosen.has(id)));
  const doubtful = graph.unreadable.filter((id) => !chosen.has(id));
  const refused = remove.flatMap(({id, state, owner}) => {
    const needers = graph.neededBy(id).filter((other) => !chosen.has(other));
    return [
      ...(state === 'running' ? [beingComputed(id, owner && describeOwner(owner))] : []),
      ...(needers.length > 0 ? [`${id}: is needed by ${needers.join(', ')}; name these too, or ` +
        'give --with-dependents'] : []),
      ...(doubtful.length > 0 ? [`${id}: may be needed by ${doubtful.join(', ')}, whose request ` +
        'cannot be read; remove that first'] : []),
    ];
  });
  return {remove, refused};
}

/** What became of the runs of a plan. */
export interface Removal {
  readonly removed: readonly RunEntry[];
  /** Why the others are still there. */
  readonly kept: readonly string[];
}

export interface RemovalOptions {
  /** How locks are kept (default `LOCK_TIMES`). */
  readonly lock?: LockTimes;
  /** Told before each run that is removed. */
  readonly onRun?: (run: RunEntry) => void;
}

/**
 * Removes runs, one after another.
 * @param runs in the order of a plan. Whatever is in the way of one run (a process that computes it
 *     by now, a folder that may not be changed) keeps it and those that it is built on.
 */
export async function removeRuns(
    runs: readonly RunEntry[], {lock = LOCK_TIMES, onRun}: RemovalOptions = {}): Promise<Removal> {
  const {neededBy} = runGraph(runs);
  const removed: RunEntry[] = [];
  const kept: string[] = [];
  const stay = new Set<string>();
  for (const run of runs) {
    const needers = neededBy(run.id).filter((id) => stay.has(id));
    try {
      if (needers.length > 0) throw new Error(`${run.id}: is needed by ${needers.join(', ')}`);
      onRun?.(run);
      await removeRun(run.folder, lock);
      removed.push(run);
    } catch (error) {
      stay.add(run.id);
      kept.push((error as Error).message);
    }
  }
  return {removed, kept};
}

/**
 * Removes a run's folder.
 * @throws Error when a process computes the run, or the file system refuses.
 */
export async function removeRun(folder: string, times: LockTimes = LOCK_TIMES): Promise<void> {
  if (!existsSync(folder)) return;
  const lock = await lockOf(folder, times);
  const trash = trashName(folder);
  try {
    renameSync(folder, trash);
  } catch (error) {
    lock.withdraw();
    throw cannotRemove(folder, error);
  }
  lock.abandon();
  deletePlace(trash);
}

/**
 * Takes the lock of a run that nobody computes. When its owner is on another machine and silent,
 * that takes two minutes of looking.
 * @throws Error when somebody computes it.
 */
export async function lockOf(folder: string, times: LockTimes = LOCK_TIMES): Promise<RunLock> {
  let owner: string | undefined;
  const lock = await takeLock(folder, {
    ...times,
    onWait(other, lives) {
      owner = other && describeOwner(other);
      return lives;
    },
  });
  if (lock === undefined) throw new Error(beingComputed(path.basename(folder), owner));
  return lock;
}

/** Deletes a file, or a folder with all that is in it. @throws Error naming it and the reason. */
export function deletePlace(place: string): void {
  try {
    rmSync(place, {recursive: true, force: true, maxRetries: 3});
  } catch (error) {
    throw cannotRemove(place, error);
  }
}

const beingComputed = (id: string, owner: string | undefined): string =>
    `${id}: is being computed${owner === undefined ? '' : ` (${owner})`}; stop that first`;

function cannotRemove(place: string, error: unknown): Error {
  const {message} = cannotWrite(place, error);
  return new Error(message.replace('cannot be written', 'cannot be removed'), {cause: error});
}
