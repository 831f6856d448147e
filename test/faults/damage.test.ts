/**
 * Every kind of damage to every kind of file. Each is noticed; a part of them, or with
 * `npm run test:faults` all of them, are then mended by training, which takes a second each.
 */
import assert from 'node:assert/strict';
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, before, test} from 'node:test';
import {createRng} from '../../src/backend/rng';
import {trainRun} from '../../src/experiments/train-run';
import type {TrainRun} from '../../src/experiments/train-run';
import {lookAtRun} from '../../src/store/run-look';
import {openRunStore} from '../../src/store/run-store';
import type {RunStoreOptions} from '../../src/store/run-store';
import {DAMAGES, swap} from './damages';
import {traineeRun} from './trainee';

const SEED = 11;
const ALL = process.env['FAULTS'] === 'all';
/** Damages that are mended in any case. */
const MENDED = ['a flipped bit', 'deleted'];
const scratch = mkdtempSync(path.join(tmpdir(), 'damage-'));
after(() => rmSync(scratch, {recursive: true}));

const request = (seed = 0) => ({
  ...traineeRun({train: {steps: 40, checkpoints: [10, 20, 30], seed}}), saveEveryMs: 1e9,
});
/** Trains the run in a store, or finds it there. */
const ask = (root: string, options: RunStoreOptions = {}, seed = 0): Promise<TrainRun> =>
    trainRun(openRunStore(root, options), request(seed));
/** The files of a run that its checksums or itself vouch for. */
const filesOf = (folder: string): string[] =>
    readdirSync(folder, {recursive: true, encoding: 'utf8'})
        .filter((name) => statSync(path.join(folder, name)).isFile())
        .filter((name) => !name.startsWith('lock') && !name.startsWith('damaged')).sort();

/** A store with two runs, seeds 0 and 1, in one of two states. */
interface Original {
  readonly root: string;
  readonly finished: boolean;
}
const ORIGINALS: readonly Original[] = [
  {root: path.join(scratch, 'finished'), finished: true},
  {root: path.join(scratch, 'unfinished'), finished: false},
];
let ids: string[] = [];
let whole: TrainRun;

before(async () => {
  const [{root: finished}, {root: unfinished}] = ORIGINALS as [Original, Original];
  whole = await ask(finished);
  ids = [whole.stored.id, (await ask(finished, {}, 1)).stored.id];
  const onProgress: RunStoreOptions['onProgress'] = ({done}) => {
    if (done === 30) throw new Error('the power went out');
  };
  for (const seed of [0, 1]) {
    await assert.rejects(ask(unfinished, {onProgress}, seed), /the power went out/);
  }
});

/** What of a run must be the same however often it was damaged. */
function content({log, stored: {folder}}: TrainRun) {
  const checkpoints = filesOf(folder).filter((name) => name.startsWith('checkpoints'));
  return {
    log: log.map(({seconds: _, ...row}) => row),
    checkpoints: checkpoints.map((name) => [name, readFileSync(path.join(folder, name))]),
  };
}

let copies = 0;

interface Outcome {
  /** Files that a message named. */
  readonly named: readonly string[];
  /** Steps that were trained again. */
  readonly steps: number;
}

/** Damages the first run of a copy of the store, and asks for it. */
async function mend(
    {root: original}: Original, damage: (folder: string, other: string) => void,
    what: string): Promise<Outcome> {
  const root = path.join(scratch, `copy-${copies++}`);
  cpSync(original, root, {recursive: true});
  const [folder, other] = ids.map((id) => path.join(root, id)) as [string, string];
  damage(folder, other);
  const warnings: string[] = [];
  const steps: number[] = [];
  const run = await ask(root, {
    warn: (message) => warnings.push(message), onProgress: ({done}) => steps.push(done),
  });
  assert.deepEqual(content(run), content(whole), what);
  assert.deepEqual(lookAtRun(folder).damages, [], `${what}: whole again`);
  const files = filesOf(folder);
  rmSync(root, {recursive: true});
  return {
    named: [...files, ...filesOf(path.join(original, ids[0]!))].filter((name) =>
      warnings.some((message) => message.startsWith(`${path.join(folder, name)}: `))),
    steps: steps.length === 0 ? 0 : 40 - Math.min(...steps) + 10,
  };
}

