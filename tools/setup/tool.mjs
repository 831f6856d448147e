/** Runs the tools of the set-up (npm, pip, the compiler) with their output in a log file. */
import {spawn, spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync} from 'node:fs';
import path from 'node:path';
import {explainFailure, problem} from './problem.mjs';

/**
 * @typedef {object} ToolRun
 * @property {string} what the tool's name in messages: `'npm ci'`.
 * @property {string} command
 * @property {string[]} args
 * @property {string} cwd
 * @property {string} log file that gets all output.
 * @property {NodeJS.ProcessEnv} [env] default: this process's.
 * @property {(pids: number[]) => void} [onChild] told which processes run, at each change.
 * @property {string} [remedy] what to do when it fails for a reason that is not recognised.
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
const runningPids = () => [...running].flatMap(({pid}) => pid === undefined ? [] : [pid]);

/**
 * Passes a signal on to the running tools.
 * @param {NodeJS.Signals} signal
 * @returns {boolean} whether one was running.
 */
export function stopTool(signal) {
  return [...running].map((child) => child.kill(signal)).includes(true);
}

/**
 * Runs one tool to its end.
 * @param {ToolRun} run
 * @throws a problem that says why it failed.
 */
export async function runTool({what, command, args, cwd, log, env = process.env, onChild, remedy}) {
  mkdirSync(path.dirname(log), {recursive: true});
  const output = openSync(log, 'w');
  const child = spawn(command, args, {cwd, env, stdio: ['ignore', output, output]});
  running.add(child);
  /** @type {number | NodeJS.Signals} */
  let ending;
  try {
    ending = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => resolve(/** @type {any} */ (status ?? signal)));
      onChild?.(runningPids());
    });
  } catch (error) {
    throw problem(
        `${what} cannot be started: ${/** @type {Error} */ (error).message}.`,
        `Install ${command} or put it on PATH, then run \`make setup\` again.`);
  } finally {
    running.delete(child);
    onChild?.(runningPids());
    closeSync(output);
  }
  if (ending !== 0) throw explainFailure(what, log, {ending, remedy});
}

/**
 * What a command prints, or undefined when it is missing or fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{input?: string, env?: NodeJS.ProcessEnv}} [options]
 */
export function outputOf(command, args, {input = '', env = process.env} = {}) {
  const {status, stdout} =
      spawnSync(command, args, {encoding: 'utf8', input, env, timeout: 60_000});
  return status === 0 ? stdout : undefined;
}
