/** Where things are. Everything that the project reads or writes lies in its own folder. */
import * as path from 'node:path';

export interface ProjectPaths {
  /** The project's folder: the one with package.json. */
  readonly root: string;
  /** Downloaded data sets, one folder each. */
  readonly data: string;
  readonly fashionMnist: string;
  /** The run store. */
  readonly runs: string;
  readonly figures: string;
  readonly notebooks: string;
  /** The Python environment with JupyterLab and TensorFlow's libraries. */
  readonly venv: string;
  /** The Python environment with PyTorch, made when it is first needed. */
  readonly venvTorch: string;
  /** What saves time and can be deleted: recorded graphs. */
  readonly cache: string;
}

/** The paths of a project folder (default: the one that this file was compiled in). */
export function projectPaths(root = path.resolve(__dirname, '..', '..')): ProjectPaths {
  const at = (...parts: string[]): string => path.join(root, ...parts);
  return {
    root,
    data: at('data'),
    fashionMnist: at('data', 'fashion-mnist'),
    runs: at('runs'),
    figures: at('figures'),
    notebooks: at('notebooks'),
    venv: at('.venv'),
    venvTorch: at('.venv-torch'),
    cache: at('.cache'),
  };
}