test('every damage to every file of a finished run is noticed, and the file is named', (t) => {
  const rng = createRng(SEED);
  const {root} = ORIGINALS[0]!;
  const [folder, other] = ids.map((id) => path.join(root, id)) as [string, string];
  const files = filesOf(folder);
  let count = 0;
  const notices = (damage: () => void, named: readonly string[], what: string): void => {
    const before = named.map((name) => readFileSync(path.join(folder, name)));
    const others = named.map((name) => readFileSync(path.join(other, name)));
    damage();
    const problems = lookAtRun(folder).damages.map(({problem}) => problem);
    named.forEach((name, i) => writeFileSync(path.join(folder, name), before[i]!));
    named.forEach((name, i) => writeFileSync(path.join(other, name), others[i]!));
    // A damaged record vouches for nothing: it is the one that is named.
    const expected = named.includes('result.json') ? ['result.json'] : named;
    for (const name of expected) {
      assert.ok(problems.some((problem) => problem.startsWith(`${path.join(folder, name)}: `)),
          `${what}: ${problems.join('; ')}`);
    }
    count++;
  };
  for (const [i, file] of files.entries()) {
    for (const damage of DAMAGES) {
      // Without its record, a run is one that was never finished.
      if (file === 'result.json' && damage.name === 'deleted') continue;
      for (let place = 0; place < 10; place++) {
        notices(() => assert.ok(damage.apply(path.join(folder, file), rng)), [file],
            `${file}, ${damage.name}`);
      }
    }
    for (const second of files.slice(i + 1)) {
      notices(() => swap(path.join(folder, file), path.join(folder, second)), [file, second],
          `${file} and ${second} changed places`);
    }
    // The two runs have the same empty arrays.
    if (file === 'result.safetensors') continue;
    notices(() => swap(path.join(folder, file), path.join(other, file)), [file],
        `${file} of another run`);
  }
  assert.deepEqual(lookAtRun(folder).damages, [], 'all is as it was');
  t.diagnostic(`seed ${SEED}: ${count} damages to ${files.length} files, all noticed and named`);
});

for (const original of ORIGINALS) {
  const kind = original.finished ? 'a finished run' : 'an interrupted run';
  test(`${kind} with a damaged file ends as it should`, async (t) => {
    const rng = createRng(SEED + 1);
    const outcomes: Outcome[] = [];
    for (const file of filesOf(path.join(original.root, ids[0]!))) {
      for (const damage of DAMAGES.filter(({name}) => ALL || MENDED.includes(name))) {
        const what = `${file}, ${damage.name}`;
        const outcome = await mend(original, (folder) => {
          assert.ok(damage.apply(path.join(folder, file), rng), `${what}: an idle damage`);
        }, what);
        outcomes.push(outcome);
        if (notNamed(original, file, damage.name)) continue;
        assert.ok(outcome.named.includes(file), `${what}: not named`);
      }
    }
    report(t, kind, outcomes);
  });

  test(`${kind} in which files have changed places ends as it should`, async (t) => {
    const outcomes: Outcome[] = [];
    const files = filesOf(path.join(original.root, ids[0]!));
    for (const [i, a] of files.entries()) {
      for (const b of files.slice(i + 1, ALL ? undefined : i + 2)) {
        outcomes.push(await mend(original, (folder) => {
          swap(path.join(folder, a), path.join(folder, b));
        }, `${a} and ${b}`));
      }
      outcomes.push(await mend(original, (folder, other) => {
        swap(path.join(folder, a), path.join(other, a));
      }, `${a} of two runs`));
    }
    report(t, kind, outcomes);
  });
}

/** A run without a record is unfinished, one without a list of checksums has none to check. */
const notNamed = ({finished}: Original, file: string, damage: string): boolean =>
    damage === 'deleted' ?
      ['result.json', ...(finished ? [] : ['checksums.json'])].includes(file) :
      file === 'checksums.json' && !finished;

function report(
    t: {diagnostic(message: string): void}, kind: string, outcomes: readonly Outcome[]): void {
  const count = (when: (outcome: Outcome) => boolean): number => outcomes.filter(when).length;
  t.diagnostic(`${kind}, seed ${SEED}: ${outcomes.length} damages, ` +
      `${count(({named}) => named.length > 0)} with the file named, ` +
      `${count(({steps}) => steps === 0)} mended without a step, ` +
      `${count(({steps}) => steps > 0 && steps < 40)} from a state, ` +
      `${count(({steps}) => steps >= 40)} from the beginning; all byte-identical in the end`);
}
