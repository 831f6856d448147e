/**
 * `make bench`: runs the cases, prints their table, and writes results.json and the README's table.
 *
 *   node dist/bench/main.js --cases=heun,train-28x1-w16 --reps=15 --adam-seconds=60
 *   node dist/bench/main.js --quick    a try at small sizes that writes nothing
 *   node dist/bench/main.js --render   the README's table anew from results.json
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {parseArgs} from 'node:util';
import {allCases} from './cases';
import type {Case} from './cases';
import {mergeResults, readResults, writeResults} from './results';
import type {PlainResult, Result} from './results';
import {renderResults} from './table';

const say = (text: string): void => void process.stderr.write(`bench: ${text}\n`);

async function main(): Promise<void> {
  const {values: {quick, render, cases = '', reps = '', 'adam-seconds': adam = ''}} = parseArgs({
    options: {
      cases: {type: 'string'}, reps: {type: 'string'}, 'adam-seconds': {type: 'string'},
      quick: {type: 'boolean', default: false}, render: {type: 'boolean', default: false},
    },
  });
  if (render) {
    writeResults(readResults());
    return;
  }
  const all = allCases({
    quick, adamSeconds: positive('adam-seconds', adam) ?? (quick ? 2 : 60),
  });
  const order = all.map(({id}) => id);
  const chosen = chosenCases(all, cases);
  const found: Result[] = [];
  for (const one of chosen) {
    const peak = found.find(({id}) => id === 'peak') as PlainResult | undefined;
    const result = await runCase(one, {
      reps: positive('reps', reps) ?? (quick ? 2 : one.reps), peak: peak?.numbers['perSecond'],
    });
    if (result === undefined) continue;
    found.push(result);
    // After each case: an interrupted run keeps what it has.
    if (!quick) writeResults(mergeResults(readResults(), [result], order));
  }
  process.stdout.write(`${renderResults(found)}\n`);
}

/** The cases asked for, and the peak before those that need it. */
function chosenCases(all: readonly Case[], names: string): readonly Case[] {
  const wanted = names.split(',').filter((name) => name !== '');
  const unknown = wanted.find((name) => all.every(({id}) => id !== name));
  if (unknown !== undefined) {
    throw new RangeError(
        `bench: expected cases of ${all.map(({id}) => id).join(', ')}, got ${unknown}`);
  }
  if (wanted.length === 0) return all;
  const needsPeak = all.some(({id, needsPeak}) => needsPeak && wanted.includes(id));
  return all.filter(({id}) => wanted.includes(id) || (id === 'peak' && needsPeak));
}

async function runCase(
    one: Case, options: {readonly reps: number; readonly peak: number | undefined}):
    Promise<Result | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hidden-gaussian-bench-'));
  try {
    return await one.run({...options, folder, say});
  } catch (error) {
    say(`${one.id} failed: ${(error as Error).message}`);
    process.exitCode = 1;
    return undefined;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** A positive number given as an option; undefined when the option is empty. */
function positive(name: string, text: string): number | undefined {
  if (text === '') return undefined;
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new RangeError(`bench: expected \`--${name}\` to be a number > 0, got ${text}`);
  }
  return value;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
