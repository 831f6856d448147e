/**
 * Sends every file of a folder of broken inputs through the program and prints a table.
 *
 *   npm run test:bad                 the project's own, test/golden/bad
 *   BAD_DIR=folder npm run test:bad  another folder with a manifest.json
 */
import {readdirSync} from 'node:fs';
import * as path from 'node:path';
import {ROOT} from '../paths';
import type {Verdict} from './judge';
import {judge} from './judge';
import type {BadItem} from './manifest';
import {readManifest} from './manifest';

function line(cells: readonly string[]): string {
  const widths = [4, 30, 18, 21, 9];
  return cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd();
}

function row({file, expect}: BadItem, {outcome, problems, said, peak}: Verdict): string {
  const memory = peak === undefined ? '?' : `${(peak / 1e6).toFixed(0)} MB`;
  const verdict = problems.length === 0 ? 'ok' : 'FAIL';
  return [
    line([verdict, file, expect, outcome, memory, said]),
    ...problems.map((problem) => `      ${file}: ${problem}`),
  ].join('\n');
}

async function main(): Promise<void> {
  const given = process.env['BAD_DIR'] ?? '';
  const folder = path.resolve(given === '' ? path.join(ROOT, 'test', 'golden', 'bad') : given);
  const manifest = readManifest(folder);
  console.log(line(['', 'file', 'expected', 'outcome', 'memory', 'message']));
  let failed = 0;
  for (const item of manifest.items) {
    const verdict = await judge(folder, item, manifest);
    if (verdict.problems.length > 0) failed++;
    console.log(row(item, verdict));
  }
  const listed = new Set([...manifest.items.map(({file}) => file), 'manifest.json']);
  const unlisted = readdirSync(folder).filter((name) => !listed.has(name));
  if (unlisted.length > 0) console.log(`not in the manifest: ${unlisted.join(', ')}`);
  console.log(`${manifest.items.length - failed} of ${manifest.items.length} cases pass`);
  if (failed > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(`test:bad: ${(error as Error).message}`);
  process.exitCode = 1;
});
