import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {createRng} from '../../src/backend/rng';
import {startTrainee} from './start-trainee';
import type {TraineeRequest} from './trainee';

const KILLS = 20;
const SEED = 7;
const scratch = mkdtempSync(path.join(tmpdir(), 'kills-'));
after(() => rmSync(scratch, {recursive: true}));

/** States are written so often that many kills fall into a write. */
const request = (runs: string): TraineeRequest => ({
  runs: path.join(scratch, runs), train: {steps: 1500, checkpoints: [100, 400, 1000]},
  saveEveryMs: 30,
});
const checkpoints = (folder: string): Record<string, Buffer> => {
  const place = path.join(folder, 'checkpoints');
  return Object.fromEntries(
      readdirSync(place).map((name) => [name, readFileSync(path.join(place, name))]));
};

test(`after ${KILLS} kills at random moments, a run ends with the bytes of an undisturbed one`,
    async (t) => {
      const rng = createRng(SEED);
      const undisturbed = await startTrainee(request('undisturbed')).end;
      assert.equal(undisturbed.status, 0, undisturbed.complaint);
      const warnings: string[] = [];
      const steps: number[] = [];
      let whileStarting = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const trainee = startTrainee(request('killed'));
        if (kill % 4 === 3) {
          // Anywhere: mostly while it loads, looks for its last state, takes the lock over.
          await sleep(rng.int(2500));
        } else {
          // After some steps of this life, and some more milliseconds.
          const life = rng.int(60);
          let first: number | undefined;
          await trainee.reached(({done}) => done - (first ??= done) >= life);
          await sleep(rng.int(40));
        }
        trainee.process.kill('SIGKILL');
        const end = await trainee.end;
        assert.equal(end.signal, 'SIGKILL', `killed before its end: ${end.complaint}`);
        warnings.push(...end.warnings);
        steps.push(end.progress.at(-1)?.done ?? 0);
        if (end.progress.length === 0) whileStarting++;
      }
      const last = await startTrainee(request('killed')).end;
      assert.equal(last.status, 0, last.complaint);
      assert.deepEqual(checkpoints(last.done!.folder), checkpoints(undisturbed.done!.folder));
      warnings.push(...last.warnings);
      // A kill may cut a write off between the checksum and the content. Nothing else is wrong.
      for (const warning of warnings) assert.match(warning, /: the file is missing \(removed, or its writing was cut off\)$/);
      const leftovers = readdirSync(last.done!.folder, {recursive: true, encoding: 'utf8'})
          .filter((name) => name.includes('.partial') || name.includes('damaged'));
      assert.deepEqual(leftovers, []);
      t.diagnostic(`${KILLS} kills, seed ${SEED}: ${whileStarting} while starting, the others after ` +
          `step ${steps.filter((step) => step > 0).join(', ')}; writes cut off and noticed: ` +
          `${warnings.length}; 4 checkpoints byte-identical`);
    });
