/**
 * Where things are. Everything that the project reads or writes lies in its own folder, unless two
 * environment variables name other places, for example on a cluster's large file system:
 * `HIDDEN_GAUSSIAN_RUNS` for the run store and `HIDDEN_GAUSSIAN_SWEEPS` for sweeps. Relative ones
 * are relative to the project's folder.
 */
import * as path from 'node:path';

/** The folders of a project, absolute. */
export interface ProjectPaths {
  /** The project's folder: the one with package.json. */
  readonly root: string;
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
  /** The notebooks. */
  readonly notebooks: string;
  /** The Python environment with JupyterLab and TensorFlow's libraries. */
  readonly venv: string;
  /** The Python environment with PyTorch, made when it is first needed. */
  readonly venvTorch: string;
  /** What saves time and can be deleted: recorded graphs. */
  readonly cache: string;
}

/**
 * The paths of a project folder. Nothing is made or looked for.
 * @param root the folder, absolute (default: the one that this file was compiled in).
 * @example
 * console.log(hg.projectPaths('/home/ada').fashionMnist); // /home/ada/data/fashion-mnist
 */
export function projectPaths(root = path.resolve(__dirname, '..', '..')): ProjectPaths {
  const at = (...parts: string[]): string => path.join(root, ...parts);
  const elsewhere = (variable: string, name: string): string =>
    path.resolve(root, process.env[variable] || name);
  return {
    root,
    data: at('data'),
    fashionMnist: at('data', 'fashion-mnist'),
    runs: elsewhere('HIDDEN_GAUSSIAN_RUNS', 'runs'),
    sweeps: elsewhere('HIDDEN_GAUSSIAN_SWEEPS', 'sweeps'),
    figures: at('figures'),
    notebooks: at('notebooks'),
    venv: at('.venv'),
    venvTorch: at('.venv-torch'),
    cache: at('.cache'),
  };
}
