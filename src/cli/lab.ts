/** `hidden-gaussian lab`: JupyterLab with the notebooks, reachable from this machine only. */
import {existsSync} from 'node:fs';
import {jupyterCommand, jupyterEnvironment} from '../setup/jupyter';
import {writeLabSettings} from '../setup/lab-settings';
import {projectPaths} from '../paths';
import {runForeground} from './foreground';

/**
 * Runs JupyterLab in the foreground, bound to 127.0.0.1 with a fresh token, which it prints.
 * @param options passed on to JupyterLab: `['--no-browser', '--port=8900']`. They go before the
 *     settings here, for example `--ServerApp.root_dir=` with another folder than `notebooks/`.
 * @returns its exit status, once the user has stopped it.
 */
export async function lab(options: readonly string[]): Promise<number> {
  const paths = projectPaths();
  const command = jupyterCommand(paths);
  if (!existsSync(command)) throw new Error('JupyterLab is not installed; run `make setup`');
  const settings = [
    `--ServerApp.root_dir=${paths.notebooks}`, '--ServerApp.ip=127.0.0.1',
    '--MultiKernelManager.default_kernel_name=tslab',
    // No questions to the network about news and updates, no search for language servers.
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate', '--LabApp.news_url=None',
    '--LanguageServerManager.autodetect=False', '--LabApp.custom_css=True',
  ];
  const nameOf = (option: string): string => option.split('=')[0]!;
  const given = new Set(options.map(nameOf)); // JupyterLab refuses a setting that comes twice.
  const args = [
    'lab', ...settings.filter((setting) => !given.has(nameOf(setting))),
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []), ...options,
  ];
  const env = jupyterEnvironment(paths);
  writeLabSettings(env);
  return runForeground(command, args, {env, whenKilled: 0});
}
