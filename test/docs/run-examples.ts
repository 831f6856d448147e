/** Runs compiled examples in one child process, which loads TensorFlow once for all of them. */
import {fork} from 'node:child_process';
import * as path from 'node:path';
import type {ExampleOutcome, ExampleTask} from './example-child';

/** A minute, most of it for the smoke profile, whose runs are kept; longer on a busy machine. */
const LIMIT_MS = 600_000;

/**
 * @param modules compiled modules, absolute.
 * @param folder where each gets an empty folder to run in.
 * @returns the outcomes by module. Where the process ended before its time, the one that was
 *     running says so, and those after it are missing.
 */
export function runExamples(
    modules: readonly string[], folder: string): Promise<Map<string, ExampleOutcome>> {
  const tasks: ExampleTask[] = modules.map((module) => ({
    module, folder: path.join(folder, 'work', path.basename(module, '.mjs')),
  }));
  const outcomes = new Map<string, ExampleOutcome>();
  return new Promise((resolve, reject) => {
    const child = fork(path.join(__dirname, 'example-child.js'), {timeout: LIMIT_MS});
    child.on('error', reject);
    child.on('message', (outcome: ExampleOutcome) => outcomes.set(outcome.module, outcome));
    child.on('exit', (status, signal) => {
      const running = modules.find((module) => !outcomes.has(module));
      if (running !== undefined) {
        const message = `the process ended with ${signal ?? status} while this example was running`;
        outcomes.set(running, {module: running, lines: [], error: {message}, ms: LIMIT_MS});
      }
      resolve(outcomes);
    });
    child.send(tasks);
  });
}
