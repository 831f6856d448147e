/** Notebooks as files: which there are, and what of their format is used here. */
import {readdirSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import {projectPaths} from '../paths';

export interface NotebookCell {
  cell_type: string;
  id?: string;
  metadata: Record<string, unknown>;
  /** Text, or its lines with their ends. */
  source: string | string[];
  execution_count?: number | null;
  outputs?: Array<{name?: string; text?: string | string[]}>;
}

/** What nbformat 4 calls a notebook. */
export interface Notebook {
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
  cells: NotebookCell[];
}

/** The notebooks' file names in their order. */
export const notebookNames = (): string[] => readdirSync(projectPaths().notebooks)
    .filter((name) => /^\d\d-.*\.ipynb$/.test(name)).sort();

/**
 * A notebook's file name by its number or the beginning of its name: `02`, `2` or `02-emerging`.
 * @throws RangeError listing the notebooks there are.
 */
export function findNotebook(wanted: string): string {
  const names = notebookNames();
  const stem = path.basename(wanted).replace(/\.ipynb$/, '');
  const start = /^\d$/.test(stem) ? `0${stem}` : stem;
  const found = names.filter((name) => start !== '' &&
      (name.startsWith(start) || name.slice(3).startsWith(start)));
  if (found.length !== 1) {
    throw new RangeError(`expected the number or name of one notebook, got ` +
        `${JSON.stringify(wanted)}; there are ${names.join(', ')}`);
  }
  return found[0]!;
}

/** A notebook of `notebooks/`. @throws Error when it is missing or no notebook. */
export function readNotebook(name: string): Notebook {
  const file = path.join(projectPaths().notebooks, name);
  const notebook = JSON.parse(readFileSync(file, 'utf8')) as Partial<Notebook>;
  if (!Array.isArray(notebook.cells)) throw new Error(`${file}: expected a notebook with cells`);
  return notebook as Notebook;
}

/** Names of the figures that a cell's text shows, in their order. */
export const figuresShownBy = (source: string): string[] =>
    [...source.matchAll(/\bworkspace\.show\(\s*['"]([a-z0-9-]+)['"]/g)].map((match) => match[1]!);

/** A cell's text. */
export const sourceOf = ({source}: NotebookCell): string => [source].flat().join('');

/** As Jupyter writes notebooks, so that a difference shows what changed only. */
export const notebookText = (notebook: Notebook): string =>
    `${JSON.stringify(notebook, null, 1)}\n`;

/** Whether a cell has this tag. */
export const hasTag = (cell: NotebookCell, tag: string): boolean => tagsOf(cell).includes(tag);

const tagsOf = ({metadata: {tags}}: NotebookCell): readonly unknown[] =>
    Array.isArray(tags) ? tags : [];

/**
 * What a reader is told about a code cell: the figure that it shows, what it waits for, or that it
 * holds parameters or the claims.
 */
export function cellTitle(cell: NotebookCell): string {
  const source = sourceOf(cell);
  if (/\.conclude\(/.test(source)) return 'claims';
  return figuresShownBy(source)[0] ?? /await hg\.(\w+)\(/.exec(source)?.[1] ??
      (tagsOf(cell).length === 0 ? 'code' : tagsOf(cell).join(' '));
}
