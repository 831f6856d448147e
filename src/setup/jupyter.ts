/** How to start the JupyterLab and the notebooks' client of .venv. */
import * as path from 'node:path';
import {isInstalledPackage} from '../paths';
import type {ProjectPaths} from '../paths';

/** The Python of .venv. */
export const venvPython = ({venv}: ProjectPaths): string => path.join(venv, 'bin', 'python');

/**
 * The `jupyter` command of .venv.
 * @throws Error in an installed package, which has neither notebooks nor JupyterLab.
 */
export function jupyterCommand({root, venv}: ProjectPaths): string {
  if (isInstalledPackage(root)) {
    throw new Error('this command runs the notebooks, which the npm package does not bring: use a ' +
        'clone of the repository, after `make setup` there');
  }
  return path.join(venv, 'bin', 'jupyter');
}

/**
 * The environment for it: settings, sessions and caches inside .venv, so that nothing in the
 * user's home is needed, read or changed.
 * @param base what else the process inherits (default `process.env`).
 */
export function jupyterEnvironment(
    {venv}: ProjectPaths, base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const at = (name: string): string => path.join(venv, 'jupyter', name);
  return {
    ...base,
    JUPYTER_CONFIG_DIR: at('config'),
    JUPYTER_DATA_DIR: at('data'),
    JUPYTER_RUNTIME_DIR: at('runtime'),
    JUPYTERLAB_SETTINGS_DIR: at('settings'),
    JUPYTERLAB_WORKSPACES_DIR: at('workspaces'),
    IPYTHONDIR: at('ipython'),
    JUPYTER_PLATFORM_DIRS: '1',
    PYTHONNOUSERSITE: '1',
  };
}
