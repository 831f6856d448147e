/** Questions before something is removed. */
import {createInterface} from 'node:readline/promises';

/** Asks; true for yes. */
export type Ask = (question: string) => Promise<boolean>;

/** Asks on the terminal; undefined when there is no person at one. */
export const terminalAsk = (): Ask | undefined =>
    process.stdin.isTTY && process.stdout.isTTY ? askOnTerminal : undefined;

async function askOnTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({input: process.stdin, output: process.stdout});
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  terminal.once('SIGINT', () => terminal.close()); // Ctrl-C says no, as Ctrl-D does.
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    terminal.close();
  }
}
