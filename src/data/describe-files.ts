/** Short words for many files, in messages. */

/** The files of each kind, from pairs of kind and file. */
export function groupFiles(pairs: Iterable<readonly [string, string]>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [kind, file] of pairs) {
    const members = groups.get(kind);
    if (members === undefined) groups.set(kind, [file]);
    else members.push(file);
  }
  return groups;
}

/** `28x28 (a.png and 1 more), 24x24 (c.png)`: the most frequent kinds first, at most five. */
export function listGroups(kinds: ReadonlyMap<string, readonly string[]>): string {
  const sorted = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  const shown = sorted.slice(0, 5).map(([kind, files]) => `${kind} (${firstOf(files)})`);
  return [...shown, ...sorted.length > 5 ? [`${sorted.length - 5} more`] : []].join(', ');
}

/** `a.png and 3 more`. */
export const firstOf = ([first, ...rest]: readonly string[]): string =>
    rest.length === 0 ? first! : `${first} and ${rest.length} more`;
