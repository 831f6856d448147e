/** Runs by the names that people give. */
import * as path from 'node:path';
import {entriesOf} from './files-in';
import {isRunFolder} from './list-runs';

/**
 * The id of the run that is meant.
 * @param root folder of the run store.
 * @param name an id, or as much of an id or of its hash, from the left, as only one run has.
 * @throws Error when no run or several runs have this name.
 */
export function findRunId(root: string, name: string): string {
  const ids = entriesOf(root)
      .filter((entry) => entry.isDirectory() && isRunFolder(path.join(root, entry.name)))
      .map((entry) => entry.name);
  const found = ids.includes(name) ? [name] : ids.filter((id) =>
    name !== '' && (id.startsWith(name) || id.slice(id.lastIndexOf('-') + 1).startsWith(name)));
  if (found.length === 1) return found[0]!;
  throw new Error(found.length === 0 ?
    `${name}: there is no such run in ${root}; \`npx hidden-gaussian runs\` lists them` :
    `${name}: expected the name of one run, ${found.length} have it: ${found.sort().join(', ')}`);
}
