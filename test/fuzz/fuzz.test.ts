import assert from 'node:assert/strict';
import * as path from 'node:path';
import {test} from 'node:test';
import {ROOT} from '../paths';
import {fuzzTarget} from './fuzz-target';
import {header, row} from './report';
import {loadTarget, targetFile, targetNames} from './target';

/** Inputs a target; the longer run is `npm run fuzz -- --minutes=…` (docs/fuzzing.md). */
const RUNS = 400;
const SEED = 20240615;

console.log(header());
for (const name of targetNames()) {
  test(`mutated inputs are accepted whole or refused in our own words: ${name}`, async () => {
    const file = targetFile(name);
    const {share = 1} = loadTarget(file);
    const report = await fuzzTarget(name, file, {
      seed: SEED, runs: Math.ceil(RUNS * share), keepIn: path.join(ROOT, '.cache', 'fuzz'),
    });
    console.log(row(report));
    assert.equal(report.failure, undefined, row(report));
    assert.ok(report.refused > 0, 'nothing was refused: the mutations do not reach the parser');
  });
}
