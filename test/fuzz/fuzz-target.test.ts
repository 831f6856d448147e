import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {fuzzTarget} from './fuzz-target';
import type {Report} from './fuzz-target';
import {row} from './report';

const keepIn = mkdtempSync(path.join(tmpdir(), 'fuzz-target-test-'));
after(() => rmSync(keepIn, {recursive: true}));
const fuzz = (name: string, seed: number, runs = 2000): Promise<Report> =>
    fuzzTarget(name, path.join(__dirname, `${name}.js`), {seed, runs, keepIn});

test('a failing input is made small, kept, and reported with its replay', async () => {
  const report = await fuzz('mischief', 1);
  assert.match(report.failure!.message, /^is not in our words: x\.y is not a function$/);
  const kept = readFileSync(report.failure!.file);
  assert.ok(kept.includes(7) && kept.length <= 101, `${kept.length} bytes`);
  assert.equal(kept.filter((byte) => byte !== 0 && byte !== 7).length, 0, 'nothing else changed');
  const text = row(report);
  const command = `npm run fuzz -- --target=mischief --replay=${report.failure!.file}`;
  assert.ok(text.includes(command), text);
});

test('the same seed gives the same inputs, another seed others', async () => {
  const [one, again, other] = [await fuzz('mischief', 1), await fuzz('mischief', 1),
    await fuzz('mischief', 2)];
  assert.deepEqual([again.inputs, [...again.messages]], [one.inputs, [...one.messages]]);
  assert.notEqual(other.inputs, one.inputs);
});
