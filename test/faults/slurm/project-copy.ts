/**
 * A second project folder with the code and the installation of this one, and with runs, sweeps,
 * figures and notebooks of its own: what a test makes in it does not mix with the user's.
 */
import {cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {projectPaths} from '../../../src/paths';
import type {ProjectPaths} from '../../../src/paths';

/** Copied, because the code finds its project by where it lies itself. */
const COPIED = ['bin', 'dist/src', 'package.json'] as const;
const LINKED = ['node_modules', 'native', 'data', '.venv', '.setup', 'tools'] as const;

/** @param notebooks the names of those to copy. */
export function copyProject(notebooks: readonly string[]):
    {readonly paths: ProjectPaths; remove(): void} {
  const {root} = projectPaths();
  const copy = mkdtempSync(path.join(tmpdir(), 'project of \'a user\' '));
  for (const name of [...COPIED, ...notebooks.map((file) => path.join('notebooks', file))]) {
    cpSync(path.join(root, name), path.join(copy, name), {recursive: true});
  }
  for (const name of LINKED) symlinkSync(path.join(root, name), path.join(copy, name));
  // Notebooks load the copy, not the package that node_modules links to.
  mkdirSync(path.join(copy, 'notebooks', 'node_modules'));
  symlinkSync(path.join('..', '..'), path.join(copy, 'notebooks', 'node_modules', 'hidden-gaussian'));
  const remove = (): void => rmSync(copy, {recursive: true, force: true});
  process.once('exit', remove);
  return {
    paths: {...projectPaths(copy), runs: path.join(copy, 'runs'), sweeps: path.join(copy, 'sweeps')},
    remove,
  };
}
