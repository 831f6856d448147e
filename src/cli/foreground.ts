/** A program that has the terminal while it runs. */
import {spawn} from 'node:child_process';

export interface ForegroundOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The status when a signal ended it. */
  readonly whenKilled: number;
}

/**
 * Runs it with this process's input and output. Control-C reaches it by itself, and it ends first;
 * TERM is passed on.
 * @returns its exit status.
 */
export function runForeground(
    command: string, args: readonly string[], {env, whenKilled}: ForegroundOptions):
    Promise<number> {
  const child = spawn(command, args, {stdio: 'inherit', env});
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? whenKilled));
  });
}
