/** Runs the command as a person does. */
import {spawnSync} from 'node:child_process';
import * as path from 'node:path';
import {ROOT} from '../helpers';

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npx hidden-gaussian <args>`; `env` is added to this process's environment. */
export function cli(args: readonly string[], env: NodeJS.ProcessEnv = {}): CliResult {
  return spawnSync(process.execPath, [path.join(ROOT, 'bin', 'hidden-gaussian.js'), ...args],
      {encoding: 'utf8', timeout: 120_000, env: {...process.env, ...env}});
}
