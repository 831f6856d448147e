/** Where the project keeps its files; nothing outside its own folder. */
import * as path from 'node:path';

/** The folder of `package.json`. */
export const PROJECT_ROOT = path.resolve(__dirname, '..', '..');
/** Downloaded images. */
export const DATA_DIR = path.join(PROJECT_ROOT, 'data');
/** The run store. */
export const RUNS_DIR = path.join(PROJECT_ROOT, 'runs');
/** Exported figures, tables and claims. */
export const FIGURES_DIR = path.join(PROJECT_ROOT, 'figures');
/** The notebooks' sources. */
export const NOTEBOOKS_DIR = path.join(PROJECT_ROOT, 'notebooks');
