/** Where the npm packages are: a clone holds its own, an installed package lies beside its own. */
import {existsSync, realpathSync} from 'node:fs';
import path from 'node:path';

/**
 * Whether npm has put the project there, as against a clone; `isInstalledPackage` of src/paths.ts.
 * @param {string} root the project's folder.
 */
export const isInstalledPackage = (root) => path.basename(path.dirname(root)) === 'node_modules';

/**
 * The folder of a package as Node.js finds it from the project's folder.
 * @param {string} root the project's folder.
 * @param {string} name
 * @returns {string} where it would be in a clone if it is not there.
 */
export function packageFolder(root, name) {
  const own = path.join(root, 'node_modules', name);
  if (!isInstalledPackage(root)) return own;
  for (let folder = root; ; folder = path.dirname(folder)) {
    const found = path.join(folder, 'node_modules', name);
    if (existsSync(found)) return realpathSync(found);
    if (folder === path.dirname(folder)) return own;
  }
}

/**
 * The command that makes the set-up, for messages.
 * @param {string} root
 */
export const setupCommand = (root) =>
  isInstalledPackage(root) ? 'npx hidden-gaussian setup' : 'make setup';
