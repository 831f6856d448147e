/**
 * Fuzzing by hand; see docs/fuzzing.md.
 *
 *   npm run fuzz                                    1000 inputs a target
 *   npm run fuzz -- --minutes=30 --target=zip       as many as the time allows
 *   npm run fuzz -- --target=zip --replay=FILE      one input again
 */
import {randomInt} from 'node:crypto';
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {Command, InvalidArgumentError} from 'commander';
import {ROOT} from '../paths';
import {fuzzTarget, LIMITS} from './fuzz-target';
import {header, row} from './report';
import {loadTarget, targetFile, targetNames} from './target';
import {createWorker} from './worker';

interface Options {
  readonly target?: string;
  readonly minutes?: number;
  readonly runs: number;
  readonly seed: number;
  readonly messages: boolean;
  readonly replay?: string;
}

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0) return value;
  throw new InvalidArgumentError('expected a number >= 0.');
};

async function main(): Promise<void> {
  const names = targetNames();
  const program = new Command('fuzz')
      .description('Sends mutated bytes to the parsers and prints what became of them.')
      .option('--target <names>', `some of ${names.join(', ')}, with commas between (default: all)`)
      .option('--minutes <n>', 'time for each target', number)
      .option('--runs <n>', 'inputs for each target, unless --minutes says otherwise', number, 1000)
      .option('--seed <n>', 'decides the inputs (default: another one each time)', number,
          randomInt(2 ** 31))
      .option('--messages', 'print the kinds of messages', false)
      .option('--replay <file>', 'send this input to the target, and no other')
      .parse();
  const {target, minutes, runs, seed, messages, replay} = program.opts<Options>();
  const chosen = target === undefined ? names : target.split(',');
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`expected targets among ${names.join(', ')}, got ${unknown.join(', ')}`);
  }
  if (replay !== undefined) return replayOne(chosen, replay);
  console.log(`seed ${seed}\n${header()}`);
  for (const name of chosen) {
    const {share = 1} = loadTarget(targetFile(name));
    const report = await fuzzTarget(name, targetFile(name), {
      seed, keepIn: path.join(ROOT, '.cache', 'fuzz'),
      ...minutes === undefined ? {runs: Math.ceil(runs * share)} : {seconds: 60 * minutes},
    });
    console.log(row(report));
    if (messages) {
      for (const [message, count] of report.messages) console.log(`  ${count} x ${message}`);
    }
    if (report.failure !== undefined) process.exitCode = 1;
  }
}

async function replayOne([name, ...more]: string[], file: string): Promise<void> {
  if (more.length > 0) throw new Error('--replay needs one --target');
  const worker = createWorker(targetFile(name!), LIMITS);
  const {outcome, message, ms, peak} =
      await worker.try(readFileSync(file)).finally(() => worker.close());
  console.log(`${name}: ${outcome} after ${ms.toFixed(0)} ms, peak ${(peak / 1e6).toFixed(0)} MB` +
      `${message === '' ? '' : `: ${message}`}`);
  if (outcome === 'failed') process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(`fuzz: ${(error as Error).message}`);
  process.exitCode = 1;
});
