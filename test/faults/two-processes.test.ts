import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {after, test} from 'node:test';
import {startTrainee} from './start-trainee';
import type {TraineeEnd} from './start-trainee';
import type {TraineeRequest} from './trainee';

const ROUNDS = 10;
const scratch = mkdtempSync(path.join(tmpdir(), 'two-processes-'));
after(() => rmSync(scratch, {recursive: true}));

const request = (runs: string, steps: number): TraineeRequest => ({
  runs: path.join(scratch, runs), train: {steps, checkpoints: [steps / 2]}, saveEveryMs: 100,
  lock: {pollMs: 50},
});
const own = ({progress}: TraineeEnd): number =>
    progress.filter(({label}) => !label.includes(', process ')).length;
const others = ({progress}: TraineeEnd): number => progress.length - own({progress} as TraineeEnd);
const weights = ({done}: TraineeEnd, steps: number): Buffer => readFileSync(path.join(
    done!.folder, 'checkpoints', `step-${String(steps).padStart(7, '0')}.safetensors`));

test(`two processes ask for the same run, ${ROUNDS} times over: one trains, both get it`,
    async (t) => {
      let watched = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const asked = request(`round-${round}`, 300);
        const ends = await Promise.all([startTrainee(asked).end, startTrainee(asked).end]);
        for (const {status, complaint, warnings} of ends) {
          assert.deepEqual([status, complaint, warnings], [0, '', []]);
        }
        const [trained, loaded] = [...ends].sort((a, b) => own(b) - own(a));
        assert.deepEqual(ends.map(({done}) => done!.loaded).sort(), [false, true], 'once each time');
        assert.equal(own(loaded!), 0, 'the second one did not train');
        assert.equal(trained!.done!.folder, loaded!.done!.folder);
        if (others(loaded!) > 0) watched++;
      }
      t.diagnostic(`${ROUNDS} rounds: trained ${ROUNDS} times, loaded ${ROUNDS} times; in ${watched} ` +
          'of them the second process showed the progress of the first');
      assert.ok(watched > 0, 'progress is shared');
    });

test('the owner is killed in the middle: the other takes over and ends with the same bytes',
    async (t) => {
      const undisturbed = await startTrainee(request('undisturbed', 400)).end;
      const asked = request('taken-over', 400);
      const owner = startTrainee(asked);
      await owner.reached(({done}) => done >= 100);
      const heir = startTrainee(asked);
      await heir.reached(({label}) => label.includes(`, process ${owner.process.pid}`));
      const killed = performance.now();
      owner.process.kill('SIGKILL');
      await heir.reached(({label}) => !label.includes(', process '));
      const seconds = (performance.now() - killed) / 1000;
      const end = await heir.end;
      assert.deepEqual([end.status, end.complaint], [0, '']);
      assert.equal(end.done!.loaded, false);
      const first = end.progress.find(({label}) => !label.includes(', process '))!;
      assert.ok(first.done > 100, 'it goes on and does not begin again');
      assert.deepEqual(weights(end, 400), weights(undisturbed, 400));
      t.diagnostic(`taken over ${seconds.toFixed(1)} s after the kill, at step ${first.done}; ` +
          'byte-identical');
    });

test('an owner that is stopped for longer than the stale time is not robbed on its own machine',
    async (t) => {
      const asked = {
        ...request('stopped', 300), lock: {staleMs: 1000, beatMs: 100, pollMs: 50},
      };
      const owner = startTrainee(asked);
      await owner.reached(({done}) => done >= 50);
      owner.process.kill('SIGSTOP');
      const second = startTrainee(asked);
      await second.reached(() => true);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      owner.process.kill('SIGCONT');
      const ends = await Promise.all([owner.end, second.end]);
      assert.deepEqual(ends.map(({status, done}) => [status, done?.loaded]),
          [[0, false], [0, true]]);
      t.diagnostic('stopped for 3 s with a stale time of 1 s: it kept its lock and finished');
    });
