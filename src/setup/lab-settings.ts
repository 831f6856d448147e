/** JupyterLab's settings that the project chooses, where its user has not. */
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';

const SETTINGS: Readonly<Record<string, object>> = {
  // No question about news at the first start: nothing is asked of the network.
  '@jupyterlab/apputils-extension/notification.jupyterlab-settings':
    {checkForUpdates: false, fetchNews: 'false'},
  // The kernel completes once TypeScript has read our types; JupyterLab would give up after 1 s.
  '@jupyterlab/completer-extension/manager.jupyterlab-settings': {providerTimeout: 20_000},
};

/**
 * Writes the settings that are missing; what is there stays as it is.
 * @param folder of the user's settings, `JUPYTERLAB_SETTINGS_DIR`.
 */
export function writeLabSettings(folder: string): void {
  for (const [name, settings] of Object.entries(SETTINGS)) {
    const file = path.join(folder, name);
    if (existsSync(file)) continue;
    mkdirSync(path.dirname(file), {recursive: true});
    writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  }
}
