/**
 * Where things are. What is installed lies in the package's folder. What is made or brought (data,
 * runs, sweeps, figures) lies in the working folder: in a clone that is the same folder, for an
 * installed package (`node_modules/hidden-gaussian`) the folder in which the program was started.
 *
 * Environment variables name other places, for example on a cluster's large file system; relative
 * ones are relative to the current folder, as everywhere in a shell:
 *
 *     HIDDEN_GAUSSIAN_HOME    the working folder
 *     HIDDEN_GAUSSIAN_RUNS    the run store
 *     HIDDEN_GAUSSIAN_SWEEPS  scripts and logs of sweeps
 */
import * as path from 'node:path';

/** The folders of a project, absolute. */
export interface ProjectPaths {
  /** The package's folder: the one with package.json. */
  readonly root: string;
  /** The working folder: `$HIDDEN_GAUSSIAN_HOME`, or else as said above. */
  readonly work: string;
  /** Downloaded data sets, one folder each. */
  readonly data: string;
  /** The four files of Fashion-MNIST. */
  readonly fashionMnist: string;
  /** The run store: `runs/`, or `$HIDDEN_GAUSSIAN_RUNS`. */
  readonly runs: string;
  /** Scripts and logs of sweeps: `sweeps/`, or `$HIDDEN_GAUSSIAN_SWEEPS`. */
  readonly sweeps: string;
  /** Figures of profile `quick`; those of the others have a folder each in it. */
  readonly figures: string;
  /** The notebooks of a clone; an installed package has none. */
  readonly notebooks: string;
  /** The Python environment with TensorFlow's libraries and kaleido, in a clone also JupyterLab. */
  readonly venv: string;
  /** The Python environment with PyTorch, made when it is first needed. */
  readonly venvTorch: string;
  /** What saves time and can be deleted: recorded graphs. */
  readonly cache: string;
}

const FOLDER_VARIABLES = [
  'HIDDEN_GAUSSIAN_HOME', 'HIDDEN_GAUSSIAN_RUNS', 'HIDDEN_GAUSSIAN_SWEEPS',
  'HIDDEN_GAUSSIAN_CACHE',
] as const;

/**
 * The paths of a package folder. Nothing is made or looked for.
 * @param root the folder, absolute (default: the one that this file was compiled in).
 * @example
 * console.log(hg.projectPaths('/home/ada').fashionMnist); // /home/ada/data/fashion-mnist
 */
export function projectPaths(root = path.resolve(__dirname, '..', '..')): ProjectPaths {
  const named = (variable: typeof FOLDER_VARIABLES[number], otherwise: string): string =>
    path.resolve(process.env[variable] || otherwise);
  const work = named('HIDDEN_GAUSSIAN_HOME', isInstalledPackage(root) ? '.' : root);
  const made = (...parts: string[]): string => path.join(work, ...parts);
  const installed = (...parts: string[]): string => path.join(root, ...parts);
  return {
    root,
    work,
    data: made('data'),
    fashionMnist: made('data', 'fashion-mnist'),
    runs: named('HIDDEN_GAUSSIAN_RUNS', made('runs')),
    sweeps: named('HIDDEN_GAUSSIAN_SWEEPS', made('sweeps')),
    figures: made('figures'),
    notebooks: installed('notebooks'),
    venv: installed('.venv'),
    venvTorch: installed('.venv-torch'),
    cache: installed('.cache'),
  };
}

/** Whether npm has put the package there, as against a clone of the repository. */
export const isInstalledPackage = (root = projectPaths().root): boolean =>
  path.basename(path.dirname(root)) === 'node_modules';

/**
 * What brings the parts that are not JavaScript: a clone has make.
 * @param what a target of the Makefile that is a command as well (default `'setup'`).
 */
export const setupCommand = (what: 'setup' | 'data' = 'setup', root?: string): string =>
  isInstalledPackage(root) ? `npx hidden-gaussian ${what}` : `make ${what}`;

/**
 * Makes the folders that environment variables name absolute: a command's child processes, some of
 * which run in other folders, then use the same ones.
 */
export function pinFolders(env: NodeJS.ProcessEnv = process.env): void {
  for (const name of FOLDER_VARIABLES) {
    const value = env[name];
    if (value && value !== 'off') env[name] = path.resolve(value);
  }
}
