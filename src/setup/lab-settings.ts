/** JupyterLab's settings and style that the project chooses, where its user has not. */
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import * as path from 'node:path';

const SETTINGS: Readonly<Record<string, object>> = {
  // No question about news at the first start: nothing is asked of the network.
  '@jupyterlab/apputils-extension/notification.jupyterlab-settings':
    {checkForUpdates: false, fetchNews: 'false'},
  // The kernel completes once TypeScript has read our types; JupyterLab would give up after 1 s.
  '@jupyterlab/completer-extension/manager.jupyterlab-settings': {providerTimeout: 20_000},
};

/** A figure's picture has two pixels for each of the live figure, which takes its place. */
const STYLE = '.jp-RenderedPlotly .plot-img { zoom: 0.5; }\n';

/**
 * Writes the settings and the style sheet that are missing; what is there stays as it is.
 * @param environment of JupyterLab, from `jupyterEnvironment`.
 */
export function writeLabSettings(environment: NodeJS.ProcessEnv): void {
  const {JUPYTERLAB_SETTINGS_DIR: settings, JUPYTER_CONFIG_DIR: config} = environment;
  for (const [name, content] of Object.entries(SETTINGS)) {
    writeMissing(path.join(settings!, name), `${JSON.stringify(content, null, 2)}\n`);
  }
  writeMissing(path.join(config!, 'custom', 'custom.css'), STYLE); // With --custom-css.
}

function writeMissing(file: string, content: string): void {
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, content);
}
