/** Which runs of a store need which: the runs that a request names are those it is built on. */
import type {RunEntry} from './list-runs';

export interface RunGraph {
  /** The runs in the store that are built on this one, by id. */
  neededBy(id: string): readonly string[];
  /** The given runs and all that are built on them, directly or not. */
  withDependents(ids: Iterable<string>): ReadonlySet<string>;
  /** Runs whose needs cannot be read: they may be built on any other. */
  readonly unreadable: readonly string[];
}

export function runGraph(runs: readonly RunEntry[]): RunGraph {
  const neededBy = new Map<string, string[]>();
  for (const {id, needs = []} of runs) {
    for (const needed of needs) neededBy.set(needed, [...(neededBy.get(needed) ?? []), id]);
  }
  return {
    neededBy: (id) => neededBy.get(id) ?? [],
    withDependents(ids) {
      const found = new Set(ids);
      // A set that grows while it is walked through is walked through to its end.
      for (const id of found) neededBy.get(id)?.forEach((other) => found.add(other));
      return found;
    },
    unreadable: runs.filter(({needs}) => needs === undefined).map(({id}) => id),
  };
}

/** Runs in an order in which every run comes before those that it is built on. */
export function dependentsFirst(runs: readonly RunEntry[]): RunEntry[] {
  const {neededBy} = runGraph(runs);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const ordered = new Set<RunEntry>();
  const begun = new Set<string>();
  const visit = (run: RunEntry): void => {
    if (begun.has(run.id)) return; // Seen already. Only a forged request makes a circle.
    begun.add(run.id);
    for (const id of neededBy(run.id)) {
      const dependent = byId.get(id);
      if (dependent !== undefined) visit(dependent);
    }
    ordered.add(run);
  };
  runs.forEach(visit);
  return [...ordered];
}
