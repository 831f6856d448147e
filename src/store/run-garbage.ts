/** What nobody needs any more in a run store. */
import {existsSync} from 'node:fs';
import * as path from 'node:path';
import {bytesOf, entriesOf, filesIn} from './files-in';
import {isSetAside} from './list-runs';
import type {RunEntry, StoreListing} from './list-runs';
import {dependentsFirst, runGraph} from './run-graph';
import {isAside} from './run-layout';
import {LOCK_TIMES} from './run-lock';
import type {LockTimes} from './run-lock';
import {deletePlace, lockOf, removeRuns} from './run-removal';
import {RUN_FORMAT} from './run-request';
import {PARTIAL} from './write-file';

/** Why something can go, in the words of the command. */
export const GARBAGE_REASONS = {
  aside: 'damaged files that were set aside',
  partial: 'half-written files of writers that have ended',
  trash: 'runs whose removal was interrupted',
  older: `runs of an older format than ${RUN_FORMAT}, which no request leads to any more`,
  unfinished: 'unfinished runs that nobody computes',
} as const;

export type GarbageReason = keyof typeof GARBAGE_REASONS;

export interface Garbage {
  readonly reason: GarbageReason;
  /** Absolute, or as the store's root was given. */
  readonly place: string;
  readonly bytes: number;
  /** The run that it is, or the run in whose folder it lies. */
  readonly run?: RunEntry;
}

export interface GarbagePlan {
  readonly garbage: readonly Garbage[];
  /** What would go but for a reason, a message each. */
  readonly kept: readonly string[];
  /** Names in the store's folder that are no runs. */
  readonly strangers: readonly string[];
}

export interface GarbageOptions {
  /** Also unfinished runs that nobody computes (default: no; they go on where they stopped). */
  readonly unfinished?: boolean;
}

/** What can go, and what cannot. */
export function planGarbage(
    store: StoreListing, {unfinished = false}: GarbageOptions = {}): GarbagePlan {
  const {root, runs, setAside, trash, strangers} = store;
  const reasons = new Map(runs.flatMap((run) => {
    const reason = reasonOf(run, unfinished);
    return reason === undefined ? [] : [[run, reason] as const];
  }));
  const {gone, kept} = withoutNeeded(runs, [...reasons.keys()]);
  const garbage = [
    ...setAside.map(({name, bytes}): Garbage =>
      ({reason: 'aside', place: path.join(root, name), bytes})),
    ...trash.map(({name, bytes}): Garbage =>
      ({reason: 'trash', place: path.join(root, name), bytes})),
    ...runs.filter((run) => !gone.has(run) && run.state !== 'running').flatMap(leftoversIn),
    ...[...gone].map((run): Garbage =>
      ({reason: reasons.get(run)!, place: run.folder, bytes: run.bytes, run})),
  ];
  return {garbage, kept: [...kept, ...newerThan(runs)], strangers};
}

function reasonOf(run: RunEntry, unfinished: boolean): GarbageReason | undefined {
  const {state, format, request} = run;
  if (state === 'running') return undefined;
  if (format !== undefined && format < RUN_FORMAT) return 'older';
  // A request that does not fit its folder is looked at by a person first.
  const known = format === RUN_FORMAT || request === undefined;
  return unfinished && state === 'unfinished' && known ? 'unfinished' : undefined;
}

/** Leaves out, again and again, what a run that stays is built on. */
function withoutNeeded(runs: readonly RunEntry[], candidates: readonly RunEntry[]):
    {readonly gone: ReadonlySet<RunEntry>; readonly kept: readonly string[]} {
  const {neededBy, unreadable} = runGraph(runs);
  const gone = new Map(candidates.map((run) => [run.id, run]));
  const kept: string[] = [];
  for (let changed = true; changed;) {
    changed = false;
    for (const {id} of [...gone.values()]) {
      const needers = neededBy(id).filter((other) => !gone.has(other));
      const doubtful = unreadable.filter((other) => !gone.has(other));
      if (needers.length === 0 && doubtful.length === 0) continue;
      gone.delete(id);
      changed = true;
      kept.push(needers.length > 0 ? `${id}: stays, needed by ${needers.join(', ')}` :
        `${id}: stays, perhaps needed by ${doubtful.join(', ')}, whose request cannot be read`);
    }
  }
  return {gone: new Set(gone.values()), kept};
}

const newerThan = (runs: readonly RunEntry[]): string[] =>
    runs.filter(({format = 0}) => format > RUN_FORMAT).map(({id, format}) =>
      `${id}: stays, of format ${format}, which a newer version of this program has made`);

/** Set-aside folders and half-written files in a run that stays. */
function leftoversIn(run: RunEntry): Garbage[] {
  const {folder} = run;
  const aside = entriesOf(folder).filter(isSetAside).map(({name}): Garbage => {
    const place = path.join(folder, name);
    return {reason: 'aside', place, bytes: bytesOf(place), run};
  });
  const partial = filesIn(folder)
      .filter(({name}) => name.endsWith(PARTIAL) && !isAside(name))
      .map(({name, bytes}): Garbage =>
        ({reason: 'partial', place: path.join(folder, name), bytes, run}));
  return [...aside, ...partial];
}

/** What became of a plan. */
export interface Collection {
  readonly removed: readonly Garbage[];
  /** Why the rest is still there. */
  readonly kept: readonly string[];
}

/**
 * Removes garbage; what lies in a run's folder under the run's lock.
 * @returns what could not be removed, with the reason: a process computes the run by now, or the
 *     file system refuses.
 */
export async function collectGarbage(
    garbage: readonly Garbage[], lock: LockTimes = LOCK_TIMES): Promise<Collection> {
  const removed: Garbage[] = [];
  const kept: string[] = [];
  const within = new Map<RunEntry, Garbage[]>();
  const whole = new Map<RunEntry, Garbage>();
  for (const item of garbage) {
    const {run, place} = item;
    if (run === undefined) await attempt(() => deletePlace(place), [item]);
    else if (place === run.folder) whole.set(run, item);
    else within.set(run, [...(within.get(run) ?? []), item]);
  }
  for (const [run, items] of within) {
    await attempt(async () => {
      if (!existsSync(run.folder)) return;
      const held = await lockOf(run.folder, lock);
      try {
        items.forEach(({place}) => deletePlace(place));
      } finally {
        held.withdraw();
      }
    }, items);
  }
  const runs = await removeRuns(dependentsFirst([...whole.keys()]), {lock});
  removed.push(...runs.removed.map((run) => whole.get(run)!));
  return {removed, kept: [...kept, ...runs.kept]};

  async function attempt(action: () => Promise<void> | void, items: readonly Garbage[]) {
    try {
      await action();
      removed.push(...items);
    } catch (error) {
      kept.push((error as Error).message);
    }
  }
}
