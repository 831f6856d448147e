/**
 * Our end of the benchmark's line protocol; bench/peers/protocol.py is the peers'.
 *
 * The configuration is JSON in the first argument. Each line on stdin is a command, `name` or
 * `name {"an": "argument"}`; each answer is one line on stdout, JSON after `bench `. A worker that
 * waits for a line uses no processor time.
 */
import {createInterface} from 'node:readline';
import {versionsOf} from './machine';

/** What a command returns, and what it may be given. */
export type Answer = Readonly<Record<string, unknown>>;
export type Command = (argument: Answer) => Answer | Promise<Answer>;
export type Commands = Readonly<Record<string, Command>>;

const say = (answer: Answer): void =>
  void process.stdout.write(`bench ${JSON.stringify(answer)}\n`);

/**
 * Answers commands until `end`.
 * @param prepare loads what the commands need; gets the configuration.
 */
export function serve<C>(prepare: (config: C) => Commands | Promise<Commands>): void {
  main(prepare).catch((error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exit(1);
  });
}

async function main<C>(prepare: (config: C) => Commands | Promise<Commands>): Promise<void> {
  const commands = await prepare(JSON.parse(process.argv[2] ?? '{}') as C);
  say({versions: versionsOf()});
  for await (const line of createInterface({input: process.stdin})) {
    const [name = '', argument = '{}'] = line.trim().split(/ (.*)/s);
    if (name === 'end') break;
    const command = commands[name];
    if (command === undefined) {
      throw new Error(`worker: expected one of ${Object.keys(commands).join(', ')}, got ${name}`);
    }
    say(await command(JSON.parse(argument) as Answer));
  }
  say({rss: process.resourceUsage().maxRSS / 1024});
  process.exit(0);
}

/** Milliseconds of one call of `body`, the mean of `inner` in a row. */
export async function timed(
    body: () => unknown, inner = 1): Promise<{readonly ms: number}> {
  const start = performance.now();
  for (let i = 0; i < inner; i++) await body();
  return {ms: (performance.now() - start) / inner};
}
