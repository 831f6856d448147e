/** Questions before something is removed. */
import {createInterface} from 'node:readline/promises';
import type {Readable, Writable} from 'node:stream';

/** Asks; true for yes. */
export type Ask = (question: string) => Promise<boolean>;

/** Asks on the terminal; undefined when there is no person at one. */
export const terminalAsk = (): Ask | undefined => process.stdin.isTTY && process.stdout.isTTY ?
  askOn(process.stdin, process.stdout) : undefined;

/** Yes is `y` or `yes`; all else, Ctrl-C and the end of the input are no. */
export const askOn = (input: Readable, output: Writable): Ask => async (question) => {
  const terminal = createInterface({input, output});
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  terminal.once('SIGINT', () => terminal.close());
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    terminal.close();
  }
};
